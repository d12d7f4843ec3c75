#pragma once
#include <functional>
#include <memory>
#include <string>

#include "projections/projector.hpp"
#include "services/api/request_figures.hpp"
#include "services/api/transport/transport_settings.hpp"
#include "services/node/logging.hpp"
#include "services/scheduler/scheduler.hpp"
#include "services/writer/metrics.hpp"
#include "services/writer/status.hpp"

namespace almanac::node {

class Cluster;

/// `/metrics`: gathered when asked for, from counters that the rooms keep anyway, so that nothing on a
/// request's way knows of it. One table in metrics.cpp; docs/metrics.md is held to it by a test.
class Metrics {
 public:
  struct Sources {
    const projections::Projector& projector;
    const api::RequestFigures& requests;
    const writer::Metrics& writer;
    const scheduler::Scheduler& scheduler;
    const projections::Store& store;
    std::function<bool()> ready;  ///< for reads, as /readyz says
    std::function<std::size_t()> cache_bytes;
    std::function<std::uint64_t()> free_bytes;
    std::function<writer::WriterStatus()> status;
    const Cluster* cluster = nullptr;  ///< nullptr on the embedded log, which has no such figures
    std::function<const api::TransportFigures*()> transport;  ///< nullptr before it serves
    std::function<std::int64_t()> now_ms;                     ///< wall clock
    const Logger& logger;
    std::string version, commit;
  };
  explicit Metrics(Sources sources);

  /// The text format of Prometheus, 0.0.4. Any thread.
  std::string text() const;

 private:
  Sources sources_;
};

/// Name and help of every metric, in the order of the exposition.
struct MetricName {
  std::string_view name, help;
};
std::vector<MetricName> metric_names();

}  // namespace almanac::node
