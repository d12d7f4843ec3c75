#include "events/log/import.hpp"

#include <utility>

#include "events/log/embedded_log.hpp"
#include "events/log/owned_directory.hpp"

namespace almanac::log {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t batch_records_max = 4096;
constexpr std::size_t batch_bytes_max = std::size_t{4} << 20;

std::string why_not(const AppendResult& result) {
  if (const auto* unknown = std::get_if<Unknown>(&result)) return unknown->reason;
  if (const auto* unavailable = std::get_if<Unavailable>(&result)) return unavailable->reason;
  if (const auto* large = std::get_if<TooLarge>(&result)) {
    return "more than " + std::to_string(large->bytes_max) + " bytes at once";
  }
  return std::holds_alternative<Fenced>(result) ? "another writer has claimed it"
                                                : "the records do not continue it";
}

/// Collects records into batches for one log.
class Batches final : public ImportTarget {
 public:
  Batches(Log& log, const Claim& claim) : log_(log), claim_(claim) {}

  /// A batch never ends with a LogSealed that others follow: behind it the log would take nothing more.
  /// Behind an `add` there is always something left for `append`.
  tl::expected<void, Failure> add(Record record) override {
    if ((batch_.size() >= batch_records_max || bytes_ >= batch_bytes_max) && !is_seal(batch_.back().bytes)) {
      if (auto appended = append(); !appended) return appended;
    }
    bytes_ += record.bytes.size();
    batch_.push_back(std::move(record));
    return {};
  }

  tl::expected<void, Failure> finish(std::optional<Record> follower) override {
    if (follower) batch_.push_back(std::move(*follower));
    return append();
  }

 private:
  tl::expected<void, Failure> append() {
    const auto result = log_.append(claim_.epoch, next_, batch_);
    if (!std::holds_alternative<Committed>(result)) {
      return tl::unexpected(
          Failure{"the log does not take position " + std::to_string(next_) + ": " + why_not(result),
                  "look at the disk, then import again"});
    }
    next_ += batch_.size();
    batch_.clear();
    bytes_ = 0;
    return {};
  }

  Log& log_;
  Claim claim_;
  std::vector<Record> batch_;
  std::size_t bytes_ = 0;
  Position next_ = 0;
};

/// The record with which the log goes on, in the place and under the id that it must have.
tl::expected<Record, Failure> follower_of(const Verified& imported, Unsealed unsealed, const GoOn& go_on) {
  const Tip tip{imported.end, imported.epoch, imported.last};
  const Epoch epoch = imported.epoch + 1;
  Record follower = std::move(chain_records({go_on(tip, epoch)}, tip, epoch).front());
  const bool renamed = log_id_of(follower.bytes) != imported.log_id;
  if (unsealed == Unsealed::accept_a_copy ? renamed && gives_new_id(follower.bytes) : !renamed)
    return follower;
  return tl::unexpected(Failure{renamed ? "a moved log keeps its id, this claim names another"
                                        : "a copy needs an id of its own, this claim names none",
                                "import with another build"});
}

tl::expected<void, Failure> must_be_empty(const fs::path& directory) {
  if (!fs::exists(directory)) return {};
  const auto log = EmbeddedLog::open({.directory = directory});
  if (!log) return tl::unexpected(log.error());
  if ((*log)->end() == 0) return {};
  return tl::unexpected(
      Failure{directory.string() + " already holds a log of " + std::to_string((*log)->end()) + " records",
              "import into a new data directory"});
}

tl::expected<Verified, Failure> build(const fs::path& beside, Source& source, Unsealed unsealed,
                                      const GoOn& go_on, const Meaning& meaning, const Progress& progress) {
  auto log = EmbeddedLog::open({.directory = beside});
  if (!log) return tl::unexpected(log.error());
  const auto claim = (*log)->claim();
  if (!claim) return tl::unexpected(claim.error());
  return import_into(**log, *claim, source, unsealed, go_on, meaning, progress);
}

}  // namespace

tl::expected<Verified, Failure> import_into(ImportTarget& target, Source& source, Unsealed unsealed,
                                            const GoOn& go_on, const Meaning& meaning,
                                            const Progress& progress) {
  if (unsealed == Unsealed::accept_a_copy && !go_on) {
    return tl::unexpected(
        Failure{"a copy needs a claim that gives it an id of its own", "import with one, or move the log"});
  }
  Verifier verifier(meaning);
  while (true) {
    auto entry = source.next();
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry) break;
    if (auto taken = verifier.take(**entry); !taken) {
      return tl::unexpected(Failure{taken.error().what, taken.error().mend});
    }
    if (auto added = target.add(std::move((*entry)->record)); !added) return tl::unexpected(added.error());
    if (progress && verifier.so_far().end % 10000 == 0) progress(verifier.so_far().end);
  }
  Verified imported = verifier.so_far();
  if (imported.end == 0) return tl::unexpected(Failure{"there is nothing to import", "take another export"});
  if (!imported.sealed && unsealed == Unsealed::refuse) {
    return tl::unexpected(
        Failure{"the export is not of a sealed log: where it came from it may still grow",
                "export with --seal to move the log, or import with --copy to have a copy"});
  }
  std::optional<Record> follower;
  if (go_on) {
    auto made = follower_of(imported, unsealed, go_on);
    if (!made) return tl::unexpected(made.error());
    imported.log_id = log_id_of(made->bytes);
    follower = std::move(*made);
  }
  if (auto finished = target.finish(std::move(follower)); !finished) return tl::unexpected(finished.error());
  return imported;
}

tl::expected<Verified, Failure> import_into(Log& log, const Claim& claim, Source& source, Unsealed unsealed,
                                            const GoOn& go_on, const Meaning& meaning,
                                            const Progress& progress) {
  if (claim.next != 0) return tl::unexpected(Failure{"the log is not empty", "import into a new one"});
  Batches batches(log, claim);
  return import_into(batches, source, unsealed, go_on, meaning, progress);
}

tl::expected<Verified, Failure> import_directory(const fs::path& directory, Source& source, Unsealed unsealed,
                                                 const GoOn& go_on, const Meaning& meaning,
                                                 const Progress& progress) try {
  if (auto empty = must_be_empty(directory); !empty) return tl::unexpected(empty.error());
  const fs::path beside = directory.string() + ".importing";
  if (is_owned(beside)) {
    return tl::unexpected(
        Failure{"another import into " + directory.string() + " is running", "wait for it"});
  }
  fs::remove_all(beside);
  auto imported = build(beside, source, unsealed, go_on, meaning, progress);
  if (imported) {
    fs::remove_all(directory);
    fs::rename(beside, directory);
    if (auto synced = sync_directory(directory.parent_path()); !synced) return tl::unexpected(synced.error());
    return imported;
  }
  fs::remove_all(beside);
  return imported;
} catch (const fs::filesystem_error& error) {
  return tl::unexpected(Failure{error.what(), "look at the directory's owner and rights"});
}

}  // namespace almanac::log
