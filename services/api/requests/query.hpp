#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/lifecycle.hpp"
#include "events/model.hpp"
#include "services/api/answers/render_model.hpp"
#include "services/api/requests/as_of.hpp"
#include "services/api/requests/log_place.hpp"
#include "services/api/transport/problem.hpp"
#include "services/api/transport/target.hpp"

/// Query parameters, read strictly: an unknown, malformed or wrongly repeated one is a fault, because a
/// mistyped name must never be answered as if it had not been there.
namespace almanac::api {

/// One bit a parameter; a route says which it takes.
using Asks = std::uint32_t;
namespace ask {
inline constexpr Asks limit = 1;
inline constexpr Asks cursor = 2;
inline constexpr Asks lifecycle_state = 4;
inline constexpr Asks enabled = 8;
inline constexpr Asks parent_model_id = 16;
inline constexpr Asks q = 32;
inline constexpr Asks provider = 64;
inline constexpr Asks model_tier = 128;
inline constexpr Asks expand = 256;
inline constexpr Asks dry_run = 512;
inline constexpr Asks as_of = 1024;
inline constexpr Asks after = 2048;
inline constexpr Asks many = 4096;  ///< `limit` of a page of events
inline constexpr Asks type = 8192;
inline constexpr Asks model_id = 16384;
inline constexpr Asks actor = 32768;
inline constexpr Asks from = 65536;
inline constexpr Asks to = 131072;
inline constexpr Asks expand_parent = 262144;  ///< `expand[]` of a history
inline constexpr Asks period_from = 524288;    ///< `from` of a period that must be given
inline constexpr Asks period_to = 1048576;     ///< `to` likewise
inline constexpr Asks organization_id = 2097152;
inline constexpr Asks page = limit | cursor;
inline constexpr Asks event_filter = type | model_id | actor;
inline constexpr Asks period = period_from | period_to;
inline constexpr Asks required = period;
}  // namespace ask

/// A parameter as the documentation shows it.
struct AskName {
  Asks bit;
  std::string_view name;
  std::string_view schema;  ///< JSON Schema
  std::string_view about;
  std::string_view example;
};
std::span<const AskName> ask_names();

struct Query {
  std::size_t limit = 20;
  std::optional<std::string> cursor;  ///< as it came
  std::optional<events::LifecycleState> state;
  std::optional<bool> enabled;
  std::optional<events::ModelId> parent;
  std::optional<std::string> q;
  std::optional<std::string> provider;
  std::optional<events::Tier> tier;
  Expand expand;
  bool dry_run = false;
  std::optional<AsOf> as_of;
  std::optional<LogPlace> after;
  std::optional<std::size_t> many;
  std::vector<std::string> types;
  std::optional<events::ModelId> model;
  std::optional<std::string> actor;
  std::optional<std::string> organization;
  std::optional<events::Instant> from, to;
  std::vector<Fault> faults;  ///< every one

  /// What a cursor is good for: the list and its filters, without limit and expand, which do not move rows.
  std::string use(std::string_view list) const;
};
Query parse_query(Asks taken, const std::vector<Parameter>& parameters);

/// Decimal without sign, padding or anything else.
std::optional<std::uint64_t> parse_decimal(std::string_view text);
/// Well-formed UTF-8 without NUL.
bool is_text(std::string_view bytes);

}  // namespace almanac::api
