#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/decimal.hpp"
#include "events/instant.hpp"
#include "events/json_scan.hpp"
#include "events/record.hpp"
#include "events/uuid.hpp"

namespace almanac::events {

/// Reads one stored JSON object member by member, asked for in the order in which they are written, and
/// collects every fault: a member that is missing, of another type, written in another way than ours, out of
/// its place, or (in `finish`) never asked for. What cannot be read comes back as its type's default.
class ObjectReader {
 public:
  using Nodes = std::vector<json::Node>;

  /// `object` is a place in `nodes`, which must outlive this. `path` names it in faults; "" is the whole
  /// value.
  ObjectReader(const Nodes& nodes, std::size_t object, std::string path, std::vector<std::string>& faults);

  bool has(std::string_view name) const { return find(name) != none; }
  std::string text(std::string_view name);
  std::optional<std::string> text_or_null(std::string_view name);
  /// One of ours, that needs no escape: a view into the value.
  std::string_view word(std::string_view name);
  /// 0 to 2^32 - 1.
  std::uint32_t small_number(std::string_view name);
  std::optional<std::int64_t> number_or_null(std::string_view name);
  bool boolean(std::string_view name);
  std::optional<bool> boolean_or_null(std::string_view name);
  /// Any value, as compact text.
  std::string any(std::string_view name);
  Instant instant(std::string_view name);
  Uuid uuid(std::string_view name);
  std::optional<Uuid> uuid_or_null(std::string_view name);
  Position position(std::string_view name);
  std::optional<Multiplier> multiplier_or_null(std::string_view name);
  ObjectReader object(std::string_view name);
  /// A reader of each item, all of which must be objects.
  std::vector<ObjectReader> objects(std::string_view name);

  void fault(std::string_view name, std::string_view what);
  std::vector<std::string>& faults() { return faults_; }
  /// Every member that nobody asked for is a fault: what this build does not understand it must not fold.
  void finish();

 private:
  static constexpr std::size_t none = 0;  // no member has the place of the whole value
  /// More members than any object of ours has: those behind are never asked for.
  static constexpr std::size_t members_max = 64;

  std::size_t find(std::string_view name) const;
  const json::Node* member(std::string_view name);
  const json::Node* member(std::string_view name, json::Kind kind, std::string_view expected);
  bool is_null(std::string_view name) const;
  std::string path_of(std::string_view name) const;
  template <class Value, class Parse>
  Value parsed(std::string_view name, std::string_view expected, Parse parse);

  const Nodes& nodes_;
  std::size_t first_;  // place of the first member
  std::size_t end_;
  std::size_t next_;            // where the next member asked for is expected
  std::size_t next_index_ = 0;  // and its number among the members
  std::uint64_t asked_ = 0;     // a bit for each member
  bool in_order_ = true;
  std::string path_;
  std::vector<std::string>& faults_;
};

}  // namespace almanac::events
