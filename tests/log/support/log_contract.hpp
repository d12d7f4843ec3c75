#pragma once
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "events/log/log.hpp"

namespace almanac::log::test {

/// One log under one engine, and what the contract needs to be done to it from outside.
class EngineUnderTest {
 public:
  virtual ~EngineUnderTest() = default;
  /// The log, as its process has it open.
  virtual Log& log() = 0;
  /// Another writer of the same log; the same object where only one process may have it open.
  virtual Log& rival() = 0;
  /// Ends the process's use of the log and begins another; what refuses is returned.
  virtual tl::expected<void, Failure> reopen() = 0;
  /// From now on the disk or the brokers take nothing; `reopen` mends them.
  virtual void break_commits() = 0;
  /// Flips one bit of a stored record whose value holds this text, while the log is closed, then reopens.
  virtual tl::expected<void, Failure> flip_a_bit_of(const std::string& text) = 0;
};

/// An engine's entry in the suite: a name and how to make an empty log.
struct Engine {
  std::string name;
  std::function<std::unique_ptr<EngineUnderTest>()> make;
};
inline void PrintTo(const Engine& engine, std::ostream* out) {
  *out << engine.name;
}

/// The contract of log.hpp, for every engine: INSTANTIATE_TEST_SUITE_P(Name, LogContract, Values(Engine{…})).
class LogContract : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override { engine = GetParam().make(); }
  Log& log() { return engine->log(); }

  std::unique_ptr<EngineUnderTest> engine;
};

}  // namespace almanac::log::test
