// Imports the export argv[1] into the log argv[2], with a line for every record that it has judged and one
// when it is done.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "events/log/export.hpp"
#include "events/log/import.hpp"
#include "tests/log/support/sample_records.hpp"

using namespace almanac::log;

namespace {

void report(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::_Exit(3);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  std::ifstream in(arguments[1]);
  ExportSource source(in, arguments[1]);
  const auto judged = [](const Entry& entry) {
    report(std::to_string(entry.position));
    return std::optional<std::string>();
  };
  const auto go_on = [](const Tip&, Epoch) { return test::copy_claimed(); };
  const auto imported = import_directory(arguments[2], source, Unsealed::accept_a_copy, go_on, judged);
  if (!imported) return 1;
  report("done");
}
