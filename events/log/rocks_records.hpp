#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <rocksdb/db.h>
#include <tl/expected.hpp>

#include "events/log/log.hpp"

/// Records in RocksDB: what the embedded log and those who read its files share. FROZEN ON DISK: a record's
/// key is its position, 8 bytes big-endian, its value the canonical bytes; one key more, 0xFF `epoch`, holds
/// the highest epoch ever claimed, 8 bytes big-endian. The database lies in `db` inside the log's directory.
namespace almanac::log {

inline constexpr const char* database_folder = "db";
inline constexpr const char* end_file = "end";

std::string big_endian(std::uint64_t number);
/// 0 for anything but 8 bytes.
std::uint64_t from_big_endian(std::string_view bytes);

/// How the log's database is opened, whoever opens it. Errors are never retried in the background.
rocksdb::Options rocks_options(rocksdb::Env* env, std::size_t memtable_bytes, std::size_t block_cache_bytes);

/// The position behind the last record.
tl::expected<Position, Failure> find_end(rocksdb::DB& db);
tl::expected<Epoch, Failure> find_claimed_epoch(rocksdb::DB& db);
rocksdb::Slice claimed_epoch_key();

/// Records [from, min(from + limit, end)). Any thread.
tl::expected<std::vector<Entry>, Failure> read_records(rocksdb::DB& db, Position from, std::size_t limit,
                                                       Position end);

/// The records of a database up to an end, for judging it before an engine is there. Any thread.
class StoredRecords final : public Records {
 public:
  StoredRecords(rocksdb::DB& db, Position end) : db_(db), end_(end) {}
  tl::expected<std::vector<Entry>, Failure> read(Position from, std::size_t limit) const override {
    return read_records(db_, from, limit, end_);
  }
  Position end() const override { return end_; }

 private:
  rocksdb::DB& db_;
  Position end_;
};

/// Whether tables or a WAL lie there. RocksDB takes a directory without CURRENT for a new database and
/// removes the files that it finds, so one that holds data is never created.
bool holds_data(const std::filesystem::path& database);

/// Judges the tables before RocksDB does (table_check.hpp); call it before every opening.
tl::expected<void, Failure> check_tables(const std::filesystem::path& database);

Failure rocks_failure(const std::string& doing, const std::filesystem::path& directory,
                      const rocksdb::Status& status);

}  // namespace almanac::log
