#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog

/// The one way by which a node says anything, to its standard error.
namespace almanac::node {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error };
LogLevel log_level_named(std::string_view name);

enum class LogFormat : std::uint8_t { text, json };

struct LogField {
  std::string_view name;
  std::string value;
};

/// Lines are put together on the caller's thread and written by another; when that one cannot keep up, the
/// oldest waiting lines are lost rather than anybody held up. Any thread. Values may be any bytes: JSON lines
/// stay valid JSON, text lines stay one line.
class Logger {
 public:
  Logger(LogLevel level, LogFormat format);
  /// Everything said before is written.
  ~Logger();
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  void say(LogLevel level, std::string_view message, std::span<const LogField> fields) const;
  void say(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {}) const {
    say(level, message, std::span(fields.begin(), fields.size()));
  }
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    say(LogLevel::info, message, fields);
  }
  void warn(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    say(LogLevel::warn, message, fields);
  }
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    say(LogLevel::error, message, fields);
  }
  bool says(LogLevel level) const;
  void set_level(LogLevel level);
  /// Lines that were lost because too many waited.
  std::uint64_t lost() const;

 private:
  const LogFormat format_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::logger> logger_;
};

/// The tail of a line, behind time and level; apart for tests.
std::string log_text(LogFormat format, std::string_view message, std::span<const LogField> fields);

}  // namespace almanac::node
