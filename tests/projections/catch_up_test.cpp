#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "projections/bulk_layer.hpp"
#include "projections/fold.hpp"
#include "projections/projector.hpp"
#include "tests/log/support/temporary_directory.hpp"
#include "tests/projections/support/generated.hpp"

namespace almanac::projections::testing {
namespace {

namespace fs = std::filesystem;
using events::Position;
using log::test::TemporaryDirectory;
using Logged = Store::Logged;

constexpr Position never = std::numeric_limits<Position>::max();
const Projector::Progress silent = [](Position, Position) {};

ToldLog told(std::size_t commands) {
  ToldLog log;
  log.follow(world_after(long_sequence(commands)));
  return log;
}
events::Hash digest_of(const ToldLog& log) {
  FoldedRows rows(log);
  return digest(rows.rows());
}
std::unique_ptr<Store> opened(const fs::path& directory) {
  Store::Options options;
  options.directory = directory;
  options.memtable_bytes = 4 << 20;
  options.block_cache_bytes = 1 << 20;
  auto made = Store::open(options);
  if (!made) throw std::runtime_error(made.error().what);
  return std::move(*made);
}
Applied applied_at(const ToldLog& log, Position position) {
  const auto& stamp = log.told()[position].stamp;
  return {position,          log.entries()[position].record.hash, stamp.time, stamp.epoch, stamp.log_id,
          read_model_version};
}
/// Folds the records before `end` three at a time and writes them unlogged.
void write_unlogged(Store& store, const ToldLog& log, Position end) {
  const auto rows = store.rows();
  BulkLayer layer(*rows);
  for (Position at = 0; at < end; ++at) {
    fold(layer, log.told()[at]);
    if (at % 3 != 2 && at + 1 != end) continue;
    ASSERT_TRUE(store.write(layer, applied_at(log, at), Logged::no));
    layer.clear();
  }
}
std::map<fs::path, std::uintmax_t> files_in(const fs::path& directory) {
  std::map<fs::path, std::uintmax_t> files;
  std::error_code gone;  // by a compaction in the background
  for (const auto& file : fs::directory_iterator(directory))
    files.emplace(file.path().filename(), file.file_size(gone));
  return files;
}

/// What a process leaves that ends here: files as they are, nothing flushed, nothing closed. They are those
/// of one moment: a copy during which a compaction changed them is made again.
fs::path crashed(const fs::path& directory) {
  fs::path copy = directory.string() + ".crashed";
  std::map<fs::path, std::uintmax_t> before;
  do {
    before = files_in(directory);
    fs::remove_all(copy);
    std::error_code gone;
    fs::copy(directory, copy, fs::copy_options::recursive, gone);
  } while (files_in(directory) != before || files_in(copy) != before);
  return copy;
}

/// A log one of whose records has lost its last byte.
class Cut final : public log::Records {
 public:
  Cut(const ToldLog& log, Position at) : log_(log), at_(at) {}
  tl::expected<std::vector<log::Entry>, log::Failure> read(Position from, std::size_t limit) const override {
    auto entries = log_.read(from, limit);
    for (auto& entry : *entries)
      if (entry.position == at_) entry.record.bytes.pop_back();
    return entries;
  }
  Position end() const override { return log_.end(); }

 private:
  const ToldLog& log_;
  Position at_;
};

TEST(CatchUp, ends_at_the_same_rows_whatever_the_batches_are) {
  const ToldLog log = told(80);
  const events::Hash expected = digest_of(log);
  for (const std::size_t batch : {1, 3, 64}) {
    for (const Position unlogged_min : {Position{0}, never}) {
      TemporaryDirectory directory;
      const auto store = opened(directory.path() / "models");
      Projector projector(*store, {batch, unlogged_min});
      ASSERT_TRUE(projector.catch_up(log, silent));
      EXPECT_EQ(digest(*projector.latest()), expected) << "in batches of " << batch;
      EXPECT_EQ(projector.latest()->applied().position, log.end() - 1);
    }
  }
}

TEST(CatchUp, a_long_one_is_on_disk_when_it_ends) {
  const ToldLog log = told(60);
  TemporaryDirectory directory;
  const auto store = opened(directory.path() / "models");
  Projector projector(*store, {4, 0});
  ASSERT_TRUE(projector.catch_up(log, silent));
  const auto again = opened(crashed(directory.path() / "models"));
  EXPECT_EQ(again->applied().position, log.end() - 1);
  EXPECT_EQ(digest(*again->snapshot()), digest_of(log));
}

TEST(CatchUp, stops_at_a_record_that_cannot_be_folded_with_all_before_it_applied) {
  const ToldLog log = told(40);
  for (const Position bad : {Position{0}, Position{5}, log.end() - 1}) {
    TemporaryDirectory directory;
    const auto store = opened(directory.path() / "models");
    Projector projector(*store, {3, 0});
    const auto stop = projector.catch_up(Cut(log, bad), silent);
    // Bytes that are no record are foreign; the one behind them then stands in a gap.
    if (bad + 1 < log.end()) {
      ASSERT_FALSE(stop);
      EXPECT_EQ(stop.error().at, bad);
    }
    EXPECT_EQ(store->applied().position, bad == 0 ? std::nullopt : std::optional<Position>(bad - 1));
    EXPECT_GE(projector.foreign(), 1u);
    ASSERT_TRUE(projector.catch_up(log, silent));
    EXPECT_EQ(digest(*projector.latest()), digest_of(log));
  }
}

TEST(CatchUp, unlogged_rows_that_a_crash_loses_are_folded_again) {
  const ToldLog log = told(40);
  TemporaryDirectory directory;
  const auto store = opened(directory.path() / "models");
  write_unlogged(*store, log, log.end() / 2);
  ASSERT_TRUE(store->flush());
  const auto rows = store->rows();
  BulkLayer layer(*rows);
  const Position next = log.end() / 2;
  fold(layer, log.told()[next]);
  ASSERT_TRUE(store->write(layer, applied_at(log, next), Logged::no));

  const auto again = opened(crashed(directory.path() / "models"));
  EXPECT_EQ(again->set_aside(), std::nullopt);
  EXPECT_EQ(again->applied().position, next - 1);
  Projector projector(*again);
  ASSERT_TRUE(projector.catch_up(log, silent));
  EXPECT_EQ(digest(*projector.latest()), digest_of(log));
}

TEST(CatchUp, a_crash_after_a_logged_write_behind_unlogged_ones_loses_neither) {
  const ToldLog log = told(40);
  TemporaryDirectory directory;
  const auto store = opened(directory.path() / "models");
  write_unlogged(*store, log, log.end() / 2);
  Projector projector(*store);
  ASSERT_TRUE(projector.apply(std::span(log.entries()).subspan(log.end() / 2)));
  const auto again = opened(crashed(directory.path() / "models"));
  EXPECT_EQ(again->applied().position, log.end() - 1);
  EXPECT_EQ(digest(*again->snapshot()), digest_of(log));
}

TEST(BulkLayer, says_what_a_pending_layer_says) {
  const ToldLog log = told(120);
  const auto text = [](const Layer& layer) {
    std::vector<std::string> rows;
    layer.each([&](Family family, std::string_view key, std::optional<std::string_view> value) {
      rows.push_back(std::string(name_of(family)) + "/" + std::string(key) + (value ? "=" : "-") +
                     std::string(value.value_or("")));
    });
    return rows;
  };
  NoRows nothing;
  Pending pending(nothing);
  BulkLayer bulk(nothing);
  for (int round = 0; round < 2; ++round) {  // the second time in memory that the first one left
    for (const auto& recorded : log.told()) {
      fold(pending, recorded);
      fold(bulk, recorded);
    }
    EXPECT_EQ(text(bulk), text(pending));
    pending.clear();
    bulk.clear();
    EXPECT_TRUE(text(bulk).empty());
  }
}

TEST(BulkLayer, hides_what_it_erased_from_the_rows_below) {
  NoRows nothing;
  Pending below(nothing);
  below.put(Family::models, "a", "1");
  below.put(Family::models, "b", "2");
  BulkLayer layer(below);
  layer.erase(Family::models, "a");
  EXPECT_EQ(layer.get(Family::models, "a"), std::nullopt);
  EXPECT_EQ(layer.get(Family::models, "b"), "2");
  layer.put(Family::models, "a", "3");
  EXPECT_EQ(layer.get(Family::models, "a"), "3");
  layer.clear();
  EXPECT_EQ(layer.get(Family::models, "a"), "1");
}

TEST(BulkLayer, refuses_to_read_what_it_only_writes) {
  NoRows nothing;
  BulkLayer layer(nothing);
  EXPECT_THROW(layer.get(Family::history, "a"), std::logic_error);
  EXPECT_THROW(layer.scan(Family::children, "a", [](auto, auto) { return true; }), std::logic_error);
  EXPECT_THROW(layer.scan_back(Family::models, "a", [](auto, auto) { return true; }), std::logic_error);
}

TEST(WrittenRows, of_several_changes_of_one_key_the_last_counts) {
  WrittenRows rows;
  rows.add("b", "1");
  rows.add("a", std::nullopt);
  rows.add("b", std::nullopt);
  rows.add("a", "2");
  rows.add("b", "3");
  const auto changes = rows.sorted();
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].key, "a");
  EXPECT_EQ(changes[0].value, "2");
  EXPECT_EQ(changes[1].key, "b");
  EXPECT_EQ(changes[1].value, "3");
}

}  // namespace
}  // namespace almanac::projections::testing
