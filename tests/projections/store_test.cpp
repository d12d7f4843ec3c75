#include "projections/store.hpp"

#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <fstream>

#include "projections/fold.hpp"
#include "projections/projector.hpp"
#include "tests/events/support/samples.hpp"
#include "tests/log/support/temporary_directory.hpp"
#include "tests/projections/support/generated.hpp"

/// Read models on disk: what survives, what is set aside, and that damage never becomes an answer.
namespace almanac::projections::testing {
namespace {

namespace fs = std::filesystem;
using log::test::TemporaryDirectory;

ToldLog told(std::size_t commands) {
  ToldLog log;
  log.follow(world_after(long_sequence(commands)));
  return log;
}

Store::Options options(const fs::path& directory) {
  Store::Options options;
  options.directory = directory;
  options.block_cache_bytes = 1 << 20;
  options.memtable_bytes = 4 << 20;
  return options;
}

std::unique_ptr<Store> opened(const Store::Options& at) {
  auto store = Store::open(at);
  if (!store) throw std::runtime_error(store.error().what);
  return std::move(*store);
}

// Opens, catches up, and says what it has then.
events::Hash digest_after_catching_up(const fs::path& directory, const ToldLog& log) {
  const auto store = opened(options(directory));
  Projector projector(*store);
  const auto folded = projector.catch_up(log, [](auto, auto) {});
  if (!folded) throw std::runtime_error(folded.error().why);
  return digest(*projector.latest());
}

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// What an earlier build leaves that had one family more: opened without it, RocksDB refuses them all.
void add_family(const fs::path& directory, const std::string& name) {
  std::vector<std::string> names;
  auto status = rocksdb::DB::ListColumnFamilies({}, directory.string(), &names);
  std::vector<rocksdb::ColumnFamilyDescriptor> present;
  for (const auto& each : names)
    present.emplace_back(each, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  if (status.ok()) status = rocksdb::DB::Open({}, directory.string(), present, &handles, &raw);
  const std::unique_ptr<rocksdb::DB> db(raw);
  rocksdb::ColumnFamilyHandle* added = nullptr;
  if (status.ok()) status = db->CreateColumnFamily({}, name, &added);
  if (added != nullptr) handles.push_back(added);
  for (auto* handle : handles)
    db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

// Files of a closed store, some flushed, some still in the WAL.
struct Kept {
  explicit Kept(const ToldLog& log) : expected(digest_of(log)) {
    const auto store = opened(options(directory.path() / "models"));
    Projector projector(*store);
    const std::span<const log::Entry> all(log.entries());
    const std::size_t half = all.size() / 2;
    EXPECT_TRUE(projector.apply(all.first(half)));
    EXPECT_TRUE(store->flush());
    for (std::size_t at = half; at < all.size(); ++at)
      EXPECT_TRUE(projector.apply(all.subspan(at, 1)));
  }
  static events::Hash digest_of(const ToldLog& log) {
    FoldedRows rows(log);
    return digest(rows.rows());
  }
  // A fresh copy for one attempt.
  fs::path copy() const {
    const fs::path to = directory.path() / "attempt" / "models";
    fs::remove_all(to.parent_path());
    fs::create_directories(to.parent_path());
    fs::copy(directory.path() / "models", to, fs::copy_options::recursive);
    return to;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory.path() / "models"))
      if (const std::string name = entry.path().filename(); name.find("LOG") != 0 && name != "LOCK")
        names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
  }

  TemporaryDirectory directory;
  events::Hash expected;
};

TEST(Store, rows_and_place_are_there_after_reopening) {
  const TemporaryDirectory directory;
  const ToldLog log = told(40);
  const events::Hash before = digest_after_catching_up(directory.path() / "models", log);
  const auto store = opened(options(directory.path() / "models"));
  EXPECT_EQ(store->set_aside(), std::nullopt);
  EXPECT_EQ(store->applied().position, log.end() - 1);
  EXPECT_EQ(store->applied().hash, log.entries().back().record.hash);
  EXPECT_EQ(store->applied().log_id, log.log_id);
  EXPECT_EQ(digest(*store->snapshot()), before);
  EXPECT_EQ(before, Kept::digest_of(log));
}

TEST(Store, a_snapshot_does_not_see_what_is_committed_later) {
  const TemporaryDirectory directory;
  const ToldLog log = told(40);
  const auto store = opened(options(directory.path() / "models"));
  Projector projector(*store);
  ASSERT_TRUE(projector.apply(std::span(log.entries()).first(10)));
  const auto early = projector.latest();
  const events::Hash before = digest(*early);
  ASSERT_TRUE(projector.apply(std::span(log.entries()).subspan(10)));
  EXPECT_EQ(digest(*early), before);
  EXPECT_EQ(early->applied().position, 9u);
  EXPECT_NE(digest(*projector.latest()), before);
}

TEST(Store, a_missing_file_of_any_kind_ends_in_the_right_rows) {
  const ToldLog log = told(60);
  const Kept kept(log);
  for (const std::string& name : kept.files()) {
    const fs::path models = kept.copy();
    fs::remove(models / name);
    EXPECT_EQ(digest_after_catching_up(models, log), kept.expected) << "without " << name;
  }
}

TEST(Store, a_file_cut_short_anywhere_ends_in_the_right_rows) {
  const ToldLog log = told(60);
  const Kept kept(log);
  for (const std::string& name : kept.files()) {
    const std::string whole = content(kept.directory.path() / "models" / name);
    for (const std::size_t part : {0, 3, 7}) {
      const fs::path models = kept.copy();
      write(models / name, whole.substr(0, whole.size() * part / 8));
      EXPECT_EQ(digest_after_catching_up(models, log), kept.expected) << name << " cut to " << part << "/8";
    }
  }
}

// Sampled: a flip is noticed at opening, or by the first read that meets it, and then all is built anew; or
// it sits where nothing is read. It is never folded over and never answered from.
TEST(Store, a_flipped_bit_is_set_aside_or_harmless_but_never_an_answer) {
  const ToldLog log = told(60);
  const Kept kept(log);
  int noticed = 0;
  int tried = 0;
  for (const std::string& name : kept.files()) {
    const std::string whole = content(kept.directory.path() / "models" / name);
    const std::size_t stride = std::max<std::size_t>(1, whole.size() / 3);
    for (std::size_t at = 0; at < whole.size(); at += stride) {
      const fs::path models = kept.copy();
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
      write(models / name, flipped);
      ++tried;
      try {
        EXPECT_EQ(digest_after_catching_up(models, log), kept.expected) << name << " at " << at;
      } catch (const Damaged&) {
        ++noticed;
        EXPECT_EQ(digest_after_catching_up(models, log), kept.expected)
            << "the second opening, " << name << " at " << at;
      }
    }
  }
  EXPECT_GT(tried, 40);
  EXPECT_GT(noticed, 0) << "no read met a flip: the samples miss the tables";
}

TEST(Store, one_of_a_newer_layout_is_set_aside_and_told) {
  const TemporaryDirectory directory;
  const ToldLog log = told(20);
  const fs::path models = directory.path() / "models";
  {
    const auto store = opened(options(models));
    const auto layer = store->layer();
    layer->put(Family::models, "m", "of another time");
    Applied newer;
    newer.position = 5;
    newer.version = read_model_version + 1;
    ASSERT_TRUE(store->commit(*layer, newer));
  }
  const auto store = opened(options(models));
  ASSERT_TRUE(store->set_aside().has_value());
  EXPECT_NE(store->set_aside()->find("layout " + std::to_string(read_model_version + 1)), std::string::npos)
      << *store->set_aside();
  EXPECT_EQ(store->applied().position, std::nullopt);
  EXPECT_EQ(store->snapshot()->get(Family::models, "m"), std::nullopt);
  EXPECT_TRUE(fs::exists(models.string() + ".set-aside-1"));
}

TEST(Store, one_of_an_older_layout_that_had_a_family_more_is_set_aside_told_and_built_anew) {
  const TemporaryDirectory directory;
  const ToldLog log = told(20);
  const fs::path models = directory.path() / "models";
  const auto expected = digest_after_catching_up(models, log);
  add_family(models, "records");

  Store::Options beside = options(models);
  beside.access = Store::Access::beside;
  EXPECT_TRUE(Store::open(beside)) << "a reader needs only the families that it knows";
  const auto store = opened(options(models));
  ASSERT_TRUE(store->set_aside().has_value());
  EXPECT_NE(store->set_aside()->find("another layout: this build has no family records"), std::string::npos)
      << *store->set_aside();
  EXPECT_EQ(store->applied().position, std::nullopt);
  EXPECT_TRUE(fs::exists(models.string() + ".set-aside-1"));
  Projector projector(*store);
  ASSERT_TRUE(projector.catch_up(log, [](auto, auto) {}));
  EXPECT_EQ(digest(*projector.latest()), expected);
}

TEST(Store, keeps_the_last_two_that_were_set_aside) {
  TemporaryDirectory directory;
  const fs::path models = directory.path() / "models";
  for (int n = 1; n <= 4; ++n) {
    fs::create_directories(models);
    std::ofstream(models / "DAMAGED") << "number " << n;
    Store::Options options;
    options.directory = models;
    ASSERT_TRUE(Store::open(options));
  }
  const auto why = [&](const std::string& which) {
    std::ifstream note(fs::path(models.string() + which) / "DAMAGED");
    return std::string(std::istreambuf_iterator<char>(note), {});
  };
  EXPECT_EQ(why(".set-aside-1"), "number 3");
  EXPECT_EQ(why(".set-aside-2"), "number 4");
  EXPECT_FALSE(fs::exists(models.string() + ".set-aside-3"));
}

TEST(Store, a_second_owner_is_refused_and_nothing_is_set_aside) {
  const TemporaryDirectory directory;
  const fs::path models = directory.path() / "models";
  const auto first = opened(options(models));
  EXPECT_FALSE(Store::open(options(models)).has_value());
  EXPECT_FALSE(fs::exists(models.string() + ".set-aside-1"));
}

TEST(Store, a_reader_beside_a_live_one_sees_its_rows_and_leaves_it_alone) {
  const TemporaryDirectory directory;
  const ToldLog log = told(80);
  const fs::path models = directory.path() / "models";
  const auto store = opened(options(models));
  Projector projector(*store);
  Store::Options beside = options(models);
  beside.access = Store::Access::beside;
  std::size_t at = 0;
  for (const std::size_t until :
       {log.entries().size() / 3, log.entries().size() * 2 / 3, log.entries().size()}) {
    ASSERT_TRUE(projector.apply(std::span(log.entries()).subspan(at, until - at)));
    at = until;
    const auto reader = opened(beside);
    EXPECT_EQ(reader->applied(), store->applied());
    EXPECT_EQ(digest(*reader->snapshot()), digest(*store->snapshot()));
    if (at < log.entries().size()) {
      ASSERT_TRUE(store->flush());
    }
  }
}

TEST(Store, a_reader_beside_nothing_is_told_so) {
  const TemporaryDirectory directory;
  Store::Options beside = options(directory.path() / "models");
  beside.access = Store::Access::beside;
  EXPECT_FALSE(Store::open(beside).has_value());
  EXPECT_FALSE(fs::exists(beside.directory));
}

}  // namespace
}  // namespace almanac::projections::testing
