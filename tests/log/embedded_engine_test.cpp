#include <fstream>
#include <iterator>

#include "events/log/embedded_log.hpp"
#include "tests/log/support/faulty_files.hpp"
#include "tests/log/support/log_contract.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

namespace fs = std::filesystem;

class EmbeddedEngine final : public EngineUnderTest {
 public:
  EmbeddedEngine() {
    if (auto opened = reopen(); !opened) throw std::runtime_error(opened.error().what);
  }
  Log& log() override { return *log_; }
  Log& rival() override { return *log_; }

  tl::expected<void, Failure> reopen() override {
    log_.reset();
    faults_->calls_before_fault = -1;
    auto opened = EmbeddedLog::open({.directory = directory_.path() / "log", .env = env_.get()});
    if (!opened) return tl::unexpected(opened.error());
    log_ = std::move(*opened);
    return {};
  }

  void break_commits() override { faults_->calls_before_fault = 0; }

  tl::expected<void, Failure> flip_a_bit_of(const std::string& text) override {
    log_.reset();
    for (const auto& item : fs::recursive_directory_iterator(directory_.path())) {
      if (!item.is_regular_file()) continue;
      std::fstream file(item.path(), std::ios::in | std::ios::out | std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      const auto at = bytes.find(text);
      if (at == std::string::npos) continue;
      file.clear();
      file.seekp(static_cast<std::streamoff>(at));
      file.put(static_cast<char>(bytes[at] ^ 1));
      file.close();
      return reopen();
    }
    throw std::runtime_error("no file holds " + text);
  }

 private:
  TemporaryDirectory directory_;
  std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
  std::unique_ptr<rocksdb::Env> env_ = faulty_env(faults_);
  std::unique_ptr<EmbeddedLog> log_;
};

INSTANTIATE_TEST_SUITE_P(Embedded, LogContract,
                         testing::Values(Engine{"embedded",
                                                [] { return std::make_unique<EmbeddedEngine>(); }}),
                         [](const auto& engine) { return engine.param.name; });

TEST(EmbeddedEpochs, none_is_given_twice_even_if_nothing_was_appended_in_it) {
  EmbeddedEngine engine;
  Epoch last = 0;
  for (int i = 0; i < 4; ++i) {
    const auto claim = engine.log().claim();
    ASSERT_TRUE(claim);
    EXPECT_GT(claim->epoch, last);
    last = claim->epoch;
    ASSERT_TRUE(engine.reopen());
  }
}

}  // namespace
}  // namespace almanac::log::test
