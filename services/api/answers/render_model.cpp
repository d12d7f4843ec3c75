#include "services/api/answers/render_model.hpp"

#include "events/inherit.hpp"

namespace almanac::api {
namespace {

using events::Model;

void id_or_null(Members& members, std::string_view name, const std::optional<events::ModelId>& id) {
  id ? members.plain(name, id->text()) : members.null(name);
}

void instant_or_null(Members& members, std::string_view name, const std::optional<events::Instant>& at) {
  at ? members.plain(name, at->text()) : members.null(name);
}

void multiplier_or_null(Members& members, std::string_view name, const events::Price& price) {
  price.multiplier ? members.raw(name, price.multiplier->text()) : members.null(name);
}

template <class T, class Write>
void layered(Members& members, std::string_view name, const events::Effective<T>& effective, Write write) {
  Members inner(members.name(name));
  write(inner, effective.value);
  inner.plain("layer", events::name_of(effective.layer));
  inner.flag("clamped", effective.clamped);
  inner.close();
}

}  // namespace

Members open_model(std::string& out, const Subject& subject, const Expand& expand, events::Instant t) {
  const Model& model = subject.model();
  const events::SystemFields* system = model.is_system() ? &model.system() : nullptr;
  const events::UserFields* user = system == nullptr ? &model.user() : nullptr;
  const events::EffectiveModel effective = events::effective(model, subject.parent(), t);

  Members m(out);
  m.plain("id", model.id.text());
  m.text("displayName", std::string_view(model.display_name));
  m.number("contextWindow", effective.context_window.value);
  m.flag("supportsStreaming", effective.streaming.value);
  m.flag("enabled", model.enabled);
  m.flag("isSystemModel", system != nullptr);
  m.plain("createdAt", model.created_at.text());
  m.plain("updatedAt", model.updated_at.text());
  if (system != nullptr) {
    m.text("description", system->description);
    m.text("provider", std::string_view(system->provider));
    m.text("modelName", std::string_view(system->model_name));
  } else {
    m.null("description");
    m.null("provider");
    m.null("modelName");
  }
  m.number("maxTokensPerRequest", effective.max_tokens.value);
  m.flag("supportsTools", effective.tools.value);
  m.flag("supportsVision", effective.vision.value);
  m.flag("supportsReasoning", effective.reasoning.value);
  if (system != nullptr)
    multiplier_or_null(m, "creditMultiplier", events::price_at(model, t));
  else
    m.null("creditMultiplier");
  m.plain("modelTier", events::name_of(effective.tier.value));
  m.plain("lifecycleState", events::name_of(effective.state.value));
  instant_or_null(m, "endOfLifeAt", effective.end_of_life_at.value);
  m.text("deprecationMessage", effective.deprecation_message.value);
  id_or_null(m, "replacementModelId", effective.replacement.value);
  m.flag("isRecommended", system != nullptr && system->recommended);
  if (user != nullptr) {
    m.plain("parentModelId", user->parent.text());
    m.text("systemPromptId", user->system_prompt_id);
    m.text("systemPrompt", user->system_prompt);
  } else {
    m.null("parentModelId");
    m.null("systemPromptId");
    m.null("systemPrompt");
  }
  m.raw("metadata", model.metadata);
  system != nullptr ? m.text("externalKey", std::string_view(system->external_key)) : m.null("externalKey");
  if (expand.parent) {
    if (subject.parent() != nullptr)
      render_model(m.name("parent"), Subject{{*subject.parent(), std::nullopt, std::nullopt}, std::nullopt},
                   {}, t);
    else
      m.null("parent");
  }
  if (expand.effective) render_effective(m.name("effective"), subject, t);
  return m;
}

void render_model(std::string& out, const Subject& subject, const Expand& expand, events::Instant t) {
  open_model(out, subject, expand, t).close();
}

void render_effective(std::string& out, const Subject& subject, events::Instant t) {
  const events::EffectiveModel effective = events::effective(subject.model(), subject.parent(), t);
  const auto number = [](Members& m, const std::optional<std::int64_t>& v) { m.number("value", v); };
  const auto flag = [](Members& m, bool v) { m.flag("value", v); };
  const auto named = [](Members& m, auto v) { m.plain("value", events::name_of(v)); };

  Members m(out);
  layered(m, "contextWindow", effective.context_window, number);
  layered(m, "maxTokensPerRequest", effective.max_tokens, number);
  layered(m, "supportsStreaming", effective.streaming, flag);
  layered(m, "supportsTools", effective.tools, flag);
  layered(m, "supportsVision", effective.vision, flag);
  layered(m, "supportsReasoning", effective.reasoning, flag);
  layered(m, "modelTier", effective.tier, named);
  layered(m, "lifecycleState", effective.state, named);
  layered(m, "endOfLifeAt", effective.end_of_life_at,
          [](Members& inner, const auto& v) { instant_or_null(inner, "value", v); });
  layered(m, "deprecationMessage", effective.deprecation_message,
          [](Members& inner, const auto& v) { inner.text("value", v); });
  layered(m, "replacementModelId", effective.replacement,
          [](Members& inner, const auto& v) { id_or_null(inner, "value", v); });
  if (subject.replacement_state)
    m.plain("replacementState", events::name_of(*subject.replacement_state));
  else
    m.null("replacementState");
  m.close();
}

void render_dependent(std::string& out, const Model& model) {
  const events::UserFields& own = model.user();
  Members m(out);
  m.plain("id", model.id.text());
  m.text("displayName", std::string_view(model.display_name));
  m.plain("organization", model.organization);
  m.flag("enabled", model.enabled);
  m.number("contextWindow", own.context_window);
  m.number("maxTokensPerRequest", own.max_tokens);
  if (own.streaming)
    m.flag("supportsStreaming", *own.streaming);
  else
    m.null("supportsStreaming");
  m.close();
}

}  // namespace almanac::api
