#include "events/log/read_only_log.hpp"

#include <rocksdb/db.h>

#include <algorithm>

#include "events/log/owned_directory.hpp"
#include "events/log/rocks_records.hpp"
#include "events/log/witness.hpp"

namespace almanac::log {
namespace fs = std::filesystem;
namespace {

/// RocksDB writes its information log beside the data; a reader leaves nothing there.
class NoInformation final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

rocksdb::Options reading_options() {
  auto options = rocks_options(nullptr, std::size_t{32} << 20, std::size_t{8} << 20);
  options.info_log = std::make_shared<NoInformation>();
  // A table that the node drops stays readable for who has it open.
  options.max_open_files = -1;
  return options;
}

tl::expected<std::unique_ptr<rocksdb::DB>, Failure> open_still(const fs::path& database) {
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(reading_options(), database.string(), &db);
  if (!status.ok()) return tl::unexpected(rocks_failure("read the log", database, status));
  return std::unique_ptr<rocksdb::DB>(db);
}

/// Whether what came from the WAL joins what came from the tables. When the node flushes a WAL after its
/// manifest was read here and drops it before it is, those records are in neither, and RocksDB 7.8.3 reports
/// nothing.
bool joined(rocksdb::DB& db, Position end) {
  std::uint64_t active = 0;
  std::uint64_t immutable = 0;
  db.GetIntProperty(rocksdb::DB::Properties::kNumEntriesActiveMemTable, &active);
  db.GetIntProperty(rocksdb::DB::Properties::kNumEntriesImmMemTables, &immutable);
  const Position from_wal = std::min<Position>(end, active + immutable + 1);
  const std::unique_ptr<rocksdb::Iterator> keys(db.NewIterator({}));
  keys->Seek(big_endian(end - from_wal));
  for (Position expected = end - from_wal; expected < end; ++expected, keys->Next()) {
    if (!keys->Valid() || keys->key().ToStringView() != big_endian(expected)) return false;
  }
  return true;
}

/// As a secondary instance, caught up with everything that is committed before `need`.
tl::expected<std::unique_ptr<rocksdb::DB>, Failure> open_beside(const fs::path& database, Position need) {
  rocksdb::DB* opened = nullptr;
  auto status = rocksdb::DB::OpenAsSecondary(reading_options(), database.string(),
                                             (database / "secondary").string(), &opened);
  if (!status.ok()) return tl::unexpected(rocks_failure("read the log beside its node", database, status));
  std::unique_ptr<rocksdb::DB> db(opened);
  // The node may have changed its manifest or its WAL while they were read: another look finds the rest.
  constexpr int looks_max = 100;
  for (int look = 0; look < looks_max && status.ok(); ++look) {
    const auto end = find_end(*db);
    if (end && *end >= need && joined(*db, *end)) return db;
    status = db->TryCatchUpWithPrimary();
  }
  if (status.ok()) status = rocksdb::Status::TryAgain("it writes faster than it can be read");
  return tl::unexpected(rocks_failure("catch up with the node that writes", database, status));
}

}  // namespace

struct ReadOnlyLog::Parts {
  std::unique_ptr<rocksdb::DB> db;
  Position end = 0;
};

ReadOnlyLog::ReadOnlyLog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ReadOnlyLog::~ReadOnlyLog() = default;

tl::expected<fs::path, Failure> records_in(const fs::path& data) {
  const fs::path own = data / "log";
  const fs::path copy = data / "topic-copy";
  std::error_code ignored;
  if (!fs::exists(copy, ignored)) return own;
  if (!fs::exists(own, ignored)) return copy;
  return tl::unexpected(Failure{data.string() + " holds both a log and a copy of a topic",
                                "move the one away that is not in force (log.engine)"});
}

bool is_copy(const fs::path& directory) {
  return check_format(directory, copy_directory).has_value();
}

tl::expected<std::unique_ptr<ReadOnlyLog>, Failure> ReadOnlyLog::open(const fs::path& directory) {
  const bool copy = is_copy(directory);
  if (auto format = check_format(directory, log_directory); !copy && !format)
    return tl::unexpected(format.error());
  const bool beside_a_node = is_owned(directory);
  auto witness = read_end_file(directory / end_file);
  if (!witness && beside_a_node) witness = read_end_file(directory / end_file);  // it was being written
  if (!witness) return tl::unexpected(witness.error());
  const Position committed = *witness ? (*witness)->position + 1 : 0;
  const fs::path database = directory / database_folder;
  if (auto sound = check_tables(database); !sound) return tl::unexpected(sound.error());
  auto db = beside_a_node ? open_beside(database, committed) : open_still(database);
  if (!db) return tl::unexpected(db.error());
  const auto found = find_end(**db);
  if (!found) return tl::unexpected(found.error());
  // What the node's `end` does not witness may be a commit whose sync is still under way.
  // A copy holds what others committed, and nothing else.
  const Position end = beside_a_node && !copy ? std::min(*found, committed) : *found;
  std::unique_ptr<ReadOnlyLog> log(new ReadOnlyLog(std::make_unique<Parts>(Parts{std::move(*db), end})));
  if (*witness) {
    if (auto whole = hear(*log, {**witness}, {}); !whole) return tl::unexpected(whole.error());
  }
  return log;
}

tl::expected<std::vector<Entry>, Failure> ReadOnlyLog::read(Position from, std::size_t limit) const {
  return read_records(*parts_->db, from, limit, parts_->end);
}

Position ReadOnlyLog::end() const {
  return parts_->end;
}

}  // namespace almanac::log
