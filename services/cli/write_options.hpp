#pragma once
#include <optional>
#include <string>

#include "services/cli/session.hpp"

namespace almanac::cli {

/// What every write takes beside its own: why, under which key, and on which version.
struct WriteOptions {
  std::string reason, key, if_match;
  void add_to(CLI::App& verb);
  /// A key is made where none was given, so that a try that got no answer can be repeated by hand.
  void add_to(ClientRequest& request) const;
};

/// The body of a write, member by member.
class Body {
 public:
  void text(std::string_view name, const std::string& value);
  /// Any JSON, already rendered: numbers keep their text.
  void raw(std::string_view name, std::string_view value);
  bool empty() const { return text_.empty(); }
  std::string json() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

}  // namespace almanac::cli
