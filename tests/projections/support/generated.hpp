#pragma once
#include <cstdint>
#include <vector>

#include "projections/pending.hpp"
#include "tests/events/support/world.hpp"
#include "tests/projections/support/told_log.hpp"

namespace almanac::projections::testing {

/// A world with people in it after a sequence of commands, made from numbers; refused ones leave no trace.
events::testing::World world_after(const std::vector<std::uint64_t>& numbers);
/// The same sequence every time, long enough to re-point, reprice, retire, import, revert and delete.
std::vector<std::uint64_t> long_sequence(std::size_t commands, std::uint64_t seed = 1);

/// Rows in memory: a layer on nothing, with all that a log tells folded into it.
class FoldedRows {
 public:
  FoldedRows() : rows_(nothing_) {}
  explicit FoldedRows(const ToldLog& log) : FoldedRows() { fold_all(log); }
  void fold_all(const ToldLog& log);
  MutableRows& rows() { return rows_; }

 private:
  NoRows nothing_;
  Pending rows_;
};

/// Puts a layer's rows into others, as a commit does, and clears it.
void settle(Layer& layer, MutableRows& into);

}  // namespace almanac::projections::testing
