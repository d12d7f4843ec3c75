#pragma once
#include <memory>
#include <vector>

#include <tl/expected.hpp>

#include "events/log/kafka/kafka_log.hpp"
#include "events/log/owned_directory.hpp"
#include "projections/store.hpp"
#include "services/node/logging.hpp"
#include "services/node/settings.hpp"

namespace almanac::node {

/// A node's own files, locked: the log, and the read models that agree with it. Read models of another log
/// are set aside, to be built anew; a log that lacks what was acknowledged is refused.
struct Storage {
  log::OwnedDirectory directory;
  std::unique_ptr<projections::Store> store;
  std::unique_ptr<log::Log> log;
  log::kafka::KafkaLog* kafka = nullptr;  ///< the same, where `log.engine` is kafka

  static tl::expected<Storage, log::Failure> open(const Settings& settings, const Logger& logger);
};

/// What read models that stand there remember of their log.
std::vector<log::Witness> witnesses_of(const projections::Applied& applied);

/// What the settings say of the cluster; for a node, for its log and for who would write it, with a node's
/// waits.
log::kafka::Options kafka_options(const Settings& settings);
log::kafka::Options kafka_options(const Settings& settings, const Logger& logger);

}  // namespace almanac::node
