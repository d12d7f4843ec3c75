#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "events/log/source.hpp"
#include "events/log/verify.hpp"

/// Brings a complete log to where there is none, positions and hashes unchanged.
namespace almanac::log {

/// What becomes of a log that was not sealed before it was exported: it may still grow where it came from,
/// so only a copy is taken, which goes on under an id of its own. A sealed one can be copied too.
enum class Unsealed : std::uint8_t { refuse, accept_a_copy };

/// Makes the WriterClaimed with which the log goes on here: of a moved log behind its LogSealed under the
/// same id, of a copy under a new one (`gives_new_id`). `chain_records` is not yet to be applied; `epoch` is
/// the new one. Without it a moved log stays sealed, and a copy is refused.
using GoOn = std::function<events::RecordFields(const Tip& tip, Epoch epoch)>;

/// Where an import puts records, in their order.
class ImportTarget {
 public:
  virtual ~ImportTarget() = default;
  virtual tl::expected<void, Failure> add(events::Record record) = 0;
  /// Behind this all of them are there, and `follower` behind them. The last of them and the follower come
  /// together or not at all.
  virtual tl::expected<void, Failure> finish(std::optional<events::Record> follower) = 0;
};

/// Puts all of `source` there, and judges it as it goes by: `finish` is reached by a complete one only. What
/// is returned counts the imported records; its `log_id` is the one that the log goes on under.
tl::expected<Verified, Failure> import_into(ImportTarget& target, Source& source, Unsealed unsealed,
                                            const GoOn& go_on = {}, const Meaning& meaning = {},
                                            const Progress& progress = {});

/// Appends all of `source` to a log that is empty and claimed with `claim`. On failure the log keeps what
/// came before: for an engine where that can be thrown away. The last of the records and the WriterClaimed
/// are in one batch, so a whole copy without its new id is never there.
tl::expected<Verified, Failure> import_into(Log& log, const Claim& claim, Source& source, Unsealed unsealed,
                                            const GoOn& go_on = {}, const Meaning& meaning = {},
                                            const Progress& progress = {});

/// Into the embedded log at `directory`, which must hold no record: whole, or nothing is left behind, after a
/// kill too. It is built beside (`<directory>.importing`) and renamed. The caller holds the data directory.
tl::expected<Verified, Failure> import_directory(const std::filesystem::path& directory, Source& source,
                                                 Unsealed unsealed, const GoOn& go_on = {},
                                                 const Meaning& meaning = {}, const Progress& progress = {});

}  // namespace almanac::log
