// A rebuild of the read models against a raw WriteBatch of the same rows: row 7 of the goals.
//
//     build/release/bench/fold_bench [events] [runs]
//
// The log is made once: user models of 1 KB in 100 organisations under 200 system models, ids in the order of
// time, every command under an idempotency key; one event in eight is a change. Then, interleaved: catching
// up from an embedded log into an empty store (reading, checking hashes and chain, decoding, folding,
// committing, and at the end flushing), and putting the rows of those very commits into an empty database of
// the same settings in the same batches: with RocksDB's WAL as a commit has it, and, since a long catch-up
// does without it, unlogged with a flush at the end.
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "events/codec.hpp"
#include "events/log/embedded_log.hpp"
#include "projections/fold.hpp"
#include "projections/projector.hpp"
#include "projections/store_files.hpp"

namespace {

using namespace almanac;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t parents = 200;
constexpr std::size_t batch_records = projections::Projector::Pace{}.batch_records;

/// By the clock, and CPU of all threads, RocksDB's own included: a loaded machine distorts the first only.
struct Cost {
  double seconds = 0;
  double cpu_seconds = 0;
};
class Meter {
 public:
  Cost so_far() const {
    return {std::chrono::duration<double>(Clock::now() - begun_).count(),
            static_cast<double>(std::clock() - cpu_begun_) / CLOCKS_PER_SEC};
  }

 private:
  Clock::time_point begun_ = Clock::now();
  std::clock_t cpu_begun_ = std::clock();
};

template <class T, class E>
T must(tl::expected<T, E> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "the benchmark cannot go on\n");
  std::exit(1);
}

events::Uuid numbered(std::uint64_t n) {
  events::Uuid id = *events::Uuid::parse("01940000-0000-7000-8000-000000000000");
  for (std::size_t i = 16; i-- > 9; n >>= 8)
    id.bytes[i] = static_cast<std::uint8_t>(n);
  return id;
}

events::Event created(std::uint64_t n, events::Instant at) {
  const events::Price price{events::Multiplier{1'500'000}, events::Tier::standard};
  events::ModelCreated made;
  made.display_name = "Model " + std::to_string(n);
  if (n <= parents) {
    events::SystemFields own{"provider", made.display_name, "provider/" + made.display_name};
    own.context_window = 128'000;
    made.own = own;
    return {numbered(n), "", at, events::PriceHead{numbered(n), price, "provider", made.display_name}, made};
  }
  events::UserFields own;
  own.parent = numbered(1 + n % parents);
  own.system_prompt = std::string(600, 'p');
  made.own = own;
  return {numbered(n), "organization-" + std::to_string(n % 100), at,
          events::PriceHead{own.parent, price, "provider", "Model"}, made};
}

events::Event changed(std::uint64_t n, events::Instant at) {
  events::Event event = created(n, at);
  event.payload = events::ModelUpdated{
      {{events::Field::display_name, "Model " + std::to_string(n), "Changed " + std::to_string(n)}}};
  return event;
}

void fill(log::EmbeddedLog& log, std::uint64_t events_wanted) {
  const auto claim = must(log.claim());
  events::Hash previous = claim.last;
  std::vector<events::Record> batch;
  for (std::uint64_t n = 0; n < events_wanted; ++n) {
    events::Recorded recorded;
    recorded.stamp.position = n;
    recorded.stamp.epoch = claim.epoch;
    recorded.stamp.time = {1'764'000'000'000 + static_cast<std::int64_t>(n / 2)};
    recorded.stamp.id = recorded.stamp.correlation_id = numbered(n);
    recorded.stamp.log_id = numbered(1'000'000'000);
    recorded.stamp.actor = "member:bench";
    recorded.stamp.previous = previous;
    recorded.stamp.stream_version = n == 0 ? 0 : n % 8 == 7 && n > 2 * parents ? 2 : 1;
    if (n == 0)
      recorded.event = {
          std::nullopt, "", recorded.stamp.time, {}, events::LogCreated{recorded.stamp.log_id, 1}};
    else if (n % 8 == 7 && n > 2 * parents)
      recorded.event = changed(n - 6, recorded.stamp.time);
    else
      recorded.event = created(n, recorded.stamp.time);
    const std::string text = recorded.stamp.id.text();
    if (n > 0)
      recorded.stamp.idempotency = events::IdempotencyMark{events::sha256(text), events::sha256("f" + text)};
    batch.push_back(events::encode(recorded));
    previous = batch.back().hash;
    if (batch.size() == 4096 || n + 1 == events_wanted) {
      if (!std::holds_alternative<log::Committed>(log.append(claim.epoch, n + 1 - batch.size(), batch)))
        std::exit(1);
      batch.clear();
    }
  }
}

// Commits of the fold as they reach RocksDB.
std::vector<std::string> batches_of(const log::Log& log, const fs::path& directory) {
  std::vector<std::string> batches;
  fs::remove_all(directory);
  const auto store = must(projections::Store::open({.directory = directory}));
  while (true) {
    const auto entries =
        must(log.read(store->applied().position ? *store->applied().position + 1 : 0, batch_records));
    if (entries.empty()) return batches;
    const auto layer = store->layer();
    projections::Applied applied;
    for (const auto& entry : entries) {
      const auto recorded = must(events::decode(entry.record.bytes));
      projections::fold(*layer, recorded);
      applied = {entry.position,       entry.record.hash,     recorded.stamp.time,
                 recorded.stamp.epoch, recorded.stamp.log_id, projections::read_model_version};
    }
    std::string rows;
    const auto add = [&rows](std::string_view part) {
      const auto size = static_cast<std::uint32_t>(part.size());
      rows.append(reinterpret_cast<const char*>(&size), sizeof size).append(part);
    };
    layer->each([&](projections::Family family, std::string_view key, std::optional<std::string_view> value) {
      rows.push_back(static_cast<char>(family));
      rows.push_back(value ? 1 : 0);
      add(key);
      add(value.value_or(std::string_view()));
    });
    batches.push_back(std::move(rows));
    if (!store->commit(*layer, applied)) std::exit(1);
  }
}

enum class Wal : std::uint8_t { on, off };

Cost raw_cost(const std::vector<std::string>& batches, const fs::path& directory, Wal wal) {
  fs::remove_all(directory);
  const projections::Store::Options options{.directory = directory};
  const auto memory = projections::memory_of(options);
  std::shared_ptr<projections::Database> database;
  if (!projections::open_database(options, memory, database).ok()) std::exit(1);
  rocksdb::WriteOptions how;
  how.disableWAL = wal == Wal::off;
  const Meter meter;
  for (const std::string& rows : batches) {
    rocksdb::WriteBatch batch;
    for (std::size_t at = 0; at < rows.size();) {
      auto* const family = database->of(static_cast<projections::Family>(rows[at]));
      const bool put = rows[at + 1] != 0;
      at += 2;
      const auto part = [&] {
        std::uint32_t size = 0;
        std::copy_n(rows.data() + at, sizeof size, reinterpret_cast<char*>(&size));
        const rocksdb::Slice slice(rows.data() + at + sizeof size, size);
        at += sizeof size + size;
        return slice;
      };
      const auto key = part();
      const auto value = part();
      if (!(put ? batch.Put(family, key, value) : batch.Delete(family, key)).ok()) std::exit(1);
    }
    if (!database->db->Write(how, &batch).ok()) std::exit(1);
  }
  const std::vector<rocksdb::ColumnFamilyHandle*> all(database->handles.begin(), database->handles.end());
  if (wal == Wal::off && !database->db->Flush({}, all).ok()) std::exit(1);
  return meter.so_far();
}

Cost rebuild_cost(const log::Log& log, const fs::path& directory) {
  fs::remove_all(directory);
  const auto store = must(projections::Store::open({.directory = directory}));
  projections::Projector projector(*store);
  const Meter meter;
  if (!projector.catch_up(log, [](auto, auto) {})) std::exit(1);
  return meter.so_far();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print(const char* what, const std::vector<Cost>& costs, double events) {
  std::vector<double> rates, cpu_us;
  for (const Cost& cost : costs) {
    rates.push_back(events / cost.seconds);
    cpu_us.push_back(cost.cpu_seconds * 1e6 / events);
  }
  const auto [least, most] = std::minmax_element(rates.begin(), rates.end());
  std::printf("%-8s median %8.0f events/s  (%.0f .. %.0f)  CPU %.1f us an event\n", what, median(rates),
              *least, *most, median(cpu_us));
}

void print_ratio(const char* to, const std::vector<Cost>& base, const std::vector<Cost>& rebuild) {
  std::vector<double> rate, cpu;
  for (std::size_t i = 0; i < base.size(); ++i) {
    rate.push_back(base[i].seconds / rebuild[i].seconds);
    cpu.push_back(base[i].cpu_seconds / rebuild[i].cpu_seconds);
  }
  const auto [least, most] = std::minmax_element(rate.begin(), rate.end());
  std::printf("rebuild / %s: median %.2f (%.2f .. %.2f), by CPU %.2f\n", to, median(rate), *least, *most,
              median(cpu));
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200'000;
  const int runs = argc > 2 ? std::atoi(argv[2]) : 5;
  const fs::path directory = fs::temp_directory_path() / "almanac-fold-bench";
  fs::remove_all(directory);
  const auto log = must(log::EmbeddedLog::open({.directory = directory / "log"}));
  fill(*log, events);
  const auto batches = batches_of(*log, directory / "rows");
  std::vector<Cost> raw, unlogged, rebuild;
  for (int run = 0; run < runs; ++run) {
    raw.push_back(raw_cost(batches, directory / "raw", Wal::on));
    rebuild.push_back(rebuild_cost(*log, directory / "rebuild"));
    unlogged.push_back(raw_cost(batches, directory / "raw", Wal::off));
  }
  print("raw", raw, static_cast<double>(events));
  print("unlogged", unlogged, static_cast<double>(events));
  print("rebuild", rebuild, static_cast<double>(events));
  print_ratio("raw", raw, rebuild);
  print_ratio("unlogged", unlogged, rebuild);
  fs::remove_all(directory);
}
