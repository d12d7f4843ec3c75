#include "services/cli/event_lines.hpp"

#include <iostream>

namespace almanac::cli {

namespace json = events::json;

namespace {

constexpr std::size_t value_width = 40;

/// `ModelCreated` out of `dev.almanac.ModelCreated.v1`.
std::string short_type(const std::string& type) {
  const std::size_t end = type.rfind('.');
  const std::size_t begin =
      end == std::string::npos || end == 0 ? std::string::npos : type.rfind('.', end - 1);
  return begin == std::string::npos ? type : type.substr(begin + 1, end - begin - 1);
}

std::string without_padding(const std::string& sequence) {
  const std::size_t digit = sequence.find_first_not_of('0');
  return digit == std::string::npos ? "0" : sequence.substr(digit);
}

std::string short_value(const json::Value& change, std::string_view name) {
  const std::string text = shown(change, name);
  return text.empty() ? "-" : cut_to(plain_text(text), value_width);
}

void append_change(std::string& out, const std::string& field, const json::Value& change) {
  out.append(out.empty() ? "" : ", ").append(plain_text(field)).append(": ");
  out.append(short_value(change, "from")).append(" -> ").append(short_value(change, "to"));
}

std::string changes_of(const json::Value& data) {
  std::string out;
  if (const auto* changes = data.find("changes"); changes != nullptr && changes->kind == json::Kind::array)
    for (const json::Value& change : changes->items)
      append_change(out, shown(change, "field"), change);
  for (const char* field : {"creditMultiplier", "modelTier"}) {
    const auto* change = data.find(field);
    if (change != nullptr && change->kind == json::Kind::object &&
        shown(*change, "from") != shown(*change, "to"))
      append_change(out, field, *change);
  }
  if (const std::string end = shown(data, "endOfLifeAt"); !end.empty())
    out.append(out.empty() ? "" : ", ").append("end of life ").append(plain_text(end));
  if (const auto* model = data.find("model"); model != nullptr && model->kind == json::Kind::object)
    if (const std::string name = shown(*model, "displayName"); !name.empty())
      out.append(out.empty() ? "" : ", ").append(cut_to(plain_text(name), value_width));
  return out;
}

}  // namespace

std::string event_line(const json::Value& event) {
  std::string line = without_padding(shown(event, "sequence"));
  for (const std::string& part : {shown(event, "time"), short_type(shown(event, "type")),
                                  shown(event, "subject"), shown(event, "actor")})
    if (!part.empty()) line.append("  ").append(plain_text(part));
  if (const auto* data = event.find("data"); data != nullptr && data->kind == json::Kind::object)
    if (const std::string changes = changes_of(*data); !changes.empty()) line.append("  ").append(changes);
  if (const std::string reason = shown(event, "reason"); !reason.empty())
    line.append("  \"").append(plain_text(reason)).append("\"");
  return line;
}

void print_event(const Session& session, const std::string& text) {
  if (!session.wants_json()) {
    const auto event = json::parse(text, {.bytes_max = std::size_t{64} << 20});
    if (event) std::cout << event_line(*event) << "\n";
    if (event) return;
  }
  std::cout << text << "\n";
}

std::optional<FrameReader::Frame> FrameReader::next() {
  const std::size_t end = text_.find("\n\n");
  if (end == std::string::npos) return std::nullopt;
  Frame frame;
  std::string_view rest = std::string_view(text_).substr(0, end + 1);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (line.starts_with("id: ")) frame.id = line.substr(4);
    if (line.starts_with("data: ")) frame.data = line.substr(6);
    if (line.starts_with(": ")) frame.comment = line.substr(2);
  }
  text_.erase(0, end + 2);
  return frame;
}

}  // namespace almanac::cli
