#include "projections/snapshot.hpp"

#include <atomic>

namespace almanac::projections {
namespace {

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
std::string_view view(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

}  // namespace

StoredRows::StoredRows(std::shared_ptr<Database> database, const Applied& applied, As as)
    : database_(std::move(database)), applied_(applied) {
  if (as == As::of_now) {
    static std::atomic<std::uint64_t> last_number{0};
    number_ = ++last_number;
    moment_ = database_->db->GetSnapshot();
  }
  options_.snapshot = moment_;
}

StoredRows::~StoredRows() {
  if (moment_ != nullptr) database_->db->ReleaseSnapshot(moment_);
}

std::optional<std::string> StoredRows::get(Family family, std::string_view key) const {
  std::string value;
  const auto status = database_->db->Get(options_, database_->of(family), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  check(status);
  return value;
}

void StoredRows::check(const rocksdb::Status& status) const {
  if (status.ok()) return;
  const std::string what = "the read models cannot be read: " + status.ToString();
  database_->note_damage(what);
  throw Damaged(what);
}

std::unique_ptr<rocksdb::Iterator> StoredRows::iterator(Family family) const {
  return std::unique_ptr<rocksdb::Iterator>(database_->db->NewIterator(options_, database_->of(family)));
}

void StoredRows::scan(Family family, std::string_view from, const Visit& visit) const {
  const auto rows = iterator(family);
  for (rows->Seek(slice(from)); rows->Valid(); rows->Next()) {
    if (!visit(view(rows->key()), view(rows->value()))) return;
  }
  check(rows->status());
}

void StoredRows::scan_back(Family family, std::string_view from, const Visit& visit) const {
  const auto rows = iterator(family);
  for (rows->SeekForPrev(slice(from)); rows->Valid(); rows->Prev()) {
    if (!visit(view(rows->key()), view(rows->value()))) return;
  }
  check(rows->status());
}

}  // namespace almanac::projections
