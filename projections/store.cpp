#include "projections/store.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/write_batch.h>
#include <rocksdb/write_buffer_manager.h>

#include <mutex>

#include "projections/beside.hpp"
#include "projections/fold.hpp"
#include "projections/key.hpp"
#include "projections/snapshot.hpp"
#include "projections/store_files.hpp"

namespace almanac::projections {
namespace {

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

/// What one write may leave to the next; an import's can be large.
constexpr std::size_t kept_batch_bytes_max = std::size_t{16} << 20;

/// A layer that keeps the rows that it stands on.
class StandingLayer final : public Layer {
 public:
  explicit StandingLayer(std::shared_ptr<Database> database)
      : below_(std::move(database), {}, StoredRows::As::they_are), pending_(below_) {}

  std::optional<std::string> get(Family family, std::string_view key) const override {
    return pending_.get(family, key);
  }
  void scan(Family family, std::string_view from, const Visit& visit) const override {
    pending_.scan(family, from, visit);
  }
  void scan_back(Family family, std::string_view from, const Visit& visit) const override {
    pending_.scan_back(family, from, visit);
  }
  void put(Family family, std::string_view key, std::string_view value) override {
    pending_.put(family, key, value);
  }
  void erase(Family family, std::string_view key) override { pending_.erase(family, key); }
  void clear() override { pending_.clear(); }
  void each(const std::function<void(Family, std::string_view, std::optional<std::string_view>)>& visit)
      const override {
    pending_.each(visit);
  }
  void each_of(
      Family family,
      const std::function<void(std::string_view, std::optional<std::string_view>)>& visit) const override {
    pending_.each_of(family, visit);
  }

 private:
  StoredRows below_;
  Pending pending_;
};

class RocksStore final : public Store {
 public:
  explicit RocksStore(const Options& options) : options_(options), memory_(memory_of(options)) {}

  tl::expected<void, log::Failure> open_or_start_over() {
    if (options_.access == Access::own) {
      finish_interrupted_swap(options_.directory);
      if (const auto noted = noted_damage(options_.directory); !noted.empty()) return start_over(noted);
    }
    std::string why;
    const auto status = open_database(options_, memory_, database_);
    if (status.ok()) {
      why = read_applied();
      if (why.empty()) return {};
    } else {
      if (options_.access == Access::beside || !mended_by_a_fresh_one(status)) {
        return tl::unexpected(store_failure("open", options_.directory, status));
      }
      const auto unknown = families_unknown_in(options_.directory);
      why = unknown.empty() ? "they cannot be opened: " + status.ToString()
                            : "they have another layout: this build has no family " + unknown;
    }
    if (options_.access == Access::beside) {
      return tl::unexpected(
          log::Failure{"the read models in " + options_.directory.string() + " cannot be used: " + why,
                       "start the node once; it rebuilds them"});
    }
    return start_over(why);
  }

  std::shared_ptr<const Snapshot> snapshot() const override {
    const std::lock_guard lock(mutex_);
    const auto as = options_.access == Access::own ? StoredRows::As::of_now : StoredRows::As::they_are;
    return std::make_shared<StoredRows>(database_, applied_, as);
  }

  std::unique_ptr<Layer> layer() override { return std::make_unique<StandingLayer>(database_); }

  std::shared_ptr<const Rows> rows() const override {
    return std::make_shared<StoredRows>(database_, Applied{}, StoredRows::As::they_are);
  }

  tl::expected<void, log::Failure> write(const Layer& layer, const Applied& applied, Logged logged) override {
    if (logged == Logged::yes && unlogged_) {
      if (auto flushed = flush(); !flushed) return flushed;
    }
    batch_.Clear();
    rocksdb::Status put;
    layer.each([&](Family family, std::string_view key, std::optional<std::string_view> value) {
      auto* const handle = database_->of(family);
      const auto added =
          value ? batch_.Put(handle, slice(key), slice(*value)) : batch_.Delete(handle, slice(key));
      if (!added.ok()) put = added;
    });
    const auto added = batch_.Put(database_->of(Family::meta), slice(applied_key), encode_applied(applied));
    if (put.ok()) put = added;
    rocksdb::WriteOptions how;
    how.disableWAL = logged == Logged::no;
    if (how.disableWAL) unlogged_ = true;
    const auto status = put.ok() ? database_->db->Write(how, &batch_) : put;
    if (batch_.GetDataSize() > kept_batch_bytes_max) batch_ = rocksdb::WriteBatch();
    if (!status.ok()) return tl::unexpected(store_failure("write", options_.directory, status));
    const std::lock_guard lock(mutex_);
    applied_ = applied;
    return {};
  }

  tl::expected<void, log::Failure> start_over(const std::string& why) override {
    const std::lock_guard lock(mutex_);
    if (database_.use_count() > 1) {
      return tl::unexpected(log::Failure{"the read models in " + options_.directory.string() +
                                             " must be built anew, and are still being read: " + why,
                                         "restart the node"});
    }
    if (database_) database_->note_damage(why);  // holds if a crash comes before the rename
    database_.reset();
    const auto aside = move_aside(options_.directory);
    if (!aside) return tl::unexpected(aside.error());
    set_aside_ = why + "; set aside as " + aside->string();
    applied_ = {};
    unlogged_ = false;
    const auto status = open_database(options_, memory_, database_);
    if (!status.ok()) return tl::unexpected(store_failure("create", options_.directory, status));
    return {};
  }

  void note_damage(const std::string& what) override {
    const std::lock_guard lock(mutex_);
    if (database_) database_->note_damage(what);
  }

  Applied applied() const override {
    const std::lock_guard lock(mutex_);
    return applied_;
  }
  std::optional<std::string> set_aside() const override {
    const std::lock_guard lock(mutex_);
    return set_aside_;
  }
  tl::expected<void, log::Failure> flush() override {
    std::vector<rocksdb::ColumnFamilyHandle*> all(database_->handles.begin(), database_->handles.end());
    const auto status = database_->db->Flush({}, all);
    if (!status.ok()) return tl::unexpected(store_failure("flush", options_.directory, status));
    unlogged_ = false;
    return {};
  }
  std::uint64_t memory_bytes() const override {
    return memory_.cache->GetUsage() + memory_.memtables->memory_usage();
  }

 private:
  /// Why what stands there cannot be used; empty when it can.
  std::string read_applied() {
    std::string value;
    const auto status = database_->db->Get({}, database_->of(Family::meta), slice(applied_key), &value);
    if (status.IsNotFound()) return {};
    if (!status.ok()) return "they cannot be read: " + status.ToString();
    const auto applied = decode_applied(value);
    if (!applied) return "their applied position is malformed";
    if (applied->version != read_model_version) {
      return "they have layout " + std::to_string(applied->version) + ", this build has " +
             std::to_string(read_model_version);
    }
    applied_ = *applied;
    return {};
  }

  const Options options_;
  const Memory memory_;
  rocksdb::WriteBatch batch_;  ///< keeps its memory from one write to the next
  bool unlogged_ = false;      ///< since the last flush something was written that no WAL holds
  mutable std::mutex mutex_;
  std::shared_ptr<Database> database_;
  Applied applied_;
  std::optional<std::string> set_aside_;
};

}  // namespace

tl::expected<std::unique_ptr<Store>, log::Failure> Store::open(const Options& options) {
  auto store = std::make_unique<RocksStore>(options);
  if (auto opened = store->open_or_start_over(); !opened) return tl::unexpected(opened.error());
  return store;
}

}  // namespace almanac::projections
