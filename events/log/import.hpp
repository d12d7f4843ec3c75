#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>

#include "events/log/source.hpp"
#include "events/log/verify.hpp"

/// Brings a complete log to where there is none, positions and hashes unchanged.
namespace almanac::log {

/// What becomes of a log that was not sealed before it was exported: it may still grow where it came from,
/// and then there are two logs of one id.
enum class Unsealed : std::uint8_t { refuse, accept_a_copy };

/// Makes the record that follows the LogSealed of a moved log, its WriterClaimed: with it the log goes on
/// here. Without one the import stays sealed. `chain_records` is not yet to be applied; `epoch` is the new
/// one.
using GoOn = std::function<events::RecordFields(const Tip& tip, Epoch epoch)>;

/// Appends all of `source` to a log that is empty and claimed with `claim`. On failure the log keeps what
/// came before: for an engine where that can be thrown away.
tl::expected<Verified, Failure> import_into(Log& log, const Claim& claim, Source& source, Unsealed unsealed,
                                            const GoOn& go_on = {}, const Meaning& meaning = {},
                                            const Progress& progress = {});

/// Into the embedded log at `directory`, which must hold no record: whole, or nothing is left behind, after a
/// kill too. It is built beside (`<directory>.importing`) and renamed. The caller holds the data directory.
tl::expected<Verified, Failure> import_directory(const std::filesystem::path& directory, Source& source,
                                                 Unsealed unsealed, const GoOn& go_on = {},
                                                 const Meaning& meaning = {}, const Progress& progress = {});

}  // namespace almanac::log
