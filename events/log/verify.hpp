#pragma once
#include <functional>
#include <optional>
#include <string>

#include "events/log/chain.hpp"
#include "events/log/source.hpp"

/// Proves a log from its records alone: dense positions, epochs that never go back, the hash chain, one log
/// id (or a new one where a copy was claimed), and, where the caller knows schemas, what each record means.
/// Never looks at a read model.
namespace almanac::log {

/// What is wrong with a record's meaning; nullopt: nothing.
using Meaning = std::function<std::optional<std::string>(const Entry&)>;
/// Told about once in ten thousand records; the position behind the last one.
using Progress = std::function<void(Position)>;

struct Verified {
  Position end = 0;  ///< behind the last record: their number
  Hash last{};
  Epoch epoch = 0;
  std::string log_id;  ///< in force at the end
  bool sealed = false;
};

/// The first position that is not as it should be, and why.
struct BadPosition {
  Position position = 0;
  std::string what;
  std::string mend;
};

/// Takes a log's records one by one, from position 0. One thread.
class Verifier {
 public:
  explicit Verifier(Meaning meaning = {}) : meaning_(std::move(meaning)) {}
  tl::expected<void, BadPosition> take(const Entry& entry);
  const Verified& so_far() const { return verified_; }

 private:
  Meaning meaning_;
  Chain chain_;
  Verified verified_;
};

/// Walks a source to its end or to the first bad position.
tl::expected<Verified, BadPosition> verify(Source& source, const Meaning& meaning = {},
                                           const Progress& progress = {});

}  // namespace almanac::log
