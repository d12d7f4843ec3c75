#pragma once
#include "services/api/routes.hpp"

/// The handlers that the table of routes names, one source per resource. Free functions without state.
namespace almanac::api {

// models.cpp
Response get_models(const Call& call);
Response get_model(const Call& call);
Intent parse_post_model(const std::optional<events::Uuid>&, const Query&, const events::json::Value& body);
Intent parse_patch_model(const std::optional<events::Uuid>& id, const Query&, const events::json::Value&);
Intent parse_delete_model(const std::optional<events::Uuid>& id, const Query&, const events::json::Value&);
Response render_created(const Settled& settled);
Response render_changed(const Settled& settled);
Response render_deleted(const Settled& settled);

// catalogue.cpp
Response get_catalogue(const Call& call);
Intent parse_post_system_model(const std::optional<events::Uuid>&, const Query&, const events::json::Value&);

// deprecation.cpp
Intent parse_put_deprecation(const std::optional<events::Uuid>& id, const Query&, const events::json::Value&);
Intent parse_delete_deprecation(const std::optional<events::Uuid>& id, const Query&,
                                const events::json::Value&);
Response render_deprecation(const Settled& settled);

// pricing.cpp
Intent parse_put_pricing(const std::optional<events::Uuid>& id, const Query&, const events::json::Value&);
Intent parse_delete_pricing(const std::optional<events::Uuid>& id, const Query&, const events::json::Value&);
Response render_pricing(const Settled& settled);

// dependents.cpp
Response get_dependents(const Call& call);
/// `"dependents":{"count","items"}` of a dry run: the first ten that the caller may see.
void add_dependents(Members& members, const Settled& settled, const events::ModelId& parent);

// imports.cpp
Intent parse_post_import(const std::optional<events::Uuid>&, const Query&, const events::json::Value&);
Intent parse_post_revert(const std::optional<events::Uuid>& batch, const Query&, const events::json::Value&);
Response render_import(const Settled& settled);

// events.cpp
Response get_events(const Call& call);
Response get_event_stream(const Call& call);
// history.cpp
Response get_model_events(const Call& call);
// log.cpp
Response get_log(const Call& call);

// billing.cpp
Response get_rates(const Call& call);

// operations.cpp
Response get_livez(const Service&);
Response get_readyz(const Service& service);
Response get_metrics(const Service& service);
Response get_openapi(const Service&);
Response get_asyncapi(const Service&);
Response get_docs(const Service&);

}  // namespace almanac::api
