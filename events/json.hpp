#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace almanac::events::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

/// A JSON value as it was written: member order kept, numbers as their text, never as binary floating point.
struct Value {
  Kind kind = Kind::null;
  bool boolean = false;
  std::string text;                                    // a number's text or a string's characters (UTF-8)
  std::vector<Value> items;                            // of an array
  std::vector<std::pair<std::string, Value>> members;  // of an object

  const Value* find(std::string_view name) const;  // nullptr when there is no such member

  /// By kind, member order and texts: `1` is not `1.0`.
  bool operator==(const Value&) const = default;
};

struct Limits {
  std::size_t bytes_max = 1 << 20;
  std::size_t depth_max = 64;
};

/// Why a text is not acceptable JSON. `offset` counts bytes from 0.
struct Fault {
  std::size_t offset = 0;
  std::string detail;
};

/// The one guarded entry point (RFC 8259, made strict): size, depth, number tokens of at most 40 characters
/// and 3 exponent digits, valid UTF-8, no NUL, no BOM, no lone surrogate, no duplicate key, nothing behind
/// the value. Never recurses on its input's depth. Safe on any bytes, any thread.
tl::expected<Value, Fault> parse(std::string_view text, Limits limits = {});

/// Appends the value without white space; `parse(write(v)) == v`.
void write(std::string& out, const Value& value);
/// Appends a JSON string, quoted and escaped. `characters` must be UTF-8.
void write_string(std::string& out, std::string_view characters);

/// A whole number's value: `4096`, `4096.0` and `4.096e3` are 4096; nullopt when not whole or beyond int64.
std::optional<std::int64_t> whole(const Value& number);

/// JSON Merge Patch (RFC 7396) on texts: members keep their order, new ones come last, an unchanged target
/// keeps its bytes. Both must be valid JSON as `parse` takes it.
std::string merge_patch(std::string_view target, std::string_view patch);

/// Depth of nesting of a value: 0 for a scalar.
std::size_t depth(const Value& value);

}  // namespace almanac::events::json
