#include "events/log/export_line.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "events/json.hpp"

namespace almanac::log {
namespace json = events::json;
namespace {

void member(std::string& out, std::string_view name, std::string_view text) {
  json::write_string(out, name);
  out += ':';
  json::write_string(out, text);
}

/// The text of a string member; nullptr when it is missing or something else.
const std::string* text_of(const json::Value& object, std::string_view name) {
  const auto* value = object.find(name);
  return value != nullptr && value->kind == json::Kind::string ? &value->text : nullptr;
}

std::optional<Position> position_of(const std::string* text) {
  if (text == nullptr || text->empty() || (text->size() > 1 && text->front() == '0')) return std::nullopt;
  Position position = 0;
  const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), position);
  if (error != std::errc{} || stop != text->data() + text->size()) return std::nullopt;
  return position;
}

std::optional<Hash> hash_of(const std::string* text) {
  return text != nullptr ? events::parse_hex(*text) : std::nullopt;
}

tl::expected<ExportLine, std::string> header_of(const json::Value& line) {
  const auto* kind = text_of(line, "almanac");
  const auto* log_id = text_of(line, "logId");
  const auto* format = line.find("format");
  if (kind == nullptr || *kind != "log" || format == nullptr || format->kind != json::Kind::number) {
    return tl::unexpected<std::string>("is not the head of an Almanac log export");
  }
  if (format->text != "1") {
    return tl::unexpected<std::string>("has format " + format->text +
                                       ", this build knows 1: import with the build that wrote it");
  }
  if (log_id == nullptr || line.members.size() != 3) {
    return tl::unexpected<std::string>("should hold almanac, format and logId");
  }
  return ExportHeader{*log_id};
}

tl::expected<ExportLine, std::string> end_of(const json::Value& line) {
  const auto last = position_of(text_of(line, "end"));
  const auto hash = hash_of(text_of(line, "hash"));
  if (!last || !hash || line.members.size() != 2)
    return tl::unexpected<std::string>("should hold end and hash");
  return ExportEnd{*last, *hash};
}

tl::expected<ExportLine, std::string> record_of(const json::Value& line) {
  const auto position = position_of(text_of(line, "position"));
  const auto hash = hash_of(text_of(line, "hash"));
  const auto* key = text_of(line, "key");
  const auto* value = text_of(line, "value");
  const auto* headers = line.find("headers");
  if (!position || !hash || key == nullptr || value == nullptr || headers == nullptr ||
      headers->kind != json::Kind::object || headers->members.size() > 0xFFFF || line.members.size() != 5) {
    return tl::unexpected<std::string>(
        "should hold position, key, headers, value and hash, all of them text but headers");
  }
  const std::string place = "position " + std::to_string(*position);
  events::RecordFields fields{*key, *value, {}};
  for (const auto& [name, text] : headers->members) {
    if (text.kind != json::Kind::string || name.size() > 0xFFFF) {
      return tl::unexpected(std::string(place).append(": header ").append(name).append(" is not text"));
    }
    fields.headers.emplace_back(name, text.text);
  }
  Entry entry{*position, events::seal(std::move(fields))};
  if (entry.record.hash != *hash) {
    return tl::unexpected(place + ": the record's hash is " + events::hex(entry.record.hash) +
                          ", the line says " + events::hex(*hash));
  }
  const auto link = events::chain_link(entry.record.bytes);
  if (link && link->position != *position) {
    return tl::unexpected(place + ": the record says position " + std::to_string(link->position));
  }
  return entry;
}

}  // namespace

void write_export_header(std::string& out, std::string_view log_id) {
  out += R"({"almanac":"log","format":1,)";
  member(out, "logId", log_id);
  out += "}\n";
}

tl::expected<void, Failure> write_export_record(std::string& out, const Entry& entry) {
  const auto refuse = [&](const std::string& why) {
    return tl::unexpected(Failure{"the record at position " + std::to_string(entry.position) + " " + why,
                                  "run `almanac verify` on the log"});
  };
  const auto fields = events::fields_of(entry.record.bytes);
  if (!fields) return refuse("is damaged: its bytes are not canonical");
  const std::size_t begin = out.size();
  out += '{';
  member(out, "position", std::to_string(entry.position));
  out += ',';
  member(out, "key", fields->key);
  out += ",\"headers\":{";
  for (const auto& [name, text] : fields->headers) {
    if (out.back() != '{') out += ',';
    member(out, name, text);
  }
  out += "},";
  member(out, "value", fields->value);
  out += ',';
  member(out, "hash", events::hex(entry.record.hash));
  out += '}';
  // Only bytes beyond ASCII can be something that JSON does not carry; the reader is the judge of that.
  const std::string_view line = std::string_view(out).substr(begin);
  const bool ascii =
      std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii && !parse_export_line(line)) {
    out.resize(begin);
    return refuse("holds bytes that are not UTF-8 text");
  }
  out += '\n';
  return {};
}

void write_export_end(std::string& out, const ExportEnd& end) {
  out += '{';
  member(out, "end", std::to_string(end.last));
  out += ',';
  member(out, "hash", events::hex(end.hash));
  out += "}\n";
}

tl::expected<ExportLine, std::string> parse_export_line(std::string_view line) {
  const auto parsed = json::parse(line, {.bytes_max = export_line_bytes_max, .depth_max = 4});
  if (!parsed) {
    return tl::unexpected<std::string>("is not JSON: " + parsed.error().detail + " at byte " +
                                       std::to_string(parsed.error().offset));
  }
  if (parsed->kind != json::Kind::object) return tl::unexpected<std::string>("is not an object");
  if (parsed->find("almanac") != nullptr) return header_of(*parsed);
  if (parsed->find("end") != nullptr) return end_of(*parsed);
  return record_of(*parsed);
}

}  // namespace almanac::log
