#include "events/model_fields.hpp"

#include <type_traits>
#include <utility>

namespace almanac::events {
namespace {

template <class T>
FieldValue or_null(const std::optional<T>& value) {
  return value ? FieldValue{*value} : FieldValue{};
}

template <class T>
void assign(T& target, const FieldValue& value) {
  if (const T* given = std::get_if<T>(&value)) target = *given;
}
template <class T>
void assign(std::optional<T>& target, const FieldValue& value) {
  if (std::holds_alternative<std::monostate>(value)) target.reset();
  if (const T* given = std::get_if<T>(&value)) target = *given;
}

FieldValue user_value(const UserFields& own, Field field) {
  switch (field) {
    case Field::parent_model_id:
      return own.parent.text();
    case Field::context_window:
      return or_null(own.context_window);
    case Field::max_tokens_per_request:
      return or_null(own.max_tokens);
    case Field::supports_streaming:
      return or_null(own.streaming);
    case Field::system_prompt_id:
      return or_null(own.system_prompt_id);
    case Field::system_prompt:
      return or_null(own.system_prompt);
    default:
      return {};
  }
}

FieldValue system_value(const SystemFields& own, Field field) {
  switch (field) {
    case Field::context_window:
      return or_null(own.context_window);
    case Field::max_tokens_per_request:
      return or_null(own.max_tokens);
    case Field::supports_streaming:
      return own.streaming;
    case Field::provider:
      return own.provider;
    case Field::model_name:
      return own.model_name;
    case Field::external_key:
      return own.external_key;
    case Field::description:
      return or_null(own.description);
    case Field::supports_tools:
      return own.tools;
    case Field::supports_vision:
      return own.vision;
    case Field::supports_reasoning:
      return own.reasoning;
    case Field::is_recommended:
      return own.recommended;
    default:
      return {};
  }
}

void set_user(UserFields& own, Field field, const FieldValue& value) {
  switch (field) {
    case Field::parent_model_id:
      if (const auto* text = std::get_if<std::string>(&value)) {
        if (const auto id = Uuid::parse(*text)) own.parent = *id;
      }
      break;
    case Field::context_window:
      return assign(own.context_window, value);
    case Field::max_tokens_per_request:
      return assign(own.max_tokens, value);
    case Field::supports_streaming:
      return assign(own.streaming, value);
    case Field::system_prompt_id:
      return assign(own.system_prompt_id, value);
    case Field::system_prompt:
      return assign(own.system_prompt, value);
    default:
      break;
  }
}

void set_system(SystemFields& own, Field field, const FieldValue& value) {
  switch (field) {
    case Field::context_window:
      return assign(own.context_window, value);
    case Field::max_tokens_per_request:
      return assign(own.max_tokens, value);
    case Field::supports_streaming:
      return assign(own.streaming, value);
    case Field::provider:
      return assign(own.provider, value);
    case Field::model_name:
      return assign(own.model_name, value);
    case Field::external_key:
      return assign(own.external_key, value);
    case Field::description:
      return assign(own.description, value);
    case Field::supports_tools:
      return assign(own.tools, value);
    case Field::supports_vision:
      return assign(own.vision, value);
    case Field::supports_reasoning:
      return assign(own.reasoning, value);
    case Field::is_recommended:
      return assign(own.recommended, value);
    default:
      break;
  }
}

}  // namespace

ModelKind kind_of(const Model& model) {
  return model.is_system() ? ModelKind::system : ModelKind::user;
}

bool belongs_to(Field field, ModelKind kind) {
  switch (field) {
    case Field::display_name:
    case Field::context_window:
    case Field::max_tokens_per_request:
    case Field::supports_streaming:
    case Field::metadata:
      return true;
    case Field::parent_model_id:
    case Field::system_prompt_id:
    case Field::system_prompt:
      return kind == ModelKind::user;
    default:
      return kind == ModelKind::system;
  }
}

FieldValue own_value(const Model& model, Field field) {
  if (field == Field::display_name) return model.display_name;
  if (field == Field::metadata) return JsonText{model.metadata};
  return model.is_system() ? system_value(model.system(), field) : user_value(model.user(), field);
}

void set_own(Model& model, Field field, const FieldValue& value) {
  if (field == Field::display_name) return assign(model.display_name, value);
  if (field == Field::metadata) {
    if (const auto* json = std::get_if<JsonText>(&value)) model.metadata = json->text;
    return;
  }
  if (auto* system = std::get_if<SystemFields>(&model.own)) return set_system(*system, field, value);
  set_user(std::get<UserFields>(model.own), field, value);
}

}  // namespace almanac::events
