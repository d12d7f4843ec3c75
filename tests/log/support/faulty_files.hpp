#pragma once
#include <atomic>
#include <memory>

#include <rocksdb/env.h>

namespace almanac::log::test {

/// When writes begin to fail: shared by a test and the files under the engine.
struct Faults {
  std::atomic<long> calls_before_fault{-1};  ///< counts down on every write and sync; below 0: never
  std::atomic<bool> torn{false};             ///< the failing write leaves its first half behind
  std::atomic<long> failed{0};
};

/// The system's files, but from one call on every write and sync says that the disk is full.
std::unique_ptr<rocksdb::Env> faulty_env(std::shared_ptr<Faults> faults);

}  // namespace almanac::log::test
