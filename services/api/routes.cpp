#include "services/api/routes.hpp"

#include <algorithm>
#include <array>

#include "services/api/requests/accept.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {
namespace {

constexpr std::uint8_t bit(events::Scope scope) {
  return static_cast<std::uint8_t>(scope);
}
constexpr std::uint8_t reads = bit(events::Scope::models_read);
constexpr std::uint8_t writes = bit(events::Scope::models_write) | bit(events::Scope::catalog_write);
constexpr std::uint8_t operators = bit(events::Scope::catalog_write);
constexpr std::uint8_t readers_of_all = bit(events::Scope::events_read_all);
constexpr std::uint8_t readers = bit(events::Scope::events_read) | readers_of_all;

// What each group of routes may refuse with; 401, 403, 404, 405, 406, 429, 431, 500 and 503 stand for all.
constexpr std::array on_list{400, 401, 403, 409, 422, 429, 503};
constexpr std::array on_read{304, 400, 401, 403, 404, 409, 422, 429, 503};
constexpr std::array on_page{400, 401, 403, 404, 422, 429, 503};
constexpr std::array on_create{400, 401, 403, 409, 412, 413, 415, 422, 429, 503};
constexpr std::array on_change{400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503};
constexpr std::array on_delete{400, 401, 403, 404, 409, 412, 422, 428, 429, 503};
constexpr std::array on_revert{400, 401, 403, 404, 409, 422, 429, 503};
constexpr std::array on_rates{400, 401, 403, 422, 429, 503};
constexpr std::array on_events{400, 401, 403, 409, 422, 429, 503};
constexpr std::array on_ready{503};

constexpr std::size_t import_bytes_max = std::size_t{16} << 20;

constexpr std::array table{
    Route{.operation = "listModels",
          .method = Method::get,
          .path = "/v1/models",
          .scopes = bit(events::Scope::models_read),
          .asks = ask::page | ask::lifecycle_state | ask::enabled | ask::parent_model_id | ask::q |
                  ask::expand | ask::as_of,
          .read = get_models,
          .tag = "Models",
          .summary = "List your organisation's models",
          .about = "Newest first. A request looks at 10,000 rows at most: a filtered page may be short, even "
                   "empty, while hasMore is true.",
          .answers = "ModelPage",
          .problems = on_list},
    Route{.operation = "createModel",
          .method = Method::post,
          .path = "/v1/models",
          .scopes = bit(events::Scope::models_write),
          .body = BodyKind::json,
          .parse = parse_post_model,
          .render = render_created,
          .tag = "Models",
          .summary = "Create a model",
          .about = "A user model stands on a system model and inherits all that it does not set itself.",
          .success = 201,
          .answers = "Model",
          .takes = "CreateModel",
          .problems = on_create,
          .tagged = true},
    Route{.operation = "listCatalog",
          .method = Method::get,
          .path = "/v1/models/catalog",
          .scopes = reads,
          .asks = ask::page | ask::lifecycle_state | ask::provider | ask::model_tier | ask::q | ask::expand |
                  ask::as_of,
          .read = get_catalogue,
          .tag = "Catalogue",
          .summary = "List the system models",
          .about = "Recommended first, then by displayName, then by id. Disabled and retired ones only when "
                   "asked for by lifecycleState.",
          .answers = "ModelPage",
          .problems = on_list},
    Route{.operation = "createSystemModel",
          .method = Method::post,
          .path = "/v1/models/catalog",
          .scopes = operators,
          .body = BodyKind::json,
          .parse = parse_post_system_model,
          .render = render_created,
          .tag = "Catalogue",
          .summary = "Create a system model",
          .success = 201,
          .answers = "Model",
          .takes = "CreateSystemModel",
          .problems = on_create,
          .tagged = true},
    Route{.operation = "importCatalog",
          .method = Method::post,
          .path = "/v1/models/catalog/imports",
          .scopes = operators,
          .body = BodyKind::json,
          .body_bytes_max = import_bytes_max,
          .parse = parse_post_import,
          .render = render_import,
          .heavy = true,
          .tag = "Catalogue",
          .summary = "Plan or apply an import of system models",
          .about =
              "Up to 10,000 rows, found by externalKey; null clears, absent keeps, a model without a row "
              "is left alone. A plan writes nothing; apply appends all accepted rows as one, and applying "
              "the same rows again writes nothing.",
          .answers = "ImportResult",
          .takes = "ImportRequest",
          .problems = on_create},
    Route{.operation = "revertImport",
          .method = Method::post,
          .path = "/v1/models/catalog/imports/{batch}/revert",
          .scopes = operators,
          .parse = parse_post_revert,
          .render = render_import,
          .heavy = true,
          .tag = "Catalogue",
          .summary = "Take an import back",
          .about =
              "Undoes what the batch changed and nothing that changed since, as new events. Created rows "
              "that have dependents stay, and the verdict says so.",
          .answers = "ImportResult",
          .problems = on_revert},
    Route{.operation = "getModel",
          .method = Method::get,
          .path = "/v1/models/{id}",
          .scopes = reads,
          .asks = ask::expand | ask::as_of,
          .read = get_model,
          .tag = "Models",
          .summary = "Get one model",
          .about = "One of your own, or a system model.",
          .answers = "Model",
          .problems = on_read,
          .tagged = true},
    Route{.operation = "updateModel",
          .method = Method::patch,
          .path = "/v1/models/{id}",
          .scopes = writes,
          .body = BodyKind::merge_patch,
          .parse = parse_patch_model,
          .render = render_changed,
          .tag = "Models",
          .summary = "Change a model",
          .about = "JSON Merge Patch (RFC 7396), inside metadata too. null returns a field to inheritance. A "
                   "patch that changes nothing answers 200 and writes no event.",
          .answers = "Model",
          .takes = "ModelPatch",
          .problems = on_change,
          .tagged = true},
    Route{.operation = "deleteModel",
          .method = Method::del,
          .path = "/v1/models/{id}",
          .scopes = writes,
          .parse = parse_delete_model,
          .render = render_deleted,
          .tag = "Models",
          .summary = "Delete a model",
          .about = "The history stays readable; there is no undelete. A system model with dependents, or any "
                   "that another names as replacement, stays: 409.",
          .success = 204,
          .problems = on_delete},
    Route{.operation = "deprecateModel",
          .method = Method::put,
          .path = "/v1/models/{id}/deprecation",
          .scopes = writes,
          .asks = ask::dry_run,
          .body = BodyKind::json,
          .parse = parse_put_deprecation,
          .render = render_deprecation,
          .tag = "Lifecycle",
          .summary = "Schedule or change an end of life",
          .about = "A date in the past ends the model now. The answer warns of what stands worse in the "
                   "replacement; dryRun adds the dependents and writes nothing.",
          .answers = "DeprecatedModel",
          .takes = "Deprecation",
          .problems = on_change,
          .tagged = true},
    Route{.operation = "restoreModel",
          .method = Method::del,
          .path = "/v1/models/{id}/deprecation",
          .scopes = writes,
          .parse = parse_delete_deprecation,
          .render = render_changed,
          .tag = "Lifecycle",
          .summary = "Take an end of life back",
          .about = "Before the date or after it. Without a schedule nothing is written.",
          .answers = "Model",
          .problems = on_delete,
          .tagged = true},
    Route{
        .operation = "setPricing",
        .method = Method::put,
        .path = "/v1/models/{id}/pricing",
        .scopes = operators,
        .asks = ask::dry_run,
        .body = BodyKind::json,
        .parse = parse_put_pricing,
        .render = render_pricing,
        .tag = "Pricing",
        .summary = "Set a system model's price and tier",
        .about = "From now, or from a later instant at which it holds by itself; never from an earlier one.",
        .answers = "PricedModel",
        .takes = "Pricing",
        .problems = on_change,
        .tagged = true},
    Route{.operation = "cancelPricing",
          .method = Method::del,
          .path = "/v1/models/{id}/pricing",
          .scopes = operators,
          .parse = parse_delete_pricing,
          .render = render_changed,
          .tag = "Pricing",
          .summary = "Take the future price back",
          .about = "Without one nothing is written.",
          .answers = "Model",
          .problems = on_delete,
          .tagged = true},
    Route{.operation = "listDependents",
          .method = Method::get,
          .path = "/v1/models/{id}/dependents",
          .scopes = reads | operators,
          .asks = ask::page,
          .read = get_dependents,
          .tag = "Lifecycle",
          .summary = "List the user models that stand on a model",
          .about = "Every organisation's with catalog:write, your own otherwise.",
          .answers = "DependentsPage",
          .problems = on_page},
    Route{.operation = "listModelEvents",
          .path = "/v1/models/{id}/events",
          .scopes = bit(events::Scope::models_read),
          .asks = ask::page | ask::expand_parent,
          .read = get_model_events,
          .tag = "Events",
          .summary = "The history of a model",
          .about =
              "Oldest first, of deleted models too: who changed what, when, why, from what to what. With "
              "expand[]=parent the events of its parents are in it, each up to when it was left.",
          .answers = "EventPage",
          .problems = on_page},
    Route{.operation = "listEvents",
          .path = "/v1/events",
          .scopes = readers,
          .asks = ask::after | ask::many | ask::event_filter | ask::from | ask::to,
          .read = get_events,
          .tag = "Events",
          .summary = "Your organisation's events and the catalogue's",
          .about = "In the order of the log, behind `after`; every organisation's, and those of the log "
                   "itself, with events:read:all. A request looks at 10,000 events at most: a page may be "
                   "short, even empty, while there is a Link to the next. Behind the end it is empty.",
          .answers = "EventBatch",
          .media = "application/cloudevents-batch+json",
          .other_media = "application/x-ndjson",
          .problems = on_events,
          .pages_by_position = true},
    Route{.operation = "streamEvents",
          .path = "/v1/events/stream",
          .scopes = readers,
          .asks = ask::after | ask::event_filter,
          .read = get_event_stream,
          .tag = "Events",
          .summary = "The same as Server-Sent Events, without an end",
          .about =
              "From behind Last-Event-ID, or else `after`, or else from now. `event:` is the type, `id:` "
              "the place to come back with, `data:` a CloudEvent. Every 15 s without an event comes a "
              "frame with `id:` alone. Who reads too slowly is cut off; the stream ends with its token.",
          .answers = "Text",
          .media = "text/event-stream",
          .problems = on_events},
    Route{.operation = "readLog",
          .path = "/v1/log",
          .scopes = readers_of_all,
          .asks = ask::after | ask::many,
          .read = get_log,
          .tag = "Events",
          .summary = "The raw log, as the lines of an export",
          .about = "The head line, then one record a line, up to 1000; a Link leads to the next page.",
          .answers = "Text",
          .media = "application/x-ndjson",
          .problems = on_events,
          .pages_by_position = true},
    Route{.operation = "listRates",
          .path = "/v1/billing/rates",
          .scopes = readers,
          .asks = ask::page | ask::model_id | ask::organization_id | ask::period,
          .read = get_rates,
          .tag = "Billing",
          .summary = "What each model cost when",
          .about = "Intervals of your own models and the system models, of deleted ones too; every "
                   "organisation's with events:read:all. They open at creation, re-pointing and price "
                   "changes, and close at the next or at deletion; a change of lifecycle state, tier, "
                   "provider or modelName splits them. What is scheduled holds ahead. No interval before "
                   "completeThrough will ever change. A request looks at 10,000 rows at most: a page may be "
                   "short, even empty, while hasMore is true.",
          .answers = "RatePage",
          .problems = on_rates},
    Route{.operation = "livez",
          .path = "/livez",
          .open = get_livez,
          .tag = "Operations",
          .summary = "Whether the process lives",
          .answers = "Status"},
    Route{.operation = "readyz",
          .path = "/readyz",
          .open = get_readyz,
          .tag = "Operations",
          .summary = "Whether reads and writes are served, and why not",
          .answers = "Readiness",
          .problems = on_ready},
    Route{.operation = "metrics",
          .path = "/metrics",
          .open = get_metrics,
          .tag = "Operations",
          .summary = "Figures in Prometheus' text format",
          .answers = "Text",
          .media = "text/plain"},
    Route{.operation = "openapi",
          .path = "/openapi.json",
          .open = get_openapi,
          .tag = "Documentation",
          .summary = "This description",
          .answers = "Anything"},
    Route{.operation = "asyncapi",
          .path = "/asyncapi.json",
          .open = get_asyncapi,
          .tag = "Documentation",
          .summary = "The events as a contract (AsyncAPI 3.0)",
          .answers = "Anything"},
    Route{.operation = "docs",
          .path = "/docs",
          .open = get_docs,
          .tag = "Documentation",
          .summary = "This description as a page",
          .answers = "Text",
          .media = "text/html"},
};

}  // namespace

std::string_view name_of(Method method) {
  constexpr std::array<std::string_view, 5> names{"GET", "POST", "PUT", "PATCH", "DELETE"};
  return names[static_cast<std::size_t>(method)];
}

bool Route::accepted(std::string_view accept) const {
  return accepts(accept, media) || (!other_media.empty() && accepts(accept, other_media));
}

std::span<const Route> routes() {
  return table;
}

}  // namespace almanac::api
