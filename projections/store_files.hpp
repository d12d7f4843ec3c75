#pragma once
#include <rocksdb/db.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "projections/store.hpp"

/// The read models' RocksDB as files: how it is tuned, opened, set aside. Only store*.cpp includes this.
namespace almanac::projections {

/// RocksDB counts every key that it compares, for each thread, which costs a tenth of a look-up. Nothing here
/// reads those counts: the calling thread stops making them.
void count_nothing();

/// An open database with its column families. Closed by the last snapshot that stands on it.
struct Database {
  std::unique_ptr<rocksdb::DB> db;
  std::array<rocksdb::ColumnFamilyHandle*, families> handles{};
  std::filesystem::path directory;
  bool ours = false;                              ///< not a reader beside: damage may be noted
  rocksdb::ColumnFamilyHandle* unused = nullptr;  ///< RocksDB insists on a family called `default`

  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();
  /// Leaves a note in the directory, so that the next opening sets it aside.
  void note_damage(const std::string& what) const;
  /// Every access begins here, on whatever thread.
  rocksdb::ColumnFamilyHandle* of(Family family) const {
    count_nothing();
    return handles[static_cast<std::size_t>(family)];
  }
};

/// Shared by all families of one store, so that their sum is what is configured.
struct Memory {
  std::shared_ptr<rocksdb::Cache> cache;
  std::shared_ptr<rocksdb::WriteBufferManager> memtables;
};
Memory memory_of(const Store::Options& options);

/// What RocksDB says; the caller decides whether a fresh one would help.
rocksdb::Status open_database(const Store::Options& options, const Memory& memory,
                              std::shared_ptr<Database>& opened);

/// What note_damage left there, or what a look at the files shows; empty when nothing.
std::string noted_damage(const std::filesystem::path& directory);

/// Those that the database there has and this build does not, separated by commas: with one of them RocksDB
/// opens no writer.
std::string families_unknown_in(const std::filesystem::path& directory);

/// Whether a fresh database in its place would open where this one did not.
bool mended_by_a_fresh_one(const rocksdb::Status& status);

/// Renames the directory to `<directory>.set-aside-1` or, behind an earlier one, `-2`; which one. With two
/// already there the older one is removed and the other becomes the first.
tl::expected<std::filesystem::path, log::Failure> move_aside(const std::filesystem::path& directory);

log::Failure store_failure(const std::string& doing, const std::filesystem::path& directory,
                           const rocksdb::Status& status);

std::string encode_applied(const Applied& applied);
/// nullopt when no encode_applied made it.
std::optional<Applied> decode_applied(std::string_view value);

}  // namespace almanac::projections
