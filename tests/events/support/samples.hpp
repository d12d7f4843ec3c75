#pragma once
#include <functional>
#include <string>

#include "events/command.hpp"
#include "events/event.hpp"

/// Callers, models and commands that tests start from and change where it matters.
namespace almanac::events::testing {

inline constexpr std::int64_t second = 1'000;
inline constexpr std::int64_t day = 86'400'000;

inline ModelId id(std::uint8_t n) {
  ModelId out = *Uuid::parse("01900000-0000-7000-8000-000000000000");
  out.bytes[15] = n;
  return out;
}

inline Scopes scopes(std::initializer_list<Scope> list) {
  Scopes out;
  for (const Scope scope : list)
    out.add(scope);
  return out;
}

inline Caller member_of(const std::string& organization, Plan plan = Plan::free) {
  return {organization, "member:m-1", scopes({Scope::models_read, Scope::models_write}), plan};
}
inline Caller operators() {
  return {"ops", "client:ops", scopes({Scope::models_read, Scope::models_write, Scope::catalog_write}),
          Plan::enterprise};
}

inline Multiplier times(const char* number) {
  return *Multiplier::parse(number);
}

inline SystemFields system_fields(const std::string& name = "m") {
  SystemFields own;
  own.provider = "p";
  own.model_name = name;
  own.external_key = "p/" + name;
  own.context_window = 8'192;
  own.max_tokens = 4'096;
  return own;
}

/// A system model's beginning: 8,192 tokens, 4,096 out, streaming, standard, 1.5 credits.
inline Event system_created(const ModelId& model, Instant at, const std::string& name = "m",
                            const std::function<void(SystemFields&, Price&)>& but = {}) {
  SystemFields own = system_fields(name);
  Price price{times("1.5"), Tier::standard};
  if (but) but(own, price);
  return {model,
          {},
          at,
          PriceHead{model, price, own.provider, own.model_name},
          ModelCreated{"System " + name, true, "null", own}};
}

/// A user model's beginning; inherits everything.
inline Event user_created(const ModelId& model, const ModelId& parent, Instant at,
                          const std::string& organization = "acme",
                          const std::function<void(UserFields&)>& but = {}) {
  UserFields own;
  own.parent = parent;
  if (but) but(own);
  return {model, organization, at, PriceHead{parent, {times("1.5"), Tier::standard}, "p", "m"},
          ModelCreated{"Support", true, "null", own}};
}

inline CreateUserModel create_user(const ModelId& parent) {
  CreateUserModel command;
  command.display_name = "Support";
  command.own.parent = parent;
  return command;
}

inline CreateSystemModel create_system(const std::string& name = "m") {
  CreateSystemModel command;
  command.display_name = "System " + name;
  command.own = system_fields(name);
  command.own.external_key.clear();
  command.price = {times("1.5"), Tier::standard};
  return command;
}

inline ChangeModel change(const ModelId& model, std::vector<FieldPatch> patches) {
  ChangeModel command;
  command.id = model;
  command.patches = std::move(patches);
  return command;
}

inline DeprecateModel deprecate(const ModelId& model, Instant at) {
  DeprecateModel command;
  command.id = model;
  command.end_of_life_at = at;
  return command;
}

inline RepriceModel reprice(const ModelId& model, const char* multiplier,
                            std::optional<Instant> at = std::nullopt) {
  RepriceModel command;
  command.id = model;
  command.multiplier = times(multiplier);
  command.effective_at = at;
  return command;
}

template <class T>
RowMember<T> given_as(T value) {
  return {true, std::move(value)};
}
template <class T>
RowMember<T> given_null() {
  return {true, std::nullopt};
}

/// A row that creates `p/<name>`.
inline CatalogRow row(const std::string& name) {
  CatalogRow out;
  out.external_key = given_as<std::string>("p/" + name);
  out.provider = given_as<std::string>("p");
  out.model_name = given_as<std::string>(name);
  out.display_name = given_as<std::string>("System " + name);
  out.context_window = given_as<std::int64_t>(8'192);
  out.multiplier = given_as<Multiplier>(times("1.5"));
  return out;
}

}  // namespace almanac::events::testing
