#pragma once
#include <string>
#include <string_view>

#include "events/instant.hpp"
#include "events/model.hpp"
#include "events/record.hpp"
#include "events/uuid.hpp"

/// Keys of the rows. A prefix is a whole number of parts, so that a range never reaches into a neighbour:
/// organisation `a` does not scan into `ab`. Layouts are frozen until read_model_version grows.
namespace almanac::projections {

using events::Instant;
using events::ModelId;
using events::Position;

std::string model_key(const ModelId& id);

/// by_organization and departed: newest first within an organisation.
std::string organization_prefix(std::string_view organization);
std::string organization_key(std::string_view organization, const ModelId& id);
/// The id at the end of an organization_key.
ModelId model_of_organization_key(std::string_view key);

/// Recommended first, then display name by bytes, then id.
std::string catalogue_key(const events::Model& system_model);
/// The id at the end of a key that ends with one: catalogue, children, replacements, timers.
ModelId model_at_end_of(std::string_view key);

std::string children_prefix(const ModelId& parent);
std::string child_key(const ModelId& parent, const ModelId& child);
std::string children_prefix(const ModelId& parent, std::string_view organization);
std::string child_key(const ModelId& parent, std::string_view organization, const ModelId& child);
std::string child_count_key(const ModelId& parent);
std::string child_count_key(const ModelId& parent, std::string_view organization);

/// Alone it holds the count, and stands before the rows that it begins.
std::string replacement_prefix(const ModelId& replacement);
std::string replacement_key(const ModelId& replacement, const ModelId& model);

std::string price_prefix(const ModelId& system_model);
std::string price_key(const ModelId& system_model, Instant from, Position position);

std::string timer_key(Instant due_at, const ModelId& model);

/// Newest first: the first key at or after it is the snapshot as of that position.
std::string history_key(const ModelId& model, Position position);
Position position_of_history_key(std::string_view key);

/// Latest first; `at` in whole seconds since 1970, rounded down.
std::string time_key(std::int64_t second);
std::int64_t second_of(Instant at);

std::string expiry_key(Instant expires_at, std::string_view key_hash);

/// Keys of meta.
inline constexpr std::string_view applied_key = "applied";
inline constexpr std::string_view catalogue_changed_key = "catalogue";  ///< position of its last change
inline constexpr std::string_view command_key =
    "command";  ///< correlation and first position of the last one
inline constexpr std::string_view expired_key = "expired";  ///< the first idempotency_expiry not yet removed
inline constexpr std::string_view writer_key = "writer";    ///< who claimed the log last

}  // namespace almanac::projections
