#include "projections/bytes.hpp"
#include "projections/rows.hpp"
#include "projections/value.hpp"

namespace almanac::projections {
namespace {

using events::Model;
using events::Multiplier;
using events::Price;
using events::SystemFields;
using events::Tier;
using events::UserFields;

constexpr std::uint8_t layout = 1;

// One bit a fact, absent members take no bytes.
enum Bit : std::uint32_t {
  is_system = 1U << 0,
  enabled = 1U << 1,
  ended = 1U << 2,
  deleted = 1U << 3,
  has_metadata = 1U << 4,
  has_future_price = 1U << 5,
  has_deprecation = 1U << 6,
  has_message = 1U << 7,
  has_replacement = 1U << 8,
  has_context_window = 1U << 9,
  has_max_tokens = 1U << 10,
  has_multiplier = 1U << 11,
  premium = 1U << 12,
  has_future_multiplier = 1U << 13,
  future_premium = 1U << 14,
  has_streaming = 1U << 15,
  streaming = 1U << 16,
  has_prompt_id = 1U << 17,
  has_prompt = 1U << 18,
  has_description = 1U << 19,
  tools = 1U << 20,
  vision = 1U << 21,
  reasoning = 1U << 22,
  recommended = 1U << 23,
};

std::uint32_t when(bool fact, Bit bit) {
  return fact ? bit : 0U;
}

std::uint32_t bits_of(const UserFields& own) {
  return when(own.context_window.has_value(), has_context_window) |
         when(own.max_tokens.has_value(), has_max_tokens) | when(own.streaming.has_value(), has_streaming) |
         when(own.streaming.value_or(false), streaming) |
         when(own.system_prompt_id.has_value(), has_prompt_id) |
         when(own.system_prompt.has_value(), has_prompt);
}
std::uint32_t bits_of(const SystemFields& own) {
  return is_system | when(own.context_window.has_value(), has_context_window) |
         when(own.max_tokens.has_value(), has_max_tokens) |
         when(own.description.has_value(), has_description) | when(own.streaming, streaming) |
         when(own.tools, tools) | when(own.vision, vision) | when(own.reasoning, reasoning) |
         when(own.recommended, recommended);
}
std::uint32_t bits_of(const Model& model) {
  std::uint32_t bits = when(model.enabled, enabled) | when(model.ended, ended) |
                       when(model.deleted, deleted) | when(model.metadata != "null", has_metadata) |
                       when(model.price.multiplier.has_value(), has_multiplier) |
                       when(model.price.tier == Tier::premium, premium);
  if (const auto& future = model.future_price)
    bits |= has_future_price | when(future->price.multiplier.has_value(), has_future_multiplier) |
            when(future->price.tier == Tier::premium, future_premium);
  if (const auto& end = model.deprecation)
    bits |= has_deprecation | when(end->message.has_value(), has_message) |
            when(end->replacement.has_value(), has_replacement);
  return bits | std::visit([](const auto& own) { return bits_of(own); }, model.own);
}

void write(Out& out, const UserFields& own) {
  out.id(own.parent);
  if (own.context_window) out.number(*own.context_window);
  if (own.max_tokens) out.number(*own.max_tokens);
  if (own.system_prompt_id) out.sized(*own.system_prompt_id);
  if (own.system_prompt) out.sized(*own.system_prompt);
}
void write(Out& out, const SystemFields& own) {
  out.sized(own.provider).sized(own.model_name).sized(own.external_key);
  if (own.context_window) out.number(*own.context_window);
  if (own.max_tokens) out.number(*own.max_tokens);
  if (own.description) out.sized(*own.description);
}

UserFields read_user(In& in, std::uint32_t bits) {
  UserFields own;
  own.parent = in.id();
  if (bits & has_context_window) own.context_window = in.number();
  if (bits & has_max_tokens) own.max_tokens = in.number();
  if (bits & has_streaming) own.streaming = (bits & streaming) != 0;
  if (bits & has_prompt_id) own.system_prompt_id = in.sized();
  if (bits & has_prompt) own.system_prompt = in.sized();
  return own;
}
SystemFields read_system(In& in, std::uint32_t bits) {
  SystemFields own;
  own.provider = in.sized();
  own.model_name = in.sized();
  own.external_key = in.sized();
  if (bits & has_context_window) own.context_window = in.number();
  if (bits & has_max_tokens) own.max_tokens = in.number();
  if (bits & has_description) own.description = in.sized();
  own.streaming = (bits & streaming) != 0;
  own.tools = (bits & tools) != 0;
  own.vision = (bits & vision) != 0;
  own.reasoning = (bits & reasoning) != 0;
  own.recommended = (bits & recommended) != 0;
  return own;
}
Price read_price(In& in, bool priced, bool is_premium) {
  Price price;
  if (priced) price.multiplier = Multiplier{in.number()};
  price.tier = is_premium ? Tier::premium : Tier::standard;
  return price;
}

std::size_t size_hint(const Model& model) {
  const std::size_t text = model.display_name.size() + model.organization.size() + model.metadata.size();
  const auto* user = std::get_if<UserFields>(&model.own);
  return 160 + text + (user && user->system_prompt ? user->system_prompt->size() : 0);
}

}  // namespace

std::string encode_model(const Model& model) {
  const std::uint32_t bits = bits_of(model);
  Out out(size_hint(model));
  out.u8(layout).u32(bits).id(model.id).sized(model.organization).sized(model.display_name);
  if (bits & has_metadata) out.sized(model.metadata);
  out.count(model.version).count(model.last_position).number(model.created_at.ms);
  out.number(model.updated_at.ms - model.created_at.ms);
  if (model.price.multiplier) out.number(model.price.multiplier->millionths);
  if (const auto& future = model.future_price) {
    if (future->price.multiplier) out.number(future->price.multiplier->millionths);
    out.number(future->effective_at.ms).count(future->scheduled_by);
  }
  if (const auto& end = model.deprecation) {
    out.number(end->end_of_life_at.ms).count(end->scheduled_by);
    out.number(end->scheduled_at.ms).number(end->first_deprecated_at.ms);
    if (end->message) out.sized(*end->message);
    if (end->replacement) out.id(*end->replacement);
  }
  std::visit([&out](const auto& own) { write(out, own); }, model.own);
  return out.take();
}

Model decode_model(std::string_view value) {
  In in(value);
  if (in.u8() != layout) throw Damaged("a model of the read models has an unknown layout");
  const std::uint32_t bits = in.u32();
  Model model;
  model.id = in.id();
  model.organization = in.sized();
  model.display_name = in.sized();
  if (bits & has_metadata) model.metadata = in.sized();
  model.version = in.count();
  model.last_position = in.count();
  model.created_at.ms = in.number();
  model.updated_at.ms = model.created_at.ms + in.number();
  model.price = read_price(in, (bits & has_multiplier) != 0, (bits & premium) != 0);
  if (bits & has_future_price) {
    auto& future = model.future_price.emplace();
    future.price = read_price(in, (bits & has_future_multiplier) != 0, (bits & future_premium) != 0);
    future.effective_at.ms = in.number();
    future.scheduled_by = in.count();
  }
  if (bits & has_deprecation) {
    auto& end = model.deprecation.emplace();
    end.end_of_life_at.ms = in.number();
    end.scheduled_by = in.count();
    end.scheduled_at.ms = in.number();
    end.first_deprecated_at.ms = in.number();
    if (bits & has_message) end.message = in.sized();
    if (bits & has_replacement) end.replacement = in.id();
  }
  if (bits & is_system)
    model.own = read_system(in, bits);
  else
    model.own = read_user(in, bits);
  in.end();
  model.enabled = (bits & enabled) != 0;
  model.ended = (bits & ended) != 0;
  model.deleted = (bits & deleted) != 0;
  return model;
}

}  // namespace almanac::projections
