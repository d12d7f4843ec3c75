#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace almanac::projections {

/// Changed rows of one family, found by key alone. Keeps its memory when cleared: a fold of many events
/// allocates for the first ones only. One thread; several may read while nobody writes.
class KeyedRows {
 public:
  struct Row {
    std::string key;
    std::string value;
    bool erased = false;
  };

  /// nullptr: not changed here. Holds until the next `at`.
  const Row* find(std::string_view key) const;
  /// The row, made if it is not there; its value is the caller's to set.
  Row& at(std::string_view key);
  void clear();
  /// In key order.
  std::vector<const Row*> sorted() const;

 private:
  std::size_t slot_of(std::string_view key) const;
  void grow();

  std::vector<Row> rows_;  ///< the first `used_` hold rows, the others memory
  std::size_t used_ = 0;
  std::vector<std::uint32_t> slots_;  ///< place in rows_ + 1, or 0; at most half full
};

/// Changes of a family that nobody reads before they are committed, one after the other.
class WrittenRows {
 public:
  void add(std::string_view key, std::optional<std::string_view> value);
  void clear();

  struct Change {
    std::string_view key;
    std::optional<std::string_view> value;
  };
  /// In key order; of several of one key the last.
  std::vector<Change> sorted() const;

 private:
  struct Place {
    std::size_t begin = 0;
    std::size_t key_size = 0;
    std::size_t value_size = 0;
    bool erased = false;
  };
  std::string bytes_;
  std::vector<Place> places_;
};

}  // namespace almanac::projections
