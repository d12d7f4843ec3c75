#include "projections/store_files.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>
#include <unistd.h>

#include <vector>

#include "projections/bytes.hpp"

namespace almanac::projections {
namespace fs = std::filesystem;
namespace {

rocksdb::ColumnFamilyOptions family_options(Family family, const Store::Options& options,
                                            const Memory& memory) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = memory.cache;
  table.format_version = 5;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // Point look-ups that mostly miss (a new model, a new key) must not read blocks.
  if (family == Family::models || family == Family::idempotency || family == Family::external_keys) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  }
  rocksdb::ColumnFamilyOptions tuned;
  tuned.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  tuned.write_buffer_size = options.memtable_bytes / 4;
  tuned.compression_per_level = {rocksdb::kNoCompression, rocksdb::kNoCompression, rocksdb::kLZ4Compression};
  return tuned;
}

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(const Store::Options& options,
                                                         const Memory& memory) {
  std::vector<rocksdb::ColumnFamilyDescriptor> all;
  all.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (std::size_t i = 0; i < families; ++i) {
    const auto family = static_cast<Family>(i);
    all.emplace_back(std::string(name_of(family)), family_options(family, options, memory));
  }
  return all;
}

}  // namespace

Database::~Database() {
  if (!db) return;
  for (auto* handle : handles)
    db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  db->DestroyColumnFamilyHandle(unused).PermitUncheckedError();
  db->Close().PermitUncheckedError();
}

Memory memory_of(const Store::Options& options) {
  Memory memory;
  memory.cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  memory.memtables = std::make_shared<rocksdb::WriteBufferManager>(options.memtable_bytes);
  return memory;
}

rocksdb::Status open_database(const Store::Options& options, const Memory& memory,
                              std::shared_ptr<Database>& opened) {
  rocksdb::DBOptions tuned;
  tuned.create_if_missing = true;
  tuned.create_missing_column_families = true;
  tuned.paranoid_checks = true;
  tuned.write_buffer_manager = memory.memtables;
  tuned.max_total_wal_size = std::uint64_t{4} * options.memtable_bytes;
  tuned.keep_log_file_num = 4;
  tuned.max_background_jobs = 2;
  tuned.info_log_level = rocksdb::WARN_LEVEL;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  if (options.access == Store::Access::own) {
    std::error_code ignored;  // RocksDB says it better
    fs::create_directories(options.directory.parent_path(), ignored);
    status =
        rocksdb::DB::Open(tuned, options.directory.string(), descriptors(options, memory), &handles, &db);
  } else {
    tuned.max_open_files = -1;
    const auto own_files = fs::temp_directory_path() / ("almanac-reader-" + std::to_string(::getpid()));
    status = rocksdb::DB::OpenAsSecondary(tuned, options.directory.string(), own_files.string(),
                                          descriptors(options, memory), &handles, &db);
  }
  if (!status.ok()) return status;
  opened = std::make_shared<Database>();
  opened->db.reset(db);
  opened->unused = handles.front();
  std::copy(handles.begin() + 1, handles.end(), opened->handles.begin());
  return status;
}

bool mended_by_a_fresh_one(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return false;
  if (status.IsIOError()) {
    // Held by another process, or not ours to touch; a missing or short file is damage.
    const std::string said = status.ToString();
    return said.find("lock") == std::string::npos && said.find("LOCK") == std::string::npos &&
           said.find("Permission denied") == std::string::npos && said.find("Read-only") == std::string::npos;
  }
  return status.IsCorruption() || status.IsInvalidArgument() || status.IsNotFound() ||
         status.IsPathNotFound();
}

tl::expected<fs::path, log::Failure> move_aside(const fs::path& directory) {
  fs::path aside;
  int n = 0;
  do {
    aside = directory.string() + ".set-aside-" + std::to_string(++n);
  } while (fs::exists(aside));
  std::error_code error;
  fs::rename(directory, aside, error);
  if (!error) return aside;
  return tl::unexpected(log::Failure{"cannot set " + directory.string() + " aside: " + error.message(),
                                     "move it away by hand; it is rebuilt from the log"});
}

log::Failure store_failure(const std::string& doing, const fs::path& directory,
                           const rocksdb::Status& status) {
  return {"cannot " + doing + " the read models in " + directory.string() + ": " + status.ToString(),
          status.IsNoSpace() ? "free space on that disk"
                             : "check that disk, and that no other process uses them"};
}

std::string encode_applied(const Applied& applied) {
  Out out;
  out.u32(applied.version)
      .u64(*applied.position)
      .hash(applied.hash)
      .instant(applied.time)
      .u64(applied.epoch)
      .id(applied.log_id);
  return out.take();
}

std::optional<Applied> decode_applied(std::string_view value) {
  try {
    In in(value);
    Applied applied;
    applied.version = in.u32();
    applied.position = in.u64();
    applied.hash = in.hash();
    applied.time = in.instant();
    applied.epoch = in.u64();
    applied.log_id = in.id();
    in.end();
    return applied;
  } catch (const Damaged&) {
    return std::nullopt;
  }
}

}  // namespace almanac::projections
