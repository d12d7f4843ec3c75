#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/json.hpp"

/// Stored JSON read without building a tree: a rebuild reads ten million values, and a string for each
/// member would be most of its time. Text from clients goes through `parse`.
namespace almanac::events::json {

/// One value of a scanned text. A container's children stand behind it, in the order of the text.
struct Node {
  Kind kind = Kind::null;
  bool boolean = false;
  std::uint32_t after = 0;  ///< place of the first node behind it and its children
  std::string_view name;    ///< of a member, as it stands between its quotes
  std::string_view text;    ///< the whole value as it stands, quotes and brackets included
};

/// Takes exactly the texts that `write` makes of values that `parse` takes: no white space, one way to
/// escape, UTF-8, the same bounds on numbers and depth, no member twice. Fills `nodes`, views into `text`;
/// never recurses, safe on any bytes.
std::optional<Fault> scan(std::string_view text, const Limits& limits, std::vector<Node>& nodes);

/// A string's characters, escapes resolved. `quoted` is the text of a scanned string.
std::string characters(std::string_view quoted);

}  // namespace almanac::events::json
