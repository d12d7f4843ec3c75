#include "events/log/embedded_log.hpp"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <string>
#include <utility>

#include "events/log/chain_end.hpp"
#include "events/log/commit_signal.hpp"
#include "events/log/owned_directory.hpp"
#include "events/log/rocks_records.hpp"
#include "events/log/source.hpp"

namespace almanac::log {
namespace fs = std::filesystem;
namespace {

tl::expected<std::unique_ptr<rocksdb::DB>, Failure> open_database(const EmbeddedLog::Options& options) {
  const fs::path database = options.directory / database_folder;
  if (auto sound = check_tables(database); !sound) return tl::unexpected(sound.error());
  auto rocks = rocks_options(options.env, options.memtable_bytes, options.block_cache_bytes);
  rocks.create_if_missing = !holds_data(database);
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(rocks, database.string(), &db);
  if (!status.ok()) return tl::unexpected(rocks_failure("open the log", database, status));
  return std::unique_ptr<rocksdb::DB>(db);
}

/// What was found in the database before the engine is built on it.
struct Judged {
  Position end = 0;
  std::optional<Loss> loss;
  Chain chain;
  Epoch highest = 0;
  bool sealed = false;
};

tl::expected<Judged, Failure> judge(rocksdb::DB& db, const EmbeddedLog::Options& options,
                                    const std::optional<Witness>& last_commit) {
  const auto end = find_end(db);
  if (!end) return tl::unexpected(end.error());
  const StoredRecords stored(db, *end);
  auto witnesses = options.known;
  if (last_commit) witnesses.push_back(*last_commit);
  auto loss = hear(stored, witnesses, options.accept_loss_after);
  if (!loss) return tl::unexpected(loss.error());
  auto chain = chain_at_end(stored);
  if (!chain) return tl::unexpected(chain.error());
  const auto claimed_epoch = find_claimed_epoch(db);
  if (!claimed_epoch) return tl::unexpected(claimed_epoch.error());
  const Epoch highest = std::max(*claimed_epoch, chain->tip().epoch);
  if (*end == 0) return Judged{0, *loss, std::move(*chain), highest, false};
  const auto last = stored.read(*end - 1, 1);
  if (!last) return tl::unexpected(last.error());
  return Judged{*end, *loss, std::move(*chain), highest, is_seal(last->front().record.bytes)};
}

}  // namespace

struct EmbeddedLog::Parts {
  Parts(OwnedDirectory owned, EndFile end, std::unique_ptr<rocksdb::DB> database, std::size_t bytes_max,
        Judged judged)
      : directory(std::move(owned)),
        end_file(std::move(end)),
        db(std::move(database)),
        batch_bytes_max(bytes_max),
        accepted_loss(judged.loss),
        chain(std::move(judged.chain)),
        highest(judged.highest),
        sealed(judged.sealed),
        committed(judged.end) {}

  OwnedDirectory directory;
  EndFile end_file;
  std::unique_ptr<rocksdb::DB> db;
  std::size_t batch_bytes_max;
  std::optional<Loss> accepted_loss;
  Chain chain;    // behind the last committed record
  Epoch highest;  // ever claimed, or found in a record
  bool claimed = false;
  bool sealed;
  std::string failed;  // why this engine takes no more appends; empty while it does
  CommitSignal committed;
};

EmbeddedLog::EmbeddedLog(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

tl::expected<std::unique_ptr<EmbeddedLog>, Failure> EmbeddedLog::open(const Options& options) try {
  auto directory = OwnedDirectory::open(options.directory, log_directory);
  if (!directory) return tl::unexpected(directory.error());
  auto last_commit = read_end_file(options.directory / end_file);
  if (!last_commit) return tl::unexpected(last_commit.error());
  auto db = open_database(options);
  if (!db) return tl::unexpected(db.error());
  auto judged = judge(**db, options, *last_commit);
  if (!judged) return tl::unexpected(judged.error());

  // Only now: a flush lets go of the WAL, and with it of what a refused log's owner may still want to see.
  const auto flushed = (*db)->Flush({});
  if (!flushed.ok()) return tl::unexpected(rocks_failure("flush the log", options.directory, flushed));
  auto end_writer = EndFile::open(options.directory / end_file);
  if (!end_writer) return tl::unexpected(end_writer.error());

  if (auto synced = sync_directory(options.directory); !synced) return tl::unexpected(synced.error());

  auto parts = std::make_unique<Parts>(std::move(*directory), std::move(*end_writer), std::move(*db),
                                       options.batch_bytes_max, std::move(*judged));
  return std::unique_ptr<EmbeddedLog>(new EmbeddedLog(std::move(parts)));
} catch (const fs::filesystem_error& error) {
  return tl::unexpected(Failure{error.what(), "look at the directory's owner and rights"});
}

EmbeddedLog::~EmbeddedLog() {
  if (parts_->failed.empty()) parts_->db->Flush({}).PermitUncheckedError();
  parts_->db->Close().PermitUncheckedError();
}

tl::expected<Claim, Failure> EmbeddedLog::claim() {
  auto& log = *parts_;
  if (!log.failed.empty()) return tl::unexpected(Failure{log.failed, "restart the node"});
  const auto& tip = log.chain.tip();
  if (log.sealed) return Claim{0, tip.next, tip.last, true};
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const Epoch epoch = log.highest + 1;
  const auto status = log.db->Put(synced, claimed_epoch_key(), big_endian(epoch));
  if (!status.ok()) {
    log.failed = "a claim could not be written: " + status.ToString();
    return tl::unexpected(rocks_failure("write a claim", log.directory.path(), status));
  }
  log.highest = epoch;
  log.claimed = true;
  return Claim{epoch, tip.next, tip.last, false};
}

AppendResult EmbeddedLog::append(Epoch epoch, Position expected, std::span<const Record> records) {
  auto& log = *parts_;
  if (!log.failed.empty()) return Unavailable{log.failed};
  if (!log.claimed || epoch != log.highest) return Fenced{log.highest};
  if (log.sealed) return Unavailable{"the log is sealed: it was exported whole and ends here"};
  if (records.empty() || expected != log.chain.tip().next) return Conflict{log.chain.tip().next};

  Chain chain = log.chain;
  std::size_t bytes = 0;
  for (const auto& record : records) {
    if (chain.take(record).verdict != Verdict::fold) return Conflict{log.chain.tip().next};
    bytes += record.bytes.size();
  }
  if (bytes > log.batch_bytes_max) return TooLarge{log.batch_bytes_max};

  rocksdb::WriteBatch batch(bytes + records.size() * 32 + 64);
  Position position = expected;
  for (const auto& record : records) {
    if (auto put = batch.Put(big_endian(position++), record.bytes); !put.ok()) return TooLarge{bytes};
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  if (const auto status = log.db->Write(synced, &batch); !status.ok()) {
    log.failed = "a commit to " + log.directory.path().string() + " failed: " + status.ToString();
    return Unknown{log.failed};
  }

  log.chain = std::move(chain);
  log.sealed = is_seal(records.back().bytes);
  // The batch is committed whatever comes of this; a disk that refuses this small write takes no other.
  if (auto end = log.end_file.write(position - 1, records.back().hash); !end) log.failed = end.error().what;
  log.committed.publish(position);
  return Committed{position - 1};
}

tl::expected<std::vector<Entry>, Failure> EmbeddedLog::read(Position from, std::size_t limit) const {
  return read_records(*parts_->db, from, limit, end());
}

Position EmbeddedLog::end() const {
  return parts_->committed.end();
}

std::unique_ptr<Tail> EmbeddedLog::tail(Position from) {
  return std::make_unique<SignalledTail>(*this, parts_->committed, from);
}

tl::expected<Position, Failure> EmbeddedLog::barrier() {
  if (!parts_->failed.empty()) return tl::unexpected(Failure{parts_->failed, "restart the node"});
  return end();
}

const std::optional<Loss>& EmbeddedLog::accepted_loss() const {
  return parts_->accepted_loss;
}

std::string EmbeddedLog::log_id() const {
  return log_id_at(*this, end()).value_or("");
}

}  // namespace almanac::log
