#pragma once
#include <string>
#include <string_view>

#include "services/cli/session.hpp"

/// Events as a person reads them, one a line.
namespace almanac::cli {

/// `position  time  type  subject  actor  what changed  "reason"`
std::string event_line(const events::json::Value& event);

/// Prints a CloudEvent: for a person, or its JSON on one line.
void print_event(const Session& session, const std::string& json);

/// Takes Server-Sent Events (HTML, 9.2) apart as their bytes come, in pieces of any size. One thread.
class FrameReader {
 public:
  struct Frame {
    std::string id, data, comment;
  };
  void feed(std::string_view bytes) { text_.append(bytes); }
  /// Nullopt: the next frame is not whole yet.
  std::optional<Frame> next();

 private:
  std::string text_;
};

}  // namespace almanac::cli
