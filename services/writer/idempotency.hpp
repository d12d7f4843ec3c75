#pragma once
#include <string>
#include <string_view>

#include "events/command.hpp"
#include "events/event.hpp"

/// What makes a retry the same command. Marks are stored in the log for 72 h of log time: how they are made
/// is frozen like an event's shape.
namespace almanac::writer {

/// What a client sends again when it retries. Empty where there is none.
struct RequestShape {
  std::string_view method;
  std::string_view path;
  std::string_view query;     ///< without `?`, as sent
  std::string_view if_match;  ///< the header's value, as sent
  std::string_view body;
};

/// `key` without the quotes that it may have come in: quoted and bare are one key.
events::IdempotencyMark mark_of(const events::Caller& caller, std::string_view key,
                                const RequestShape& request);

/// A key for a write that came without one: 32 hexadecimal digits, random. Any thread.
std::string key_made_inside();

}  // namespace almanac::writer
