#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/field.hpp"
#include "events/lifecycle.hpp"
#include "events/model.hpp"
#include "events/rejection.hpp"

/// Imperatives. A command comes with the faults that parsing already found, so that a caller hears of all at
/// once: a field named in them holds its default and is not judged again.
namespace almanac::events {

enum class Scope : std::uint8_t {
  models_read = 1,
  models_write = 2,
  catalog_write = 4,
  events_read = 8,
  events_read_all = 16,
  org_admin = 32,
};
struct Scopes {
  std::uint8_t bits = 0;
  bool has(Scope scope) const { return (bits & static_cast<std::uint8_t>(scope)) != 0; }
  void add(Scope scope) { bits = static_cast<std::uint8_t>(bits | static_cast<std::uint8_t>(scope)); }
  bool operator==(const Scopes&) const = default;
};
std::string_view name_of(Scope scope);  // models:read …
std::optional<Scope> scope_named(std::string_view name);

enum class Plan : std::uint8_t { free, pro, enterprise };
std::string_view name_of(Plan plan);
std::optional<Plan> plan_named(std::string_view name);

/// Who asks, as the token says.
struct Caller {
  std::string organization;
  Actor actor;
  Scopes scopes;
  Plan plan = Plan::free;
};

struct CreateUserModel {
  std::string display_name;
  bool enabled = true;
  std::string metadata = "null";
  UserFields own;
  Faults faults;
};
/// Without external_key its default is taken.
struct CreateSystemModel {
  std::string display_name;
  bool enabled = true;
  std::string metadata = "null";
  SystemFields own;
  bool external_key_given = false;
  Price price;
  Faults faults;
};
/// One member of a merge patch: monostate is null. Metadata's JsonText is the patch, not the result.
struct FieldPatch {
  Field field = Field::display_name;
  FieldValue to;
};
struct ChangeModel {
  ModelId id;
  std::vector<FieldPatch> patches;
  std::optional<bool> enabled;
  /// Members whose judgement depends on the kind of model: names that only user or only system models have
  /// arrive in `patches` like any other and `decide` refuses those that the model's kind does not have.
  Faults faults;
};
struct DeleteModel {
  ModelId id;
};
struct DeprecateModel {
  ModelId id;
  Instant end_of_life_at;
  std::optional<std::string> message;
  std::optional<ModelId> replacement;
  bool force = false;
  Faults faults;
};
/// Takes an end of life back, before or after its date.
struct RestoreModel {
  ModelId id;
};
struct RepriceModel {
  ModelId id;
  std::optional<Multiplier> multiplier;  ///< nullopt: null, unpriced
  std::optional<Tier> tier;              ///< nullopt: as it is
  std::optional<Instant> effective_at;   ///< nullopt: from now
  Faults faults;
};
struct CancelReprice {
  ModelId id;
};

/// One member of an import row: absent keeps, null clears.
template <class T>
struct RowMember {
  bool given = false;
  std::optional<T> value;  ///< nullopt when given: null
};
struct CatalogRow {
  RowMember<std::string> external_key, provider, model_name, display_name, description, metadata;
  RowMember<std::int64_t> context_window, max_tokens;
  RowMember<bool> streaming, tools, vision, reasoning, recommended, enabled;
  RowMember<Multiplier> multiplier;
  RowMember<Tier> tier;
  RowMember<Instant> end_of_life_at;
  RowMember<std::string> deprecation_message, replacement_external_key;
  bool confirm = false;
  Faults faults;  ///< pointers within the row
};
struct ImportCatalog {
  std::vector<CatalogRow> rows;
  std::optional<Position> expected_position;
  Faults faults;
};
struct RevertImport {
  BatchId batch;
};
/// The scheduler's: done when the model's deprecation is still the one that `scheduled_by` names.
struct ReachEndOfLife {
  ModelId id;
  Position scheduled_by = 0;
};

using Command =
    std::variant<CreateUserModel, CreateSystemModel, ChangeModel, DeleteModel, DeprecateModel, RestoreModel,
                 RepriceModel, CancelReprice, ImportCatalog, RevertImport, ReachEndOfLife>;

}  // namespace almanac::events
