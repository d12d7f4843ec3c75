#include "services/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "services/cli/table.hpp"

namespace almanac::cli {

Terminal this_terminal() {
  Terminal terminal;
  terminal.out = ::isatty(STDOUT_FILENO) == 1;
  terminal.err = ::isatty(STDERR_FILENO) == 1;
  const char* no_colour = std::getenv("NO_COLOR");
  terminal.colour = terminal.out && (no_colour == nullptr || *no_colour == '\0');
  winsize size{};
  if (terminal.out && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = size.ws_col;
  } else if (const char* columns = std::getenv("COLUMNS"); columns != nullptr && std::atoi(columns) > 0) {
    terminal.width = static_cast<std::size_t>(std::atoi(columns));
  }
  return terminal;
}

std::string coloured(std::string_view text, std::string_view colour, bool with_colour) {
  if (!with_colour) return std::string(text);
  std::string_view code = "0";
  if (colour == "red") code = "31";
  if (colour == "green") code = "32";
  if (colour == "yellow") code = "33";
  if (colour == "bold") code = "1";
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

int complain(int status, std::string_view cause, std::string_view next_step) {
  std::cerr << "almanac: " << plain_text(cause) << "\n";
  if (!next_step.empty()) std::cerr << "  " << next_step << "\n";
  return status;
}

void Progress::say(std::string_view what) {
  if (!shown_) return;
  std::cerr << "\r\x1b[K" << what << std::flush;
  dirty_ = true;
}

void Progress::bar(std::size_t part, std::size_t whole, std::string_view what) {
  constexpr std::size_t cells = 30;
  if (whole == 0) return say(what);
  const std::size_t full = std::min(cells, part * cells / whole);
  say("[" + std::string(full, '#') + std::string(cells - full, '.') + "] " +
      std::to_string(part * 100 / whole) + " % " + std::string(what));
}

void Progress::clear() {
  if (dirty_) std::cerr << "\r\x1b[K" << std::flush;
  dirty_ = false;
}

}  // namespace almanac::cli
