#pragma once
#include <string>

#include <tl/expected.hpp>

#include "events/instant.hpp"
#include "events/log/import.hpp"
#include "events/uuid.hpp"

namespace almanac::cli {

/// The LogSealed behind `last`, the record at the end of a log, in a claimed `epoch`.
tl::expected<events::Record, log::Failure> seal_behind(const events::Record& last, const log::Tip& tip,
                                                       log::Epoch epoch);

/// Ends a log that moves: claims it and appends LogSealed, after which nobody claims it. Nothing is done to
/// one that is sealed already.
tl::expected<void, log::Failure> seal(log::Log& log);

/// Watches an import go by and makes the record with which the log goes on in its new place: a WriterClaimed
/// that names the seal where there is one, and for a copy a log id that no other log has. Outlives the
/// import.
class Handover {
 public:
  Handover(std::string build, log::Unsealed unsealed) : build_(std::move(build)), unsealed_(unsealed) {}
  log::Meaning meaning();
  log::GoOn go_on();

 private:
  std::string build_;
  log::Unsealed unsealed_;
  bool sealed_ = false;
  events::Instant last_time_;
  events::Uuid log_id_;
};

}  // namespace almanac::cli
