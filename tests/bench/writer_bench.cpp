// The writer against the raw committer: rows 4 and 5 of the goals, without HTTP.
//
//     build/release/bench/writer_bench [commands a run] [runs]
//
// Runs are interleaved and the same record bytes go both ways: the writer judges, encodes, folds and commits
// a creation of a 1 KB user model for each of 64 submitters that wait for their answer before they send the
// next one; then the records that it wrote go into a fresh log in batches of 64, one sync each, and nothing
// else. With one submitter, latencies of single commands are compared in the same way.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <string>
#include <vector>

#include "events/log/embedded_log.hpp"
#include "projections/projector.hpp"
#include "projections/store.hpp"
#include "services/writer/writer.hpp"

namespace {

using namespace almanac;
using Clock = std::chrono::steady_clock;

constexpr int submitters = 64;

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

struct Measured {
  double per_second = 0;
  double cpu_us = 0;  // a command
  double p50_us = 0;
};

template <class T>
T must(tl::expected<T, log::Failure> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s; %s\n", result.error().what.c_str(), result.error().mend.c_str());
  std::exit(1);
}

double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

events::Caller caller_of(const std::string& organization) {
  return {.organization = organization, .actor = "client:bench", .scopes = {.bits = 0xFF}};
}

writer::Submission creation(const events::ModelId& parent, int number) {
  static const std::string metadata = "{\"notes\":\"" + std::string(800, 'x') + "\"}";
  const auto caller = caller_of("acme");
  const std::string key = "bench-" + std::to_string(number);
  events::CreateUserModel command;
  command.display_name = "Support assistant " + std::to_string(number);
  command.metadata = metadata;
  command.own.parent = parent;
  command.own.system_prompt_id = "prompt-1";
  return {.command = std::move(command),
          .caller = caller,
          .mark = writer::mark_of(caller, key, {.method = "POST", .path = "/v1/models", .body = metadata}),
          .request_bytes = metadata.size()};
}

/// A writer on fresh files, and 64 submitters that each have one command under way.
class WriterRun {
 public:
  explicit WriterRun(const std::filesystem::path& directory)
      : log(must(log::EmbeddedLog::open({.directory = directory / "log"}))),
        store(must(projections::Store::open({.directory = directory / "read-models"}))),
        projector(*store),
        writer(*log, *store, projector, clock, {.node = "bench"}, {}) {
    if (const auto started = writer.start([](events::Position, events::Position) {}); !started) {
      std::fprintf(stderr, "%s\n", started.error().what.c_str());
      std::exit(1);
    }
    events::CreateSystemModel parent;
    parent.display_name = "Base";
    parent.own.provider = "maker";
    parent.own.model_name = "base";
    parent.own.context_window = 128'000;
    std::latch created(1);
    writer.submit({.command = parent, .caller = caller_of("")}, [&](const writer::Outcome& outcome) {
      parent_id = std::get<writer::Written>(outcome).model.value();
      created.count_down();
    });
    created.wait();
  }

  Measured run(int commands, int at_once) {
    latencies_.clear();
    latencies_.reserve(static_cast<std::size_t>(commands));
    left_to_send_ = commands - at_once;
    std::latch finished(commands);
    const double cpu = cpu_seconds();
    const auto begun = Clock::now();
    for (int i = 0; i < at_once; ++i)
      send(finished);
    finished.wait();
    const double took = seconds_since(begun);
    return {commands / took, (cpu_seconds() - cpu) * 1e6 / commands, percentile(latencies_, 0.5)};
  }

 private:
  void send(std::latch& finished) {
    const int number = number_++;
    writer.submit(creation(parent_id, number),
                  [this, &finished, begun = Clock::now()](const writer::Outcome& outcome) {
                    if (!std::holds_alternative<writer::Written>(outcome)) std::abort();
                    latencies_.push_back(seconds_since(begun) * 1e6);
                    if (left_to_send_-- > 0) send(finished);
                    finished.count_down();
                  });
  }

  writer::MachineClock clock;

 public:
  std::unique_ptr<log::EmbeddedLog> log;
  std::unique_ptr<projections::Store> store;
  projections::Projector projector;
  writer::Writer writer;

 private:
  events::ModelId parent_id;
  std::atomic<int> number_{0};
  std::atomic<int> left_to_send_{0};
  std::vector<double> latencies_;
};

std::vector<log::Record> records_of(const log::Log& log) {
  std::vector<log::Record> records;
  for (;;) {
    auto page = must(log.read(records.size(), 4'096));
    if (page.empty()) return records;
    for (auto& entry : page)
      records.push_back(std::move(entry.record));
  }
}

/// `records[from..)` go on where the log ends, so many a commit.
Measured commit_raw(log::Log& log, const std::vector<log::Record>& records, std::size_t from,
                    std::size_t at_once, log::Epoch epoch) {
  std::vector<double> latencies;
  const double cpu = cpu_seconds();
  const auto begun = Clock::now();
  for (std::size_t at = from; at < records.size(); at += at_once) {
    const std::size_t count = std::min(at_once, records.size() - at);
    const auto sent = Clock::now();
    const auto result = log.append(epoch, at, std::span(records).subspan(at, count));
    if (!std::holds_alternative<log::Committed>(result)) std::abort();
    latencies.push_back(seconds_since(sent) * 1e6);
  }
  const auto commands = static_cast<double>(records.size() - from);
  return {commands / seconds_since(begun), (cpu_seconds() - cpu) * 1e6 / commands,
          percentile(latencies, 0.5)};
}

void report(const char* what, const std::vector<double>& values, const char* unit) {
  std::printf("%-44s %10.2f %s   (%.2f to %.2f)\n", what, percentile(values, 0.5), unit,
              *std::min_element(values.begin(), values.end()),
              *std::max_element(values.begin(), values.end()));
}

}  // namespace

int main(int count, char** arguments) {
  const int commands = count > 1 ? std::atoi(arguments[1]) : 20'000;
  const int runs = count > 2 ? std::atoi(arguments[2]) : 7;
  const int singles = std::max(commands / 20, 100);
  std::string name = (std::filesystem::current_path() / "writer-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return 1;
  const std::filesystem::path directory = name;

  std::vector<double> rate, raw_rate, ratio, cpu, raw_cpu, p50, raw_p50, p50_ratio, batch_size;
  for (int i = 0; i < runs; ++i) {
    std::vector<log::Record> records;
    std::size_t first = 0;
    std::size_t first_single = 0;
    {
      WriterRun written(directory / ("writer" + std::to_string(i)));
      first = written.log->end();
      const auto batches = written.writer.metrics().batches.load();
      const Measured many = written.run(commands, submitters);
      batch_size.push_back(commands / static_cast<double>(written.writer.metrics().batches - batches));
      first_single = written.log->end();
      const Measured one = written.run(singles, 1);
      written.writer.stop();
      records = records_of(*written.log);
      rate.push_back(many.per_second);
      cpu.push_back(many.cpu_us);
      p50.push_back(one.p50_us);
    }
    {
      const auto raw = must(log::EmbeddedLog::open({.directory = directory / ("raw" + std::to_string(i))}));
      const log::Claim claim = must(raw->claim());
      const std::vector<log::Record> before(records.begin(), records.begin() + static_cast<long>(first));
      commit_raw(*raw, before, 0, before.size(), claim.epoch);
      const std::vector<log::Record> together(records.begin(),
                                              records.begin() + static_cast<long>(first_single));
      const Measured many = commit_raw(*raw, together, first, submitters, claim.epoch);
      const Measured one = commit_raw(*raw, records, first_single, 1, claim.epoch);
      raw_rate.push_back(many.per_second);
      raw_cpu.push_back(many.cpu_us);
      raw_p50.push_back(one.p50_us);
    }
    ratio.push_back(rate.back() / raw_rate.back());
    p50_ratio.push_back(p50.back() / raw_p50.back());
    std::filesystem::remove_all(directory / ("writer" + std::to_string(i)));
    std::filesystem::remove_all(directory / ("raw" + std::to_string(i)));
  }
  std::filesystem::remove_all(directory);

  std::printf("%d commands a run, %d runs, median (least to most)\n", commands, runs);
  report("writer, 64 submitters", rate, "commands/s");
  report("raw committer, batches of 64", raw_rate, "records/s");
  report("writer / raw committer", ratio, "");
  report("commands a batch", batch_size, "");
  report("writer, CPU a command", cpu, "us");
  report("raw committer, CPU a record", raw_cpu, "us");
  report("writer, 1 submitter, p50", p50, "us");
  report("raw append of 1, p50", raw_p50, "us");
  report("writer / raw append, p50", p50_ratio, "");
  return 0;
}
