#include "services/node/logging.hpp"

#include <spdlog/async.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>

#include "events/instant.hpp"
#include "services/api/transport/problem.hpp"

namespace almanac::node {
namespace {

constexpr std::size_t waiting_max = 8192;
constexpr std::array level_names = {"trace", "debug", "info", "warn", "error"};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  return static_cast<spdlog::level::level_enum>(level);
}

std::string_view name_of(spdlog::level::level_enum level) {
  const auto index = static_cast<std::size_t>(level);
  return index < level_names.size() ? level_names[index] : "error";
}

/// spdlog's own pattern `%v` escapes nothing; here the tail comes escaped and only time and level are added.
class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(LogFormat format) : format_(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    using std::chrono::milliseconds;
    const auto since = std::chrono::duration_cast<milliseconds>(message.time.time_since_epoch());
    const std::string time = events::Instant{since.count()}.text();
    const std::string_view level = name_of(message.level);
    const std::string_view tail(message.payload.data(), message.payload.size());
    if (format_ == LogFormat::json) {
      append(out, {R"({"time":")", time, R"(","level":")", level, "\",", tail, "}\n"});
    } else {
      const std::string_view blanks =
          std::string_view("      ").substr(std::min<std::size_t>(level.size(), 5));
      append(out, {time, " ", level, blanks, tail, "\n"});
    }
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(format_);
  }

 private:
  static void append(spdlog::memory_buf_t& out, std::initializer_list<std::string_view> parts) {
    for (const auto part : parts)
      out.append(part.data(), part.data() + part.size());
  }
  const LogFormat format_;
};

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (!out.empty()) out += ',';
  api::append_json_string(out, name);
  out += ':';
  api::append_json_string(out, value);
}

/// On one line whatever the bytes: no value can begin a line of its own or move a terminal's cursor.
void append_plain(std::string& out, std::string_view value) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char character : value) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte != 0x7f) {
      out += character;
    } else {
      out += "\\x";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
}

}  // namespace

LogLevel log_level_named(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (name == level_names[i]) return static_cast<LogLevel>(i);
  }
  return LogLevel::info;
}

std::string log_text(LogFormat format, std::string_view message, std::span<const LogField> fields) {
  std::string out;
  if (format == LogFormat::json) {
    append_member(out, "message", message);
    for (const auto& field : fields)
      append_member(out, field.name, field.value);
    return out;
  }
  append_plain(out, message);
  for (const auto& field : fields) {
    out += ' ';
    out += field.name;
    out += '=';
    const bool bare = !field.value.empty() && field.value.find_first_of(" =\"") == std::string::npos;
    if (!bare) out += '"';
    append_plain(out, field.value);
    if (!bare) out += '"';
  }
  return out;
}

Logger::Logger(LogLevel level, LogFormat format)
    : format_(format), pool_(std::make_shared<spdlog::details::thread_pool>(waiting_max, 1)) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  logger_ = std::make_shared<spdlog::async_logger>("almanac", std::move(sink), pool_,
                                                   spdlog::async_overflow_policy::overrun_oldest);
  logger_->set_formatter(std::make_unique<LineFormatter>(format));
  logger_->flush_on(spdlog::level::trace);
  set_level(level);
}

Logger::~Logger() = default;  // the pool writes out what waits before its thread ends

void Logger::say(LogLevel level, std::string_view message, std::span<const LogField> fields) const {
  if (!says(level)) return;
  const std::string text = log_text(format_, message, fields);
  logger_->log(to_spdlog(level), spdlog::string_view_t(text.data(), text.size()));
}

bool Logger::says(LogLevel level) const {
  return logger_->should_log(to_spdlog(level));
}

void Logger::set_level(LogLevel level) {
  logger_->set_level(to_spdlog(level));
}

std::uint64_t Logger::lost() const {
  return pool_->overrun_counter();
}

}  // namespace almanac::node
