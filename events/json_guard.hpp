#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/json.hpp"

namespace almanac::events::json {

/// What the pass before the parser learns and needs; kept between parses so that it allocates once a thread.
struct Shape {
  /// Number of children of each container, in the order in which they open.
  std::vector<std::uint32_t> children;

  struct Open {
    std::size_t container = 0;  // its place in `children`
    bool empty = true;
  };
  std::vector<Open> open;
};

/// The pass in front of RapidJSON 1.1.0, which by itself crashes on long exponents and accepts a NUL, a byte
/// order mark, invalid UTF-8 and lone surrogates. It judges tokens and depth; the grammar is the parser's.
///
/// `text` is the parser's own copy: the digits of exponents become 0 there, so that the parser never computes
/// with one. A handler takes a number from the original, at the same offset.
std::optional<Fault> guard(std::string& text, const Limits& limits, Shape& shape);

}  // namespace almanac::events::json
