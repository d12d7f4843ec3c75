#pragma once
#include <filesystem>
#include <string>

#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {

/// Real brokers, started by deploy/cluster/brokers, gone with this or with this process.
class Brokers {
 public:
  /// Throws when they cannot be had: a suite that needs them fails, and says why.
  explicit Brokers(int count);
  Brokers(const Brokers&) = delete;
  Brokers& operator=(const Brokers&) = delete;
  ~Brokers();

  const std::string& bootstrap() const { return bootstrap_; }
  /// Broker `number`, from 1, stops in the middle of whatever it does (SIGSTOP), and goes on.
  void pause(int number = 1) const;
  void resume(int number = 1) const;
  /// None of them answers, so nothing can be committed, whichever leads.
  void pause_all() const;
  void resume_all() const;
  /// SIGKILL; `again` starts it on the same data and waits until all answer.
  void kill(int number = 1) const;
  void again(int number = 1) const;
  /// Where it keeps its partitions.
  std::filesystem::path data(int number = 1) const;

 private:
  void signal(int number, int which) const;

  const int count_;
  TemporaryDirectory parent_;
  std::string bootstrap_;
};

/// How many this test program has: ALMANAC_KAFKA_BROKERS, 1 or 3; 1 where it says nothing.
int broker_count();
/// Those of this test program, running, and started by the first who asks.
Brokers& brokers();

/// A topic name that no other test has.
std::string fresh_topic();

}  // namespace almanac::log::test
