#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "events/log/kafka/topic_fault.hpp"
#include "events/log/log.hpp"
#include "events/log/verify.hpp"
#include "services/cli/session.hpp"

namespace almanac::cli {

/// What a record must mean: an event that this build can decode.
log::Meaning decodable();

/// `cause`, then what to do: a failure of a log as every verb says it.
int complain_of(const log::Failure& failure);

/// The same of a topic; brokers that do not answer are a service that cannot be reached.
int complain_of(const log::kafka::TopicFault& fault);

/// The data directory of a verb on a node's files; complains where the settings are refused.
std::optional<std::filesystem::path> data_dir_of(const Session& session);

/// Where the log of a verb is: in a topic if an option says so, what it does not say being in the node's
/// settings; else in the node's data directory. Complains where the settings are refused.
std::optional<LogPlace> log_place_of(const Session& session);

/// `{"position","hash","epoch","logId","sealed"}` or the same in a line.
void print_verified(const Session& session, const log::Verified& verified, const std::string& doing);

}  // namespace almanac::cli
