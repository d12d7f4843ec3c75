#include "tests/kafka/support/brokers.hpp"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

namespace almanac::log::test {
namespace {

std::string run(const std::string& arguments) {
  const std::string command =
      std::string(ALMANAC_SOURCE_DIR) + "/deploy/cluster/brokers " + arguments + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string said;
  std::array<char, 4096> text{};
  for (std::size_t size = 0; (size = ::fread(text.data(), 1, text.size(), pipe)) > 0;)
    said.append(text.data(), size);
  if (::pclose(pipe) != 0) throw std::runtime_error(command + " failed: " + said);
  return said;
}

std::unique_ptr<Brokers>& the_brokers() {
  static std::unique_ptr<Brokers> them;
  return them;
}

class StopAtTheEnd final : public testing::Environment {
  void TearDown() override { the_brokers().reset(); }
};
const auto* const registered = testing::AddGlobalTestEnvironment(new StopAtTheEnd);

}  // namespace

Brokers::Brokers(int count) : count_(count) {
  bootstrap_ = run("start " + (parent_.path() / "brokers").string() + " " + std::to_string(count) +
                   " --while " + std::to_string(::getpid()));
  while (!bootstrap_.empty() && bootstrap_.back() == '\n')
    bootstrap_.pop_back();
}

Brokers::~Brokers() {
  try {
    run("stop " + (parent_.path() / "brokers").string());
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
}

void Brokers::signal(int number, int which) const {
  std::ifstream file(parent_.path() / "brokers" / std::to_string(number) / "pid");
  pid_t pid = 0;
  if (!(file >> pid) || pid <= 1 || ::kill(pid, which) != 0)
    throw std::runtime_error("no broker " + std::to_string(number));
}

void Brokers::pause(int number) const {
  signal(number, SIGSTOP);
}
void Brokers::resume(int number) const {
  signal(number, SIGCONT);
}
void Brokers::pause_all() const {
  for (int number = 1; number <= count_; ++number)
    pause(number);
}
void Brokers::resume_all() const {
  for (int number = 1; number <= count_; ++number)
    resume(number);
}
void Brokers::kill(int number) const {
  signal(number, SIGKILL);
}
void Brokers::again(int number) const {
  run("again " + (parent_.path() / "brokers").string() + " " + std::to_string(number));
}

std::filesystem::path Brokers::data(int number) const {
  return parent_.path() / "brokers" / std::to_string(number) / "data";
}

int broker_count() {
  const char* wanted = std::getenv("ALMANAC_KAFKA_BROKERS");
  if (wanted == nullptr) return 1;
  const std::string text = wanted;
  if (text != "1" && text != "3") {
    std::cerr << "ALMANAC_KAFKA_BROKERS=" << text << ": this program starts 1 or 3 brokers\n";
    std::exit(2);
  }
  return std::stoi(text);
}

Brokers& brokers() {
  if (!the_brokers()) the_brokers() = std::make_unique<Brokers>(broker_count());
  return *the_brokers();
}

std::string fresh_topic() {
  static int last = 0;
  return "almanac.test-" + std::to_string(++last);
}

}  // namespace almanac::log::test
