#pragma once
#include <memory>

#include <tl/expected.hpp>

#include "events/log/log.hpp"
#include "services/api/access/keys.hpp"
#include "services/api/access/token.hpp"
#include "services/node/logging.hpp"
#include "services/node/settings.hpp"

namespace almanac::node {

/// Who vouches for callers: the configured provider, or this node's development issuer.
struct Identity {
  std::unique_ptr<api::Keys> keys;
  std::unique_ptr<api::Tokens> tokens;
  bool development_issuer = false;

  /// A key file that cannot be read is refused; a URL that does not answer is only said, and tried again.
  static tl::expected<Identity, log::Failure> open(const Settings& settings, const Logger& logger);
};

}  // namespace almanac::node
