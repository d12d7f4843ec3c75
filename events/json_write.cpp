#include <array>

#include "events/hex.hpp"
#include "events/json.hpp"
#include "events/json_plain.hpp"

namespace almanac::events::json {
namespace {

constexpr char as_is = 0;
constexpr char as_unicode = 'u';

/// The letter behind the backslash, for each byte.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i)
    table[i] = as_unicode;
  table['\b'] = 'b';
  table['\t'] = 't';
  table['\n'] = 'n';
  table['\f'] = 'f';
  table['\r'] = 'r';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

template <typename Children, typename Each>
void write_separated(std::string& out, const Children& children, Each each) {
  bool first = true;
  for (const auto& child : children) {
    if (!first) out += ',';
    first = false;
    each(child);
  }
}

}  // namespace

void write_string(std::string& out, std::string_view characters) {
  out += '"';
  std::size_t written = 0;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    while (i + 8 < characters.size() && eight_plain(&characters[i]))
      i += 8;
    const auto byte = static_cast<std::uint8_t>(characters[i]);
    const char escape = escapes[byte];
    if (escape == as_is) continue;
    out.append(characters, written, i - written);
    written = i + 1;
    if (escape == as_unicode) {
      char unit[] = {'\\', 'u', '0', '0', '0', '0'};
      put_hex(unit + 4, byte);
      out.append(unit, sizeof unit);
    } else {
      out += '\\';
      out += escape;
    }
  }
  out.append(characters, written);
  out += '"';
}

void write(std::string& out, const Value& value) {
  switch (value.kind) {
    case Kind::null:
      out += "null";
      return;
    case Kind::boolean:
      out += value.boolean ? "true" : "false";
      return;
    case Kind::number:
      out += value.text;
      return;
    case Kind::string:
      return write_string(out, value.text);
    case Kind::array:
      out += '[';
      write_separated(out, value.items, [&out](const Value& item) { write(out, item); });
      out += ']';
      return;
    case Kind::object:
      out += '{';
      write_separated(out, value.members, [&out](const auto& member) {
        write_string(out, member.first);
        out += ':';
        write(out, member.second);
      });
      out += '}';
      return;
  }
}

}  // namespace almanac::events::json
