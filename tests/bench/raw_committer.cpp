// The baseline of row 5 of design/goals.md: the embedded log alone, without HTTP, law or read models. Reads
// the first records of a log, beside the node that writes it, and commits the same bytes to a fresh one: one
// batch, one sync.
//
//     raw_committer LOG_DIRECTORY NEW_DIRECTORY RECORDS BATCH
//
// Prints one line of JSON: records committed in a second, CPU of this process a record, bytes a record. The
// new directory is removed.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <vector>

#include "events/log/embedded_log.hpp"
#include "events/log/read_only_log.hpp"

namespace {

using namespace almanac;
using Clock = std::chrono::steady_clock;

template <class T>
T must(tl::expected<T, log::Failure> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s; %s\n", result.error().what.c_str(), result.error().mend.c_str());
  std::exit(1);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

std::vector<log::Record> first_records(const std::filesystem::path& directory, std::size_t wanted) {
  const auto source = must(log::ReadOnlyLog::open(directory));
  std::vector<log::Record> records;
  while (records.size() < wanted) {
    auto page = must(source->read(records.size(), std::min<std::size_t>(wanted - records.size(), 4'096)));
    if (page.empty()) break;
    for (auto& entry : page)
      records.push_back(std::move(entry.record));
  }
  return records;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: raw_committer LOG_DIRECTORY NEW_DIRECTORY RECORDS BATCH\n");
    return 2;
  }
  const auto records = first_records(argv[1], std::strtoull(argv[3], nullptr, 10));
  const auto batch = static_cast<std::size_t>(std::atoi(argv[4]));
  std::size_t bytes = 0;
  for (const auto& record : records)
    bytes += record.bytes.size();
  {
    const auto fresh = must(log::EmbeddedLog::open({.directory = argv[2]}));
    const log::Claim claim = must(fresh->claim());
    const double cpu = cpu_seconds();
    const auto begun = Clock::now();
    for (std::size_t at = 0; at < records.size(); at += batch) {
      const auto count = std::min(batch, records.size() - at);
      const auto result = fresh->append(claim.epoch, at, std::span(records).subspan(at, count));
      if (!std::holds_alternative<log::Committed>(result)) {
        std::fprintf(stderr, "a commit at %zu was refused\n", at);
        return 1;
      }
    }
    const auto count = static_cast<double>(records.size());
    const double took = std::chrono::duration<double>(Clock::now() - begun).count();
    std::printf("{\"records\": %zu, \"per_second\": %.0f, \"cpu_us\": %.2f, \"bytes\": %.0f}\n",
                records.size(), count / took, (cpu_seconds() - cpu) * 1e6 / count,
                static_cast<double>(bytes) / count);
  }
  std::filesystem::remove_all(argv[2]);
}
