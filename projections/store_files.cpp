#include "projections/store_files.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

#include "projections/bytes.hpp"
#include "projections/store_witness.hpp"

namespace almanac::projections {
namespace fs = std::filesystem;
namespace {

constexpr const char* damage_note = "DAMAGED";
/// Set-aside directories that stay; the oldest goes when one more comes.
constexpr int set_aside_kept = 2;

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
  // The lower levels hold nearly all bytes; a RocksDB built without LZ4 keeps them as they are.
  const auto known = rocksdb::GetSupportedCompressions();
  if (std::find(known.begin(), known.end(), rocksdb::kLZ4Compression) != known.end())
    tuned.compression_per_level = {rocksdb::kNoCompression, rocksdb::kNoCompression,
                                   rocksdb::kLZ4Compression};
  else
    tuned.compression = rocksdb::kNoCompression;
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

void count_nothing() {
  thread_local const bool done = [] {
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
    return true;
  }();
  static_cast<void>(done);
}

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
  // All families reach the files together: a WAL that is lost or cut then costs a tail that folds again,
  // never rows of one family without those of another.
  tuned.atomic_flush = true;
  tuned.max_total_wal_size = std::uint64_t{4} * options.memtable_bytes;
  tuned.keep_log_file_num = 4;
  tuned.max_background_jobs = 2;
  tuned.info_log_level = rocksdb::WARN_LEVEL;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  if (options.access == Store::Access::own) {
    tuned.listeners.push_back(manifest_witness(options.directory));
    std::error_code ignored;  // RocksDB says it better
    fs::create_directories(options.directory.parent_path(), ignored);
    status =
        rocksdb::DB::Open(tuned, options.directory.string(), descriptors(options, memory), &handles, &db);
  } else {
    tuned.max_open_files = -1;
    std::string own_files = (fs::temp_directory_path() / "almanac-reader-XXXXXX").string();
    if (::mkdtemp(own_files.data()) == nullptr) return rocksdb::Status::IOError("no temporary directory");
    status = rocksdb::DB::OpenAsSecondary(tuned, options.directory.string(), own_files,
                                          descriptors(options, memory), &handles, &db);
    std::error_code ignored;  // only an information log that nobody reads
    fs::remove_all(own_files, ignored);
  }
  if (!status.ok()) return status;
  opened = std::make_shared<Database>();
  opened->db.reset(db);
  opened->directory = options.directory;
  opened->ours = options.access == Store::Access::own;
  if (opened->ours) witness_manifest(options.directory);
  opened->unused = handles.front();
  std::copy(handles.begin() + 1, handles.end(), opened->handles.begin());
  return status;
}

void Database::note_damage(const std::string& what) const {
  if (ours) std::ofstream(directory / damage_note, std::ios::trunc) << what;
}

std::string noted_damage(const fs::path& directory) {
  if (manifest_lost_its_tail(directory)) return "their MANIFEST is shorter than it was";
  std::ifstream note(directory / damage_note);
  return {std::istreambuf_iterator<char>(note), {}};
}

std::string families_unknown_in(const fs::path& directory) {
  std::vector<std::string> found;
  rocksdb::DB::ListColumnFamilies({}, directory.string(), &found).PermitUncheckedError();
  std::string unknown;
  for (const auto& name : found) {
    bool known = name == rocksdb::kDefaultColumnFamilyName;
    for (std::size_t i = 0; i < families && !known; ++i)
      known = name == name_of(static_cast<Family>(i));
    if (!known) unknown += (unknown.empty() ? "" : ", ") + name;
  }
  return unknown;
}

bool mended_by_a_fresh_one(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return false;
  if (status.IsIOError()) {
    // Held by another process, or not ours to touch; a missing or short file is damage.
    const std::string said = status.ToString();
    return said.find("lock hold by") == std::string::npos &&
           said.find("While lock file") == std::string::npos &&
           said.find("Permission denied") == std::string::npos && said.find("Read-only") == std::string::npos;
  }
  return status.IsCorruption() || status.IsInvalidArgument() || status.IsNotFound() ||
         status.IsPathNotFound();
}

tl::expected<fs::path, log::Failure> move_aside(const fs::path& directory) {
  const auto numbered = [&](int n) {
    return fs::path(directory.string() + ".set-aside-" + std::to_string(n));
  };
  // Each may be as large as the read models.
  std::error_code error;
  int last = 0;
  while (last < set_aside_kept && fs::exists(numbered(last + 1)))
    ++last;
  if (last == set_aside_kept) {
    fs::remove_all(numbered(1), error);
    for (int n = 2; n <= set_aside_kept; ++n)
      fs::rename(numbered(n), numbered(n - 1), error);
    --last;
  }
  const fs::path aside = numbered(last + 1);
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
