#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace almanac::cli {

/// Where the output goes.
struct Terminal {
  bool out = false;     ///< standard output is a terminal
  bool err = false;     ///< standard error is one
  bool colour = false;  ///< out is one, and NO_COLOR does not say otherwise
  std::size_t width = 80;
};
Terminal this_terminal();

/// `red` or `green` and the like around a text, or the text alone.
std::string coloured(std::string_view text, std::string_view colour, bool with_colour);

/// Says what went wrong and what to do next, to standard error; returns `status`.
int complain(int status, std::string_view cause, std::string_view next_step);

/// A line on standard error that is overwritten by the next one; silent where that is no terminal.
class Progress {
 public:
  explicit Progress(bool shown) : shown_(shown) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void say(std::string_view what);
  /// `[#####.....] 52 % what`
  void bar(std::size_t part, std::size_t whole, std::string_view what);
  void clear();

 private:
  bool shown_;
  bool dirty_ = false;
};

}  // namespace almanac::cli
