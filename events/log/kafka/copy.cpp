#include "events/log/kafka/copy.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "events/log/chain_end.hpp"
#include "events/log/rocks_records.hpp"

namespace almanac::log::kafka {
namespace fs = std::filesystem;
namespace {

constexpr const char* reread_file = "reread";
constexpr const char* mend_damage = "restart the node: it then reads its copy of the records anew";
const std::string place_key(
    "\xFF"
    "kafka");

std::string place_of(Offset offset, const Hash& hash) {
  return big_endian(static_cast<std::uint64_t>(offset)) +
         std::string(reinterpret_cast<const char*>(hash.data()), hash.size());
}

tl::expected<std::unique_ptr<rocksdb::DB>, Failure> open_database(const Options& options) {
  const fs::path database = options.directory / database_folder;
  if (auto sound = check_tables(database); !sound) return tl::unexpected(sound.error());
  auto rocks = rocks_options(nullptr, options.memtable_bytes, options.block_cache_bytes);
  // Here, and only here, what recovery drops is not lost: the topic has it.
  rocks.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  rocks.create_if_missing = !holds_data(database);
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(rocks, database.string(), &db);
  if (!status.ok()) return tl::unexpected(rocks_failure("open the copy of the log", database, status));
  return std::unique_ptr<rocksdb::DB>(db);
}

void move_aside(const fs::path& directory) {
  fs::remove_all(directory / "set-aside");
  if (fs::exists(directory / database_folder))
    fs::rename(directory / database_folder, directory / "set-aside");
}

}  // namespace

Copy::Copy(OwnedDirectory directory, std::unique_ptr<rocksdb::DB> db)
    : directory_(std::move(directory)), db_(std::move(db)) {}

Copy::~Copy() {
  db_->Close().PermitUncheckedError();
}

tl::expected<std::unique_ptr<Copy>, Failure> Copy::open(const Options& options) try {
  auto directory = OwnedDirectory::open(options.directory, copy_directory);
  if (!directory) return tl::unexpected(directory.error());
  const fs::path note = options.directory / reread_file;
  std::string why;
  std::optional<Witness> remembered;
  if (fs::exists(note)) {
    if (auto witness = read_end_file(note)) remembered = *witness;
    if (remembered) remembered->whose = "this node's earlier copy of the records";
    why = "it did not fit the topic, or was damaged";
    move_aside(options.directory);
    // One that remembers stays until it was heard: an opening that ends before that begins anew.
    if (!remembered) fs::remove(note);
  }
  for (int attempt = 0;; ++attempt) {
    auto db = open_database(options);
    if (db) {
      std::unique_ptr<Copy> copy(new Copy(std::move(*directory), std::move(*db)));
      const auto found = copy->find_place();
      if (found) {
        copy->remembered_ = remembered;
        copy->set_aside_ = why;
        return copy;
      }
      if (attempt > 0) return tl::unexpected(found.error());
      why = found.error().what;
      *directory = std::move(copy->directory_);
    } else {
      if (attempt > 0) return tl::unexpected(db.error());
      why = db.error().what;
    }
    move_aside(options.directory);
  }
} catch (const fs::filesystem_error& error) {
  return tl::unexpected(Failure{error.what(), "look at the directory's owner and rights"});
}

tl::expected<void, Failure> Copy::find_place() {
  const auto end = find_end(*db_);
  if (!end) return tl::unexpected(end.error());
  std::string place;
  const auto status = db_->Get({}, place_key, &place);
  if (!status.ok() && !status.IsNotFound())
    return tl::unexpected(rocks_failure("read the copy's place", directory_.path(), status));
  auto chain = chain_at_end(StoredRecords(*db_, *end), [this](Position p) { return hash_at(p); });
  if (!chain) return tl::unexpected(chain.error());
  if (*end > 0) {
    const auto offset = static_cast<Offset>(from_big_endian(std::string_view(place).substr(0, 8)));
    if (place != place_of(offset, chain->tip().last)) {
      return tl::unexpected(
          Failure{"the copy's last record is not the one that it says where it lies", mend_damage});
    }
    last_offset_ = offset;
  }
  chain_ = std::move(*chain);
  end_ = *end;
  return {};
}

tl::expected<std::vector<Entry>, Failure> Copy::read(Position from, std::size_t limit) const {
  auto entries = read_records(*db_, from, limit, end());
  if (entries) return entries;
  note_reread({});
  return tl::unexpected(Failure{entries.error().what, mend_damage});
}

std::optional<Hash> Copy::hash_at(Position position) const {
  const auto entries = read_records(*db_, position, 1, end());
  if (!entries || entries->empty()) return std::nullopt;
  return entries->front().record.hash;
}

tl::expected<void, Failure> Copy::add(const std::vector<Record>& records, Offset offset) {
  std::size_t bytes = 64;
  for (const auto& record : records)
    bytes += record.bytes.size() + 32;
  rocksdb::WriteBatch batch(bytes);
  Position position = end();
  auto status = batch.Put(place_key, place_of(offset, records.back().hash));
  for (const auto& record : records) {
    if (status.ok()) status = batch.Put(big_endian(position++), record.bytes);
  }
  if (status.ok()) status = db_->Write({}, &batch);
  if (!status.ok())
    return tl::unexpected(rocks_failure("write the copy of the log", directory_.path(), status));
  last_offset_ = offset;
  end_.store(position, std::memory_order_release);
  return {};
}

void Copy::note_reread(const std::optional<Witness>& remembered) const {
  noted_ = true;
  auto note = EndFile::open(directory_.path() / reread_file);
  if (note && remembered) static_cast<void>(note->write(remembered->position, remembered->hash));
}

void Copy::forget_remembered() {
  if (!remembered_) return;
  remembered_.reset();
  if (noted_) return;
  std::error_code ignored;
  fs::remove(directory_.path() / reread_file, ignored);
}

}  // namespace almanac::log::kafka
