#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

/// The rows of the read models: families, keys, and what a fold may do to them. Keys are big-endian so that a
/// page is a range scan; variable-length parts carry their length. The layouts stand in key.hpp and
/// value.hpp.
namespace almanac::projections {

/// One RocksDB column family each. Stored names stand beside name_of.
enum class Family : std::uint8_t {
  models,           ///< model id -> model as of the applied position, deleted ones too
  by_organization,  ///< organisation (empty: system models), id descending -> nothing
  departed,         ///< the same key of deleted models -> position of the ModelDeleted; for pages as of then
  catalogue,        ///< not recommended, display name, id -> nothing
  external_keys,    ///< external key -> model id
  children,         ///< parent id, child id; and parent id, organisation, child id -> nothing
  child_counts,     ///< parent id; and parent id, organisation -> how many living
  replacements,     ///< replacement id, model id -> nothing; replacement id alone -> how many
  prices,           ///< system model id, instant, position -> price that holds from then, or was to
  timers,           ///< due instant, model id -> position of the ModelDeprecated that scheduled it
  history,          ///< model id, position descending -> full snapshot of the model after that event
  times,            ///< instant of a second, descending -> last position at each millisecond in it
  idempotency,      ///< key hash -> fingerprint, first and last position, time, expiry
  idempotency_expiry,  ///< expiry instant, key hash -> nothing
  batches,             ///< batch id -> its CatalogImported with its place
  meta,                ///< applied position, hash, log id, version of the read model; see the keys in key.hpp
};
inline constexpr std::size_t families = 16;
std::string_view name_of(Family family);

/// Rows that cannot be read: a checksum, a length or an invariant does not hold. The store is set aside at
/// its next opening; whoever catches this gives no answer from these rows.
class Damaged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Visit = std::function<bool(std::string_view key, std::string_view value)>;

/// What folds and queries read. A point in time: nothing changes under a reader. Throws Damaged.
class Rows {
 public:
  virtual ~Rows() = default;
  /// Names these rows in this process as long as they never change, so that what was made of them can be kept
  /// under it; 0: they may change.
  virtual std::uint64_t unchanging() const { return 0; }
  virtual std::optional<std::string> get(Family family, std::string_view key) const = 0;
  /// In key order from the first key >= `from`, while `visit` returns true.
  virtual void scan(Family family, std::string_view from, const Visit& visit) const = 0;
  /// Backwards from the last key <= `from`, while `visit` returns true.
  virtual void scan_back(Family family, std::string_view from, const Visit& visit) const = 0;
};

/// What a fold writes: read its own writes, kept apart from the store until they are committed.
class MutableRows : public Rows {
 public:
  virtual void put(Family family, std::string_view key, std::string_view value) = 0;
  virtual void erase(Family family, std::string_view key) = 0;
};

}  // namespace almanac::projections
