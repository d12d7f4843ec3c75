#pragma once
#include "events/command.hpp"
#include "events/json.hpp"

/// Bodies to commands. Each takes a JSON object; the faults of its shape stand in the command, so that the
/// writer's judgement adds its own and a client hears of all at once.
namespace almanac::api {

events::CreateUserModel parse_user_model(const events::json::Value& body);
events::CreateSystemModel parse_system_model(const events::json::Value& body);
/// JSON Merge Patch (RFC 7396) on either kind of model.
events::ChangeModel parse_patch(const events::ModelId& id, const events::json::Value& body);
events::DeprecateModel parse_deprecation(const events::ModelId& id, const events::json::Value& body);
events::RepriceModel parse_pricing(const events::ModelId& id, const events::json::Value& body);

}  // namespace almanac::api
