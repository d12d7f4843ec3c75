// The baseline of row 4 of design/goals.md: the least that a durable write can cost on this disk. Appends the
// same number of bytes to one file and makes them durable, one at a time.
//
//     raw_append FILE BYTES SECONDS
//
// Prints one line of JSON: what was done in a second, and the latency of the middle one and of one in a
// hundred. The file is removed.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: raw_append FILE BYTES SECONDS\n");
    return 2;
  }
  using Clock = std::chrono::steady_clock;
  const std::string bytes(static_cast<std::size_t>(std::atoi(argv[2])), 'x');
  const std::chrono::duration<double> wanted(std::atof(argv[3]));
  const int file = open(argv[1], O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  std::vector<double> latencies_us;
  const auto begun = Clock::now();
  auto now = begun;
  while (now - begun < wanted) {
    const auto sent = now;
    if (write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
        fdatasync(file) != 0) {
      std::perror("raw_append");
      return 1;
    }
    now = Clock::now();
    latencies_us.push_back(std::chrono::duration<double, std::micro>(now - sent).count());
  }
  const double took = std::chrono::duration<double>(now - begun).count();
  close(file);
  unlink(argv[1]);
  std::sort(latencies_us.begin(), latencies_us.end());
  const auto count = static_cast<double>(latencies_us.size());
  std::printf("{\"per_second\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f}\n", count / took,
              latencies_us[latencies_us.size() / 2], latencies_us[static_cast<std::size_t>(count * 0.99)]);
}
