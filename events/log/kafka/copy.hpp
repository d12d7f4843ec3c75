#pragma once
#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/log/chain.hpp"
#include "events/log/kafka/offsets.hpp"
#include "events/log/kafka/options.hpp"
#include "events/log/owned_directory.hpp"

namespace rocksdb {
class DB;
}

/// A node's own copy of the records that it has read from the topic: what `read` and every tail are served
/// from. Disposable: when it is damaged or does not fit the topic, it is set aside and read anew.
///
///     FORMAT     `almanac copy 1`
///     LOCK       see owned_directory.hpp
///     db         records as in rocks_records.hpp, and one key more, 0xFF `kafka`: the last record's offset,
///                8 bytes big-endian, and its hash, 32 bytes
///     reread     see note_reread
///     set-aside  the `db` before this one
namespace almanac::log::kafka {

class Copy final : public Records {
 public:
  /// Opens or creates. A damaged one, or one that was noted for it, is set aside, and this one begins empty;
  /// `set_aside` says why.
  static tl::expected<std::unique_ptr<Copy>, Failure> open(const Options& options);
  ~Copy() override;

  /// Any thread. Damage that it meets is noted, so that the next opening begins anew.
  tl::expected<std::vector<Entry>, Failure> read(Position from, std::size_t limit) const override;
  Position end() const override { return end_.load(std::memory_order_acquire); }
  /// nullopt where there is none; for a chain that meets a duplicate.
  std::optional<Hash> hash_at(Position position) const;

  /// Adds records that follow `end()`, whose last one lies at `offset`, in one write that is not synced: what
  /// a crash takes is read again. From one thread.
  tl::expected<void, Failure> add(const std::vector<Record>& records, Offset offset);

  /// Behind the last record, as found at opening.
  const Chain& chain() const { return chain_; }
  /// Of the last record; nullopt in an empty copy.
  std::optional<Offset> last_offset() const { return last_offset_; }

  /// Has the copy set aside at the next opening. `remembered` is what it bears witness to for as long as the
  /// topic was not read to a place where it could be heard; nothing when its bytes are not to be trusted.
  void note_reread(const std::optional<Witness>& remembered) const;
  /// What an earlier copy remembers, still to be heard.
  const std::optional<Witness>& remembered() const { return remembered_; }
  /// It was heard; a note that was made since this opening stays.
  void forget_remembered();

  const std::string& set_aside() const { return set_aside_; }

 private:
  Copy(OwnedDirectory directory, std::unique_ptr<rocksdb::DB> db);
  tl::expected<void, Failure> find_place();

  OwnedDirectory directory_;
  std::unique_ptr<rocksdb::DB> db_;
  std::atomic<Position> end_{0};
  std::optional<Offset> last_offset_;
  Chain chain_;
  std::optional<Witness> remembered_;
  std::string set_aside_;
  mutable std::atomic<bool> noted_{false};
};

}  // namespace almanac::log::kafka
