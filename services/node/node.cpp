#include "services/node/node.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include "services/api/front.hpp"
#include "services/node/access_log.hpp"
#include "services/node/build.hpp"
#include "services/node/cluster.hpp"
#include "services/node/event_reader.hpp"
#include "services/node/front_door.hpp"
#include "services/node/identity.hpp"
#include "services/node/metrics.hpp"
#include "services/node/readiness.hpp"
#include "services/node/storage.hpp"
#include "services/node/surroundings.hpp"

namespace almanac::node {

using tl::make_unexpected;

/// A replay may take minutes, and folding has no other way to be left: thrown from its progress.
struct StoppedWhileReplaying {};

/// The data's way, top to bottom: files, fold, writer, scheduler, front, listener. Each member stands only on
/// those above it, and is gone before they are.
struct Node::Parts {
  Parts(Settings given, Logger& to, Signals& by, Storage opened, Identity known);

  writer::Writer::Options writer_options() const;
  writer::Writer::Hooks writer_hooks();
  api::Service service(bool serves_api);
  std::optional<std::chrono::seconds> log_out_of_reach() const;
  std::string_view role() const;
  writer::WriterStatus writer_status() const { return cluster ? cluster->status() : writer.status(); }
  tl::expected<void, log::Failure> open_doors();
  tl::expected<void, log::Failure> start();
  tl::expected<void, log::Failure> start_alone();
  tl::expected<void, log::Failure> start_among_others();
  void leave_if_stopped() const;
  projections::Projector::Progress progress();
  void reload();
  void stop();

  const std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  const Settings settings;
  Logger& logger;
  Signals& signals;
  const writer::MachineClock clock;

  Storage storage;
  projections::Projector projector;
  writer::Writer writer;
  NodeSurroundings surroundings;
  scheduler::Scheduler scheduler;
  std::unique_ptr<Cluster> cluster;  ///< nullptr on the embedded log

  Identity identity;
  api::RateLimits limits;
  const api::Cors cors;
  api::RequestFigures requests;
  AccessLog access;
  std::atomic<bool> replaying{true};
  Readiness readiness;
  Metrics metrics;
  api::Front front;
  std::optional<api::Front> ops_front;
  std::unique_ptr<api::Listener> listener, ops_listener;

  bool stopped = false;
  std::mutex fatal_mutex;
  std::optional<std::string> fatal;
};

Node::Parts::Parts(Settings given, Logger& to, Signals& by, Storage opened, Identity known)
    : settings(std::move(given)),
      logger(to),
      signals(by),
      storage(std::move(opened)),
      projector(*storage.store),
      writer(*storage.log, *storage.store, projector, clock, writer_options(), writer_hooks()),
      surroundings(writer, projector),
      scheduler(writer, surroundings),
      cluster(storage.kafka == nullptr ? nullptr
                                       : std::make_unique<Cluster>(settings, logger, *storage.kafka,
                                                                   projector, writer, scheduler)),
      identity(std::move(known)),
      limits(settings.limits.organization_per_minute, settings.limits.user_per_minute),
      cors(api::Cors::parse(settings.http.cors_origins).value_or(api::Cors())),
      access(logger),
      readiness({.projector = projector,
                 .keys = *identity.keys,
                 .writer = [this] { return writer_status(); },
                 .development_issuer = identity.development_issuer,
                 .log_out_of_reach = [this] { return log_out_of_reach(); },
                 .staleness_max = std::chrono::seconds(settings.max_staleness_s),
                 .notes = [this] { return cluster ? cluster->notes() : std::vector<std::string>(); },
                 .role = [this] { return role(); }}),
      metrics({.projector = projector,
               .requests = requests,
               .writer = writer.metrics(),
               .scheduler = scheduler,
               .store = *storage.store,
               .ready = [this] { return readiness.look().ready; },
               .cache_bytes = [this] { return front.cache_bytes(); },
               .free_bytes = writer::free_bytes_of(settings.data.dir),
               .status = [this] { return writer_status(); },
               .cluster = cluster.get(),
               .transport = [this] { return listener == nullptr ? nullptr : &listener->figures(); },
               .now_ms = [this] { return clock.wall().ms; },
               .logger = logger,
               .version = version(),
               .commit = commit()}),
      front(service(true)) {}

writer::Writer::Options Node::Parts::writer_options() const {
  using Create = events::Policy::CreateOnDeprecated;
  return {.node = settings.node.id,
          .url = settings.node.url,
          .build = version() + "+" + commit(),
          .policy = {.create_on_deprecated =
                         settings.policy.create_on_deprecated ? Create::allow : Create::refuse,
                     .min_notice_days = settings.policy.min_notice_days},
          .free_bytes_min = settings.data.min_free_bytes,
          .free_bytes = writer::free_bytes_of(settings.data.dir),
          .behind = settings.accept_clock_behind ? writer::LogTime::Behind::accept
                                                 : writer::LogTime::Behind::refuse,
          .doubt = storage.kafka == nullptr ? writer::Writer::Doubt::ends_the_process
                                            : writer::Writer::Doubt::ends_with_a_claim,
          .loss_accepted_after = settings.accept_loss_after};
}

writer::Writer::Hooks Node::Parts::writer_hooks() {
  return {.fatal =
              [this](const std::string& what) {
                {
                  const std::lock_guard lock(fatal_mutex);
                  fatal = what;
                }
                signals.ask_to_stop();
              },
          .stood_down =
              [this] {
                if (cluster) cluster->writer_stood_down();
              }};
}

std::optional<std::chrono::seconds> Node::Parts::log_out_of_reach() const {
  return cluster ? cluster->log_out_of_reach() : writer.log_out_of_reach();
}

std::string_view Node::Parts::role() const {
  if (!cluster) return "owner";
  return cluster->figures().owning ? "owner" : "replica";
}

api::Service Node::Parts::service(bool serves_api) {
  const bool has_ops_listener = settings.ops_listen.has_value();
  return {.projector = projector,
          .submit = writer,
          .tokens = *identity.tokens,
          .settings = {.threads = serves_api ? settings.http.threads : 1,
                       .body_bytes_max = settings.http.max_body_bytes,
                       .require_if_match = settings.policy.require_if_match,
                       .serves_operations = !serves_api || !has_ops_listener,
                       .serves_api = serves_api},
          .limits = limits,
          .cors = cors,
          .now = [this] { return clock.wall(); },
          .read_events = [this](events::Position from,
                                std::size_t limit) { return read_events(*storage.log, from, limit); },
          .readiness = [this] { return readiness.look(); },
          .metrics = [this] { return metrics.text(); },
          .told =
              [this](const api::Answered& answered) {
                access.answered(answered, std::chrono::steady_clock::now());
              },
          .tells_all = [this] { return access.wants_all(); },
          .figures = &requests,
          .replaying = &replaying,
          .log_out_of_reach = [this] { return log_out_of_reach(); },
          .damaged =
              [this](const std::string& what) {
                if (!readiness.damaged(what)) return;
                storage.store->note_damage(what);
                logger.error("the read models are damaged",
                             {{"why", what}, {"mend", "start again: they are rebuilt from the log"}});
              },
          .owner = cluster ? [this] { return cluster->owner(); } : std::function<api::Owner()>(),
          .records = storage.log.get()};
}

tl::expected<void, log::Failure> Node::Parts::open_doors() {
  auto opened = open_listener(settings, front);
  if (!opened) return make_unexpected(opened.error());
  listener = std::move(*opened);
  if (auto served = listener->serve(); !served)
    return make_unexpected(log::Failure{served.error(), "start again"});
  logger.info("listening", {{"address", listener->address()}});
  if (!settings.ops_listen) return {};
  ops_front.emplace(service(false));
  auto ops = open_ops_listener(*settings.ops_listen, *ops_front);
  if (!ops) return make_unexpected(ops.error());
  ops_listener = std::move(*ops);
  if (auto served = ops_listener->serve(); !served)
    return make_unexpected(log::Failure{served.error(), "start again"});
  logger.info("operations are answered", {{"address", ops_listener->address()}});
  return {};
}

void Node::Parts::leave_if_stopped() const {
  if (signals.stop_waits()) throw StoppedWhileReplaying();
}

projections::Projector::Progress Node::Parts::progress() {
  return [this](events::Position position, events::Position end) {
    readiness.replayed(position, end);
    logger.info("replaying", {{"position", std::to_string(position)}, {"of", std::to_string(end)}});
    leave_if_stopped();
  };
}

tl::expected<void, log::Failure> Node::Parts::start_alone() {
  if (auto started = writer.start(progress()); !started) {
    if (!writer.folding_stopped() || !storage.store->applied().position) return started;
    logger.error("reads alone are served: " + started.error().what, {{"mend", started.error().mend}});
    return {};
  }
  projector.timers().when_pulled_back([this] { scheduler.wake(); });
  scheduler.start();
  return {};
}

tl::expected<void, log::Failure> Node::Parts::start_among_others() {
  if (auto read = cluster->await_topic([this] { leave_if_stopped(); }); !read) return read;
  if (const auto folded = projector.catch_up(*storage.log, progress()); !folded) {
    const auto& stop = folded.error();
    if (!storage.store->applied().position) return make_unexpected(log::Failure{stop.why, stop.mend});
  }
  projector.timers().when_pulled_back([this] { scheduler.wake(); });
  return cluster->start();
}

tl::expected<void, log::Failure> Node::Parts::start() {
  const auto found = storage.store->applied();
  logger.info("found", {{"data", settings.data.dir.string()},
                        {"log_next", std::to_string(storage.log->end())},
                        {"read_models_next", std::to_string(found.position ? *found.position + 1 : 0)}});
  // Doors first: an address that is taken is heard of before a long replay, and /readyz says how far that is.
  if (auto opened = open_doors(); !opened) return opened;
  if (auto started = cluster ? start_among_others() : start_alone(); !started) return started;
  readiness.enter(Readiness::Phase::serving);
  replaying = false;
  if (settings.http.address_file) {
    if (auto written = write_address_file(*settings.http.address_file, listener->address()); !written) {
      return written;
    }
  }
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::steady_clock;
  const auto took = duration_cast<milliseconds>(steady_clock::now() - begun);
  const auto applied = storage.store->applied().position;
  logger.info("ready", {{"address", listener->address()},
                        {"position", applied ? std::to_string(*applied) : ""},
                        {"took_ms", std::to_string(took.count())}});
  return {};
}

void Node::Parts::reload() {
  logger.info("SIGHUP: reading certificates, keys and the log level again");
  identity.keys->reload();
  if (auto loaded = listener->reload_tls(); !loaded) {
    logger.error("the certificate stays as it was", {{"why", loaded.error()}});
  }
  const auto again = read_settings(gather_settings(settings.arguments, own_environment()), this_machine());
  if (again) {
    logger.set_level(log_level_named(again->log.level));
  } else {
    for (const auto& fault : again.error())
      logger.error("the log level stays as it was", {{"why", fault.text()}});
  }
  writer.resume_firing();
  scheduler.wake();
}

void Node::Parts::stop() {
  if (stopped) return;
  stopped = true;
  readiness.enter(Readiness::Phase::stopping);
  // Firing is a command too, so alone the scheduler goes first; among others it goes with the ownership.
  if (!cluster) scheduler.stop();
  if (listener != nullptr) listener->stop();
  if (cluster) cluster->stop();
  writer.stop();
  if (ops_listener != nullptr) ops_listener->stop();
  if (const auto flushed = storage.store->flush(); !flushed) {
    logger.warn("the read models were not flushed; they fold again at the next start",
                {{"why", flushed.error().what}});
  }
  if (settings.http.address_file) {
    std::error_code ignored;
    std::filesystem::remove(*settings.http.address_file, ignored);
  }
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Node::~Node() {
  parts_->stop();
}

tl::expected<std::unique_ptr<Node>, log::Failure> Node::start(Settings settings, Logger& logger,
                                                              Signals& signals) {
  auto storage = Storage::open(settings, logger);
  if (!storage) return make_unexpected(storage.error());
  auto identity = Identity::open(settings, logger);
  if (!identity) return make_unexpected(identity.error());
  std::unique_ptr<Node> node(new Node(std::make_unique<Parts>(std::move(settings), logger, signals,
                                                              std::move(*storage), std::move(*identity))));
  try {
    if (auto started = node->parts_->start(); !started) return make_unexpected(started.error());
  } catch (const StoppedWhileReplaying&) {
    // The signal still waits: `run` takes it and stops as ever. What was folded is kept.
  }
  return node;
}

int Node::run() {
  Parts& parts = *parts_;
  while (parts.signals.wait() == Signals::What::reload)
    parts.reload();
  parts.signals.end_at_once_from_now_on();
  std::optional<std::string> fatal;
  {
    const std::lock_guard lock(parts.fatal_mutex);
    fatal = parts.fatal;
  }
  if (fatal) {
    parts.logger.error("fatal", {{"what", *fatal}});
  } else {
    parts.logger.info("stopping: every request whose head was read is finished first");
  }
  parts.stop();
  if (!fatal) parts.logger.info("stopped");
  return fatal ? 1 : 0;
}

}  // namespace almanac::node
