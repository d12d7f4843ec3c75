// Appends batches to the log in argv[1] until it is killed, and reports what it was promised: a line a stage
// and then `<position> <hash>` for every committed batch, each written whole before the next append.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "events/log/embedded_log.hpp"
#include "tests/log/support/sample_records.hpp"

using namespace almanac::log;

namespace {

void report(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::_Exit(3);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  report("opening");
  auto log = EmbeddedLog::open({.directory = arguments[1], .memtable_bytes = std::size_t{64} << 10});
  if (!log) {
    std::cerr << log.error().what << "\n";
    return 1;
  }
  report("opened");
  const auto claim = (*log)->claim();
  if (!claim) return 1;
  Tip tip = test::tip_of(*claim);
  for (std::size_t size = 1;; size = size % 7 + 1) {
    const auto batch = test::sample_batch(tip, claim->epoch, size);
    const auto result = (*log)->append(claim->epoch, tip.next, batch);
    if (!std::holds_alternative<Committed>(result)) return 1;
    tip = *tip_behind(batch.back());
    report(std::to_string(tip.next - 1) + " " + almanac::events::hex(tip.last));
  }
}
