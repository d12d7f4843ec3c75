#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/decimal.hpp"
#include "events/instant.hpp"
#include "events/record.hpp"
#include "events/uuid.hpp"

namespace almanac::events {

/// Who sent a command: `member:<id>`, `client:<id>`, `system:scheduler`, `system:writer`.
using Actor = std::string;

enum class Tier : std::uint8_t { standard, premium };

/// What a system model costs and who may build on it. No multiplier: unpriced, never taken for 0 or 1.
struct Price {
  std::optional<Multiplier> multiplier;
  Tier tier = Tier::standard;

  bool operator==(const Price&) const = default;
};

/// A price that holds from its instant by itself; no event marks that instant.
struct FuturePrice {
  Price price;
  Instant effective_at;
  Position scheduled_by = 0;  ///< position of its ModelRepriced

  bool operator==(const FuturePrice&) const = default;
};

/// An end of life that is set, before and after its instant.
struct Deprecation {
  Instant end_of_life_at;
  std::optional<std::string> message;
  std::optional<ModelId> replacement;
  Position scheduled_by =
      0;  ///< position of the ModelDeprecated that set the date (not of a later change of words)
  Instant scheduled_at;         ///< time of that event
  Instant first_deprecated_at;  ///< time of the first ModelDeprecated since the model last had none

  bool operator==(const Deprecation&) const = default;
};

/// A user model's own fields; nullopt inherits.
struct UserFields {
  ModelId parent;
  std::optional<std::int64_t> context_window;
  std::optional<std::int64_t> max_tokens;  ///< output tokens of one request
  std::optional<bool> streaming;
  std::optional<std::string> system_prompt_id;
  std::optional<std::string> system_prompt;

  bool operator==(const UserFields&) const = default;
};

/// A system model's own fields but its price, which has events of its own.
struct SystemFields {
  std::string provider;
  std::string model_name;
  std::string external_key;  ///< unique among living models
  std::optional<std::string> description;
  std::optional<std::int64_t> context_window;  ///< nullopt: not known, bounds nothing
  std::optional<std::int64_t> max_tokens;
  bool streaming = true;
  bool tools = false;
  bool vision = false;
  bool reasoning = false;
  bool recommended = false;

  bool operator==(const SystemFields&) const = default;
};

/// One model as folded from its events; the state that `decide` judges and every answer is rendered from.
struct Model {
  ModelId id;
  std::string organization;  ///< empty: a system model
  std::string display_name;
  bool enabled = true;
  std::string metadata = "null";  ///< JSON text without white space, as given
  std::variant<UserFields, SystemFields> own;
  Price price;                              ///< system models only
  std::optional<FuturePrice> future_price;  ///< system models only
  std::optional<Deprecation> deprecation;
  bool ended = false;  ///< ModelReachedEndOfLife was folded and not taken back
  bool deleted = false;
  std::uint64_t version = 0;   ///< number of its events
  Position last_position = 0;  ///< position of its last event
  Instant created_at;
  Instant updated_at;  ///< time of its last event

  bool is_system() const { return std::holds_alternative<SystemFields>(own); }
  const UserFields& user() const { return std::get<UserFields>(own); }
  const SystemFields& system() const { return std::get<SystemFields>(own); }

  bool operator==(const Model&) const = default;
};

std::string_view name_of(Tier tier);
std::optional<Tier> tier_named(std::string_view name);

/// The price that holds at an instant: the future one from its own instant on.
Price price_at(const Model& system_model, Instant at);

}  // namespace almanac::events
