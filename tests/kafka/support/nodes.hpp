#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/kafka/support/brokers.hpp"
#include "tests/kafka/support/topics.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

/// Nodes of one topic on the test's broker, each with a copy of its own.
namespace almanac::log::test {

class OneTopic : public testing::Test {
 protected:
  kafka::Options options(const std::string& node = "node") const {
    return options_for(directory.path() / node, topic);
  }
  /// Throws where a test says nothing else.
  std::unique_ptr<kafka::KafkaLog> open(const std::string& node = "node") const {
    auto opened = kafka::KafkaLog::open(options(node));
    if (!opened) throw std::runtime_error(opened.error().what);
    return std::move(*opened);
  }
  /// What a node that has nothing yet reads up to the end.
  std::vector<Entry> read_by_another() const {
    static int nodes = 0;
    const auto log = open("another-" + std::to_string(++nodes));
    if (const auto end = log->barrier(); !end) throw std::runtime_error(end.error().what);
    return all_of(*log);
  }

  TemporaryDirectory directory;
  std::string topic = fresh_topic();
};

template <typename Result>
bool is(const AppendResult& result) {
  return std::holds_alternative<Result>(result);
}

}  // namespace almanac::log::test
