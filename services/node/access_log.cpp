#include "services/node/access_log.hpp"

#include <vector>

namespace almanac::node {

LogLevel AccessLog::level_of(int status, Time now) {
  if (status < 500) return LogLevel::debug;
  if (status != 503) return LogLevel::warn;
  auto until = quiet_until_.load(std::memory_order_relaxed);
  if (now.time_since_epoch().count() < until) return LogLevel::debug;
  const auto next = (now + std::chrono::seconds(1)).time_since_epoch().count();
  return quiet_until_.compare_exchange_strong(until, next) ? LogLevel::warn : LogLevel::debug;
}

void AccessLog::answered(const api::Answered& answered, Time now) {
  const LogLevel level = level_of(answered.status, now);
  if (!logger_.says(level)) return;
  std::vector<LogField> fields;
  const auto add = [&fields](std::string_view name, std::string_view value) {
    if (!value.empty()) fields.push_back({name, std::string(value)});
  };
  add("request", answered.request_id);
  add("method", answered.method);
  add("path", answered.path);
  add("operation", answered.operation);
  add("status", std::to_string(answered.status));
  add("took_us", std::to_string(answered.took.count()));
  add("organization", answered.organization);
  add("traceparent", answered.traceparent);
  add("reason", answered.reason);
  logger_.say(level, "answered", fields);
}

}  // namespace almanac::node
