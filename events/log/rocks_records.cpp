#include "events/log/rocks_records.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <memory>

#include "events/log/table_check.hpp"

namespace almanac::log {
namespace {

/// Behind every position's key and before that of the epoch: positions stay below 2^63.
const std::string behind_all_positions("\xFE", 1);
const std::string epoch_key(
    "\xFF"
    "epoch");

Failure lost(Position position) {
  return {"the record at position " + std::to_string(position) + " is missing in the middle of the log",
          "restore an export into a new data directory (almanac log import)"};
}

Failure unreadable(Position position, const rocksdb::Status& status) {
  return {"the record at position " + std::to_string(position) + " cannot be read: " + status.ToString(),
          "restore an export into a new data directory (almanac log import)"};
}

}  // namespace

std::string big_endian(std::uint64_t number) {
  std::string bytes(8, '\0');
  for (std::size_t i = 8; i-- > 0; number >>= 8)
    bytes[i] = static_cast<char>(number & 0xFF);
  return bytes;
}

std::uint64_t from_big_endian(std::string_view bytes) {
  if (bytes.size() != 8) return 0;
  std::uint64_t number = 0;
  for (const char byte : bytes)
    number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

rocksdb::Options rocks_options(rocksdb::Env* env, std::size_t memtable_bytes, std::size_t block_cache_bytes) {
  rocksdb::Options options;
  if (env != nullptr) options.env = env;
  // The default mode, kPointInTimeRecovery, drops everything behind a damaged WAL record and reports success.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.paranoid_file_checks = true;
  options.max_bgerror_resume_count = 0;
  // The log's end is judged before anything of the WAL is given up; see EmbeddedLog::open.
  options.avoid_flush_during_recovery = true;
  options.write_buffer_size = memtable_bytes;
  options.compression = rocksdb::kLZ4Compression;
  options.max_background_jobs = 2;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.keep_log_file_num = 4;
  options.max_log_file_size = std::size_t{1} << 20;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.skip_stats_update_on_db_open = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(block_cache_bytes);
  table.block_size = std::size_t{16} << 10;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::Slice claimed_epoch_key() {
  return epoch_key;
}

tl::expected<Position, Failure> find_end(rocksdb::DB& db) {
  const std::unique_ptr<rocksdb::Iterator> last(db.NewIterator({}));
  last->SeekForPrev(behind_all_positions);
  if (!last->status().ok()) {
    return tl::unexpected(rocks_failure("find the end of the log", db.GetName(), last->status()));
  }
  return last->Valid() ? from_big_endian(last->key().ToStringView()) + 1 : 0;
}

tl::expected<Epoch, Failure> find_claimed_epoch(rocksdb::DB& db) {
  std::string bytes;
  const auto status = db.Get({}, epoch_key, &bytes);
  if (status.IsNotFound()) return 0;
  if (!status.ok()) return tl::unexpected(rocks_failure("read the claimed epoch", db.GetName(), status));
  return from_big_endian(bytes);
}

tl::expected<std::vector<Entry>, Failure> read_records(rocksdb::DB& db, Position from, std::size_t limit,
                                                       Position end) {
  std::vector<Entry> entries;
  if (from >= end || limit == 0) return entries;
  const std::size_t count = std::min<std::size_t>(limit, end - from);
  if (count == 1) {
    std::string bytes;
    const auto status = db.Get({}, big_endian(from), &bytes);
    if (status.IsNotFound()) return tl::unexpected(lost(from));
    if (!status.ok()) return tl::unexpected(unreadable(from, status));
    entries.push_back({from, events::from_bytes(std::move(bytes))});
    return entries;
  }
  entries.reserve(std::min<std::size_t>(count, 1024));
  rocksdb::ReadOptions options;
  options.fill_cache = count <= 256;
  const std::unique_ptr<rocksdb::Iterator> rows(db.NewIterator(options));
  rows->Seek(big_endian(from));
  for (Position expected = from; expected < from + count; ++expected, rows->Next()) {
    if (!rows->status().ok()) return tl::unexpected(unreadable(expected, rows->status()));
    if (!rows->Valid() || rows->key().ToStringView() != big_endian(expected)) {
      return tl::unexpected(lost(expected));
    }
    entries.push_back({expected, events::from_bytes(rows->value().ToString())});
  }
  return entries;
}

bool holds_data(const std::filesystem::path& database) {
  namespace fs = std::filesystem;
  if (!fs::exists(database)) return false;
  return std::any_of(fs::directory_iterator(database), fs::directory_iterator{}, [](const auto& file) {
    return file.path().extension() == ".sst" || file.path().extension() == ".log";
  });
}

tl::expected<void, Failure> check_tables(const std::filesystem::path& database) {
  const auto damaged = table_that_would_abort(database);
  if (!damaged) return {};
  return tl::unexpected(rocks_failure("open " + damaged->filename().string(), database,
                                      rocksdb::Status::Corruption("its properties are damaged")));
}

Failure rocks_failure(const std::string& doing, const std::filesystem::path& directory,
                      const rocksdb::Status& status) {
  const bool damaged = status.IsCorruption();
  return {"cannot " + doing + " in " + directory.string() + ": " + status.ToString(),
          damaged ? "the files are damaged: restore an export into a new data directory (almanac log import)"
                  : "look at the disk and the directory's rights, then start again"};
}

}  // namespace almanac::log
