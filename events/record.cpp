#include "events/record.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

namespace almanac::events {
namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift);
}

void put_text(std::string& out, std::string_view text, int length_bytes) {
  if (text.size() >> (length_bytes * 8) != 0) throw std::length_error("a part of a record is too long");
  put(out, text.size(), length_bytes);
  out += text;
}

/// Walks canonical bytes without copying.
struct Reader {
  std::string_view rest;

  std::optional<std::size_t> number(std::size_t bytes) {
    if (rest.size() < bytes) return std::nullopt;
    std::size_t value = 0;
    for (char c : rest.substr(0, bytes))
      value = value << 8 | static_cast<std::uint8_t>(c);
    rest.remove_prefix(bytes);
    return value;
  }
  std::optional<std::string_view> text(std::size_t length_bytes) {
    const auto length = number(length_bytes);
    if (!length || *length > rest.size()) return std::nullopt;
    const std::string_view found = rest.substr(0, *length);
    rest.remove_prefix(*length);
    return found;
  }
};

/// Calls head(key, value, count) and then each(name, text) for every header; false when not canonical.
template <typename Head, typename Each>
bool walk(std::string_view bytes, Head head, Each each) {
  Reader in{bytes};
  const auto key = in.text(4);
  const auto value = key ? in.text(4) : std::nullopt;
  const auto count = value ? in.number(2) : std::nullopt;
  if (!count) return false;
  head(*key, *value, *count);
  std::string_view previous;
  for (std::size_t i = 0; i < *count; ++i) {
    const auto name = in.text(2);
    const auto text = name ? in.text(4) : std::nullopt;
    if (!text || (i > 0 && *name <= previous)) return false;
    each(*name, *text);
    previous = *name;
  }
  return in.rest.empty();
}

std::optional<Position> position_of(std::string_view text) {
  constexpr std::size_t digits = 20;
  Position position = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (text.size() != digits || error != std::errc{} || end != text.data() + digits) return std::nullopt;
  return position;
}

std::optional<Epoch> epoch_of(std::string_view text) {
  Epoch epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return epoch;
}

}  // namespace

const std::string* RecordFields::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(),
                                  [name](const auto& header) { return header.first == name; });
  return found == headers.end() ? nullptr : &found->second;
}

RecordView::RecordView(const RecordFields& fields)
    : key(fields.key), value(fields.value), headers(fields.headers.begin(), fields.headers.end()) {}

Record seal(RecordFields fields) {
  const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (!std::is_sorted(fields.headers.begin(), fields.headers.end(), by_name)) {
    std::sort(fields.headers.begin(), fields.headers.end(), by_name);
  }
  const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (std::adjacent_find(fields.headers.begin(), fields.headers.end(), same_name) != fields.headers.end()) {
    throw std::invalid_argument("a record has two headers of one name");
  }
  if (fields.headers.size() > std::numeric_limits<std::uint16_t>::max()) {
    throw std::length_error("a record has too many headers");
  }
  std::size_t size = 4 + fields.key.size() + 4 + fields.value.size() + 2;
  for (const auto& [name, text] : fields.headers)
    size += 2 + name.size() + 4 + text.size();

  std::string bytes;
  bytes.reserve(size);
  put_text(bytes, fields.key, 4);
  put_text(bytes, fields.value, 4);
  put(bytes, fields.headers.size(), 2);
  for (const auto& [name, text] : fields.headers) {
    put_text(bytes, name, 2);
    put_text(bytes, text, 4);
  }
  return from_bytes(std::move(bytes));
}

Record from_bytes(std::string bytes) {
  const Hash hash = sha256(bytes);
  return {std::move(bytes), hash};
}

std::optional<RecordView> view_of(std::string_view canonical_bytes) {
  RecordView view;
  const bool canonical = walk(
      canonical_bytes,
      [&](std::string_view key, std::string_view value, std::size_t count) {
        view.key = key;
        view.value = value;
        // Each header takes at least 6 bytes, so a lying count cannot make this large.
        view.headers.reserve(std::min(count, canonical_bytes.size() / 6));
      },
      [&](std::string_view name, std::string_view text) { view.headers.emplace_back(name, text); });
  if (!canonical) return std::nullopt;
  return view;
}

std::optional<RecordFields> fields_of(std::string_view canonical_bytes) {
  const auto view = view_of(canonical_bytes);
  if (!view) return std::nullopt;
  return RecordFields{
      std::string(view->key), std::string(view->value), {view->headers.begin(), view->headers.end()}};
}

std::optional<std::string_view> header_text(std::string_view canonical_bytes, std::string_view name) {
  std::optional<std::string_view> found;
  const bool canonical = walk(
      canonical_bytes, [](std::string_view, std::string_view, std::size_t) {},
      [&](std::string_view header, std::string_view text) {
        if (header == name) found = text;
      });
  return canonical ? found : std::nullopt;
}

std::optional<ChainLink> chain_link(std::string_view canonical_bytes) {
  std::optional<Position> position;
  std::optional<Epoch> epoch;
  std::optional<Hash> previous;
  const bool canonical = walk(
      canonical_bytes, [](std::string_view, std::string_view, std::size_t) {},
      [&](std::string_view name, std::string_view text) {
        if (name == "ce_sequence") position = position_of(text);
        if (name == "ce_epoch") epoch = epoch_of(text);
        if (name == "ce_prevhash") previous = parse_hex(text);
      });
  if (!canonical || !position || !epoch || !previous) return std::nullopt;
  return ChainLink{*position, *epoch, *previous};
}

}  // namespace almanac::events
