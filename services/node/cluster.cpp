#include "services/node/cluster.hpp"

#include <thread>

#include "projections/queries/writer.hpp"
#include "services/node/storage.hpp"

namespace almanac::node {
namespace {

using namespace std::chrono_literals;
using log::kafka::Clock;

constexpr auto say_every = 5s;
/// The brokers are asked once a second; one late answer is not yet a cut.
constexpr auto out_of_reach_after = 3s;

}  // namespace

Cluster::Cluster(const Settings& settings, Logger& logger, log::kafka::KafkaLog& log,
                 projections::Projector& projector, writer::Writer& writer, scheduler::Scheduler& scheduler)
    : settings_(settings),
      logger_(logger),
      log_(log),
      projector_(projector),
      writer_(writer),
      ownership_({.log = log,
                  .projector = projector,
                  .writer = writer,
                  .scheduler = scheduler,
                  .logger = logger,
                  .hint = [this] { return candidate_->hint(); }}) {}

tl::expected<void, log::Failure> Cluster::await_topic(const std::function<void()>& unless_stopped) {
  auto said_at = Clock::now();
  for (auto standing = log_.standing(); !standing.was_at_end; standing = log_.standing()) {
    if (standing.stopped) return tl::unexpected(*standing.stopped);
    unless_stopped();
    if (Clock::now() - said_at >= say_every) {
      said_at = Clock::now();
      if (standing.trouble.empty()) {
        logger_.info("reading the topic", {{"next", std::to_string(log_.end())}});
      } else {
        logger_.warn("the brokers cannot be reached; trying again",
                     {{"brokers", settings_.kafka.brokers}, {"why", standing.trouble}});
      }
    }
    std::this_thread::sleep_for(50ms);
  }
  const auto standing = log_.standing();
  if (!standing.copy_set_aside.empty())
    logger_.warn("the copy of the topic was set aside and is read anew", {{"why", standing.copy_set_aside}});
  for (const auto& note : notes())
    logger_.warn(note);
  return {};
}

tl::expected<void, log::Failure> Cluster::start() {
  auto candidate = log::kafka::Candidate::open(kafka_options(settings_, logger_), settings_.kafka.group,
                                               settings_.node.id);
  if (!candidate) return tl::unexpected(candidate.error());
  candidate_ = std::move(*candidate);
  ownership_.start();
  return {};
}

void Cluster::stop() {
  ownership_.stop();
  candidate_.reset();
}

api::Owner Cluster::owner() const {
  using Where = api::Owner::Where;
  // First, so that a write is refused at once also by the owner, which would wait for the brokers with it.
  if (log_out_of_reach())
    return {Where::nowhere, {}, {}, "The brokers cannot be reached: " + log_.standing().trouble};
  if (ownership_.owning()) return {Where::here, {}, {}, {}};
  if (const auto stopped = ownership_.folding_stopped())
    return {Where::nowhere, {}, {}, "Folding stopped: " + stopped->why};
  const auto last = projections::last_writer(*projector_.latest());
  if (!last || last->url == settings_.node.url)
    return {Where::nowhere, {}, {}, "No node owns the log at present; one takes it over within seconds."};
  return {Where::elsewhere, last->url, last->node, {}};
}

writer::WriterStatus Cluster::status() const {
  const api::Owner owner = this->owner();
  if (ownership_.owning() && owner.where == api::Owner::Where::here) return writer_.status();
  const bool elsewhere = owner.where == api::Owner::Where::elsewhere;
  // Firing is the owner's; this node says of it what it says of writes.
  return {.taking_writes = elsewhere,
          .why_not = elsewhere ? "" : owner.why,
          .firing = elsewhere,
          .why_not_firing = elsewhere ? "" : owner.why,
          .epoch = projector_.latest()->applied().epoch};
}

std::optional<std::chrono::seconds> Cluster::log_out_of_reach() const {
  const auto standing = log_.standing();
  if (!standing.at_end_at) return std::nullopt;
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - *standing.at_end_at);
  if (age < out_of_reach_after) return std::nullopt;
  return age;
}

std::vector<std::string> Cluster::notes() const {
  std::vector<std::string> notes;
  const auto standing = log_.standing();
  if (standing.topic && standing.topic->in_sync_min < 2) {
    notes.push_back(
        "a write is acknowledged when one broker has it, which may not have synced it: for more, "
        "give the topic 3 replicas and min.insync.replicas=2");
  }
  if (standing.set_aside.foreign + standing.set_aside.altered > 0) {
    notes.push_back("somebody else writes to the topic: " + std::to_string(standing.set_aside.foreign) +
                    " foreign and " + std::to_string(standing.set_aside.altered) +
                    " altered records were set aside since this node started");
  }
  return notes;
}

Cluster::Figures Cluster::figures() const {
  const auto standing = log_.standing();
  const auto applied = projector_.latest()->applied().position;
  const std::uint64_t next = applied ? *applied + 1 : 0;
  const std::uint64_t end = log_.end();
  Figures figures{.owning = ownership_.owning(),
                  .takeovers = ownership_.takeovers(),
                  .lag_records = end > next ? end - next : 0,
                  .set_aside = standing.set_aside};
  if (standing.at_end_at)
    figures.age_seconds = std::chrono::duration<double>(Clock::now() - *standing.at_end_at).count();
  return figures;
}

}  // namespace almanac::node
