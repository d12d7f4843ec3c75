#include "services/node/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>

#include "services/node/cluster.hpp"
#include "services/node/process_figures.hpp"

namespace almanac::node {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Label = ClientMetric::Label;

enum class Name : std::uint8_t {
  build,
  requests,
  request_seconds,
  ready_reads,
  ready_writes,
  firing,
  applied_position,
  log_age,
  writer_epoch,
  batches,
  commands,
  events,
  not_taken,
  redecided,
  doubts,
  owning,
  takeovers,
  log_lag,
  log_unheard,
  set_aside,
  queue_depth,
  commit_seconds,
  batch_events,
  timers_fired,
  duplicates,
  foreign,
  read_model_memory,
  answer_cache,
  disk_free,
  connections_accepted,
  connections_refused,
  connections_open,
  transport_refused,
  transport_timeouts,
  handler_exceptions,
  log_lines_lost,
  memory,
  descriptors,
  cpu,
};

struct Row {
  Name name;
  MetricType type;
  MetricName shown;
};

constexpr std::array table = {
    Row{Name::build, MetricType::Gauge, {"almanac_build_info", "Always 1; its labels say what was built."}},
    Row{Name::requests,
        MetricType::Counter,
        {"almanac_requests_total",
         "Answers by operation and status; operation none: there is no such route."}},
    Row{Name::request_seconds,
        MetricType::Histogram,
        {"almanac_request_seconds", "Time from a request's head to its answer, by operation."}},
    Row{Name::ready_reads,
        MetricType::Gauge,
        {"almanac_serving_reads", "1 while reads are served; 0 during a replay and while stopping."}},
    Row{Name::ready_writes, MetricType::Gauge, {"almanac_taking_writes", "1 while writes are taken."}},
    Row{Name::firing,
        MetricType::Gauge,
        {"almanac_firing",
         "1 while ends of life are recorded when they are due; 0 while the clock is in doubt."}},
    Row{Name::applied_position,
        MetricType::Gauge,
        {"almanac_applied_position", "Position of the last event that was folded into the read models."}},
    Row{Name::log_age,
        MetricType::Gauge,
        {"almanac_last_event_age_seconds", "Seconds between that event's time and now."}},
    Row{Name::writer_epoch,
        MetricType::Gauge,
        {"almanac_writer_epoch", "Epoch under which this node writes."}},
    Row{Name::batches, MetricType::Counter, {"almanac_writer_batches_total", "Batches that were appended."}},
    Row{Name::commands,
        MetricType::Counter,
        {"almanac_writer_commands_total", "Commands that were answered, whatever the outcome."}},
    Row{Name::events, MetricType::Counter, {"almanac_writer_events_total", "Events that were appended."}},
    Row{Name::not_taken,
        MetricType::Counter,
        {"almanac_writer_commands_not_taken_total", "Commands refused because too many waited."}},
    Row{Name::redecided,
        MetricType::Counter,
        {"almanac_writer_batches_redecided_total", "Batches that were decided again from the log."}},
    Row{Name::doubts,
        MetricType::Counter,
        {"almanac_writer_doubts_total",
         "Batches of which the log could not say whether it took them, settled by a claim."}},
    Row{Name::owning,
        MetricType::Gauge,
        {"almanac_log_owner", "1 where this node owns the log that it shares."}},
    Row{Name::takeovers,
        MetricType::Counter,
        {"almanac_log_takeovers_total", "Times that this node took over the log that it shares."}},
    Row{Name::log_lag,
        MetricType::Gauge,
        {"almanac_log_lag_records", "Records that were read from the shared log and are not folded yet."}},
    Row{Name::log_unheard,
        MetricType::Gauge,
        {"almanac_log_unheard_seconds", "Since the brokers last said that this node has read all there is."}},
    Row{Name::set_aside,
        MetricType::Counter,
        {"almanac_log_set_aside_total",
         "Records met in the topic that are none of the log's next, by kind."}},
    Row{Name::queue_depth, MetricType::Gauge, {"almanac_writer_queue_depth", "Commands that wait."}},
    Row{Name::commit_seconds,
        MetricType::Histogram,
        {"almanac_writer_commit_seconds", "Time of one append until it was durable."}},
    Row{Name::batch_events, MetricType::Histogram, {"almanac_writer_batch_events", "Events of one append."}},
    Row{Name::timers_fired,
        MetricType::Counter,
        {"almanac_timers_fired_total", "Ends of life that this node recorded."}},
    Row{Name::duplicates,
        MetricType::Counter,
        {"almanac_projector_duplicates_total", "Records that were there already and set aside."}},
    Row{Name::foreign,
        MetricType::Counter,
        {"almanac_projector_foreign_total", "Records that are no events, counted and set aside."}},
    Row{Name::read_model_memory,
        MetricType::Gauge,
        {"almanac_read_model_memory_bytes", "Block cache and memtables of the read models."}},
    Row{Name::answer_cache,
        MetricType::Gauge,
        {"almanac_answer_cache_bytes", "Cached answers, of all threads."}},
    Row{Name::disk_free,
        MetricType::Gauge,
        {"almanac_disk_free_bytes",
         "Free bytes where the data directory is; below data.min_free_bytes no writes are taken."}},
    Row{Name::connections_accepted,
        MetricType::Counter,
        {"almanac_connections_accepted_total", "Connections that were accepted."}},
    Row{Name::connections_refused,
        MetricType::Counter,
        {"almanac_connections_refused_total", "Connections over http.max_connections."}},
    Row{Name::connections_open,
        MetricType::Gauge,
        {"almanac_connections_open", "Connections that are open."}},
    Row{Name::transport_refused,
        MetricType::Counter,
        {"almanac_transport_refused_total",
         "Requests that were no HTTP or too large, answered at the door."}},
    Row{Name::transport_timeouts,
        MetricType::Counter,
        {"almanac_transport_timeouts_total", "Connections that were too slow."}},
    Row{Name::handler_exceptions,
        MetricType::Counter,
        {"almanac_handler_exceptions_total", "Requests that ended in an unforeseen 500."}},
    Row{Name::log_lines_lost,
        MetricType::Counter,
        {"almanac_log_lines_lost_total", "Log lines lost because too many waited."}},
    Row{Name::memory, MetricType::Gauge, {"process_resident_memory_bytes", "Resident memory."}},
    Row{Name::descriptors, MetricType::Gauge, {"process_open_fds", "Open file descriptors."}},
    Row{Name::cpu, MetricType::Counter, {"process_cpu_seconds_total", "CPU time, user and system."}},
};

class Exposition {
 public:
  void add(Name name, double value, std::vector<Label> labels = {}) {
    const Row& row = table[static_cast<std::size_t>(name)];
    ClientMetric metric;
    metric.label = std::move(labels);
    (row.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    family(row).metric.push_back(std::move(metric));
  }
  void add(Name name, ClientMetric::Histogram histogram, std::vector<Label> labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.histogram = std::move(histogram);
    family(table[static_cast<std::size_t>(name)]).metric.push_back(std::move(metric));
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  MetricFamily& family(const Row& row) {
    if (families_.empty() || families_.back().name != row.shown.name) {
      families_.push_back({std::string(row.shown.name), std::string(row.shown.help), row.type, {}});
    }
    return families_.back();
  }
  std::vector<MetricFamily> families_;
};

/// From buckets that are not cumulative; the last one has no bound. Bounds and sum are in `unit`s.
template <class Buckets, class Bounds>
ClientMetric::Histogram histogram_of(const Buckets& buckets, const Bounds& bounds, std::uint64_t sum,
                                     double unit) {
  ClientMetric::Histogram histogram;
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    below += buckets[i];
    const double bound =
        i < bounds.size() ? static_cast<double>(bounds[i]) * unit : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({below, bound});
  }
  histogram.sample_count = below;
  histogram.sample_sum = static_cast<double>(sum) * unit;
  return histogram;
}

void add_requests(Exposition& out, const api::RequestFigures& requests) {
  const auto figures = requests.look();
  for (const auto& of_route : figures) {
    for (const auto& [status, count] : of_route.by_status) {
      out.add(Name::requests, static_cast<double>(count),
              {{"operation", std::string(of_route.operation)}, {"status", std::to_string(status)}});
    }
  }
  for (const auto& of_route : figures) {
    out.add(
        Name::request_seconds,
        histogram_of(of_route.latency, api::RequestFigures::latency_us_bounds, of_route.latency_us_sum, 1e-6),
        {{"operation", std::string(of_route.operation)}});
  }
}

void add_cluster(Exposition& out, const Cluster::Figures& figures) {
  out.add(Name::owning, figures.owning ? 1 : 0);
  out.add(Name::takeovers, static_cast<double>(figures.takeovers));
  out.add(Name::log_lag, static_cast<double>(figures.lag_records));
  out.add(Name::log_unheard, figures.age_seconds);
  const auto& aside = figures.set_aside;
  out.add(Name::set_aside, static_cast<double>(aside.foreign), {{"kind", "foreign"}});
  out.add(Name::set_aside, static_cast<double>(aside.duplicates), {{"kind", "duplicate"}});
  out.add(Name::set_aside, static_cast<double>(aside.altered), {{"kind", "altered"}});
}

template <class Number>
double count_of(const std::atomic<Number>& counter) {
  return static_cast<double>(counter.load(std::memory_order_relaxed));
}

}  // namespace

Metrics::Metrics(Sources sources) : sources_(std::move(sources)) {}

std::string Metrics::text() const {
  Exposition out;
  out.add(Name::build, 1, {{"version", sources_.version}, {"commit", sources_.commit}});
  add_requests(out, sources_.requests);
  const auto status = sources_.status();
  out.add(Name::ready_reads, sources_.ready() ? 1 : 0);
  out.add(Name::ready_writes, status.taking_writes ? 1 : 0);
  out.add(Name::firing, status.firing ? 1 : 0);
  if (const auto snapshot = sources_.projector.latest();
      snapshot != nullptr && snapshot->applied().position) {
    out.add(Name::applied_position, static_cast<double>(*snapshot->applied().position));
    out.add(Name::log_age, static_cast<double>(sources_.now_ms() - snapshot->applied().time.ms) / 1e3);
  }
  out.add(Name::writer_epoch, static_cast<double>(status.epoch));
  const auto& writer = sources_.writer;
  out.add(Name::batches, count_of(writer.batches));
  out.add(Name::commands, count_of(writer.commands));
  out.add(Name::events, count_of(writer.events));
  out.add(Name::not_taken, count_of(writer.not_taken));
  out.add(Name::redecided, count_of(writer.redecided));
  out.add(Name::doubts, count_of(writer.doubts));
  if (sources_.cluster != nullptr) add_cluster(out, sources_.cluster->figures());
  out.add(Name::queue_depth, count_of(writer.queue_depth));
  out.add(Name::commit_seconds,
          histogram_of(writer.commit_latency, writer::Metrics::latency_us_bounds,
                       writer.commit_latency_us_sum.load(std::memory_order_relaxed), 1e-6));
  out.add(Name::batch_events, histogram_of(writer.batch_sizes, writer::Metrics::batch_size_bounds,
                                           writer.events.load(std::memory_order_relaxed), 1));
  out.add(Name::timers_fired, static_cast<double>(sources_.scheduler.fired()));
  out.add(Name::duplicates, static_cast<double>(sources_.projector.duplicates()));
  out.add(Name::foreign, static_cast<double>(sources_.projector.foreign()));
  out.add(Name::read_model_memory, static_cast<double>(sources_.store.memory_bytes()));
  out.add(Name::answer_cache, static_cast<double>(sources_.cache_bytes()));
  out.add(Name::disk_free, static_cast<double>(sources_.free_bytes()));
  if (const auto* transport = sources_.transport()) {
    out.add(Name::connections_accepted, count_of(transport->connections_accepted));
    out.add(Name::connections_refused, count_of(transport->connections_refused));
    out.add(Name::connections_open, count_of(transport->connections_open));
    out.add(Name::transport_refused, count_of(transport->requests_refused));
    out.add(Name::transport_timeouts, count_of(transport->timeouts));
    out.add(Name::handler_exceptions, count_of(transport->handler_exceptions));
  }
  out.add(Name::log_lines_lost, static_cast<double>(sources_.logger.lost()));
  const auto process = figures_of_this_process();
  out.add(Name::memory, static_cast<double>(process.resident_bytes));
  out.add(Name::descriptors, static_cast<double>(process.open_descriptors));
  out.add(Name::cpu, process.cpu_seconds);
  return out.text();
}

std::vector<MetricName> metric_names() {
  std::vector<MetricName> names;
  names.reserve(std::size(table));
  for (const Row& row : table)
    names.push_back(row.shown);
  return names;
}

}  // namespace almanac::node
