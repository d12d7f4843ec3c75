#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "services/api/answers/event_teller.hpp"
#include "services/api/answers/log_walk.hpp"
#include "services/api/requests/log_place.hpp"
#include "services/api/service.hpp"

namespace almanac::api {

/// The events behind a place as Server-Sent Events, without an end: what is already there and what comes are
/// read by one loop over the committed records, so that there is no hand-over to lose anything in. Frames:
///
///     event: dev.almanac.ModelCreated.v1
///     id: 42.9f86d081884c7d65
///     data: {"specversion":"1.0",…}
///
/// and, when there was nothing to say for `stream_heartbeat`, the `id:` alone: the last position looked at.
class EventStream final : public BodySource {
 public:
  /// `service` outlives it. `from` is given out first, as the id to come back with.
  EventStream(const Service& service, EventTeller teller, LogPlace from, events::Instant token_expires_at);
  ~EventStream() override;

  Pull pull(std::string& out, std::size_t bytes_max) override;
  void started(const Waker& waker) override;
  void stopping() override { stopping_ = true; }

 private:
  using Steady = std::chrono::steady_clock;
  /// Nullopt: the place is of this log, or not there yet.
  std::optional<Pull> check_place(std::string& out, events::Position end);
  std::optional<Pull> read_on(std::string& out, std::size_t bytes_max, events::Position end);
  /// The same, from or for the other streams where they tell the same.
  std::optional<Pull> read_with_others(std::string& out, std::size_t bytes_max, events::Position end);

  const Service& service_;
  EventTeller teller_;
  LogWalk walk_;
  events::Position next_;  ///< to be looked at
  std::optional<LogPlace> unchecked_;
  events::Instant token_expires_at_;
  std::string id_;
  Steady::time_point told_at_{};  ///< when the last frame was written; before the first: long ago
  bool stopping_ = false;
  std::optional<std::uint64_t> feed_id_;
};

}  // namespace almanac::api
