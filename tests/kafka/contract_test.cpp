#include <fstream>
#include <iterator>

#include "tests/kafka/support/brokers.hpp"
#include "tests/kafka/support/topics.hpp"
#include "tests/log/support/log_contract.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Two nodes of one topic.
class KafkaEngine final : public EngineUnderTest {
 public:
  KafkaEngine() {
    if (auto opened = reopen(); !opened) throw std::runtime_error(opened.error().what);
  }
  ~KafkaEngine() override {
    if (broken_) brokers().resume_all();
  }

  Log& log() override { return *log_; }
  Log& rival() override {
    if (!rival_) rival_ = open("rival").value();
    return *rival_;
  }

  tl::expected<void, Failure> reopen() override {
    if (broken_) brokers().resume_all();
    broken_ = false;
    log_.reset();
    rival_.reset();
    auto opened = open("node");
    if (!opened) return tl::unexpected(opened.error());
    log_ = std::move(*opened);
    expect_a_replica_on_every_broker();
    return {};
  }

  void break_commits() override {
    broken_ = true;
    brokers().pause_all();
  }

  tl::expected<void, Failure> flip_a_bit_of(const std::string& text) override {
    log_.reset();
    for (const auto& item : fs::recursive_directory_iterator(directory_.path() / "node" / "db")) {
      if (!item.is_regular_file()) continue;
      std::fstream file(item.path(), std::ios::in | std::ios::out | std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      const auto at = bytes.find(text);
      if (at == std::string::npos) continue;
      file.clear();
      file.seekp(static_cast<std::streamoff>(at));
      file.put(static_cast<char>(bytes[at] ^ 1));
      file.close();
      if (auto opened = reopen(); !opened) return opened;
      if (auto read = log_->barrier(); !read) return tl::unexpected(read.error());
      return {};
    }
    throw std::runtime_error("no file of the copy holds " + text);
  }

 private:
  tl::expected<std::unique_ptr<kafka::KafkaLog>, Failure> open(const std::string& name) {
    auto options = options_for(directory_.path() / name, topic_);
    options.claim_wait = options.append_wait = options.barrier_wait = 5s;
    return kafka::KafkaLog::open(options);
  }

  /// With three, a commit is in two of them at least.
  void expect_a_replica_on_every_broker() const {
    const auto topic = log_->standing().topic;
    ASSERT_TRUE(topic);
    EXPECT_EQ(topic->replicas, broker_count());
    EXPECT_EQ(topic->in_sync_min, broker_count() == 1 ? 1 : 2);
  }

  TemporaryDirectory directory_;
  std::string topic_ = fresh_topic();
  bool broken_ = false;
  std::unique_ptr<kafka::KafkaLog> log_, rival_;
};

INSTANTIATE_TEST_SUITE_P(Kafka, LogContract,
                         testing::Values(Engine{broker_count() == 1 ? "kafka" : "kafka_on_three_brokers",
                                                [] { return std::make_unique<KafkaEngine>(); }}),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace almanac::log::test
