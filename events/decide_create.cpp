#include <utility>

#include "events/access.hpp"
#include "events/bounds.hpp"
#include "events/decide_families.hpp"
#include "events/parent.hpp"
#include "events/price.hpp"

namespace almanac::events {
namespace {

constexpr auto user = ModelKind::user;
constexpr auto system = ModelKind::system;

void judge_own_fields(const CreateUserModel& command, FaultList& faults) {
  const UserFields& own = command.own;
  faults.judge_text(user, Field::display_name, std::string_view(command.display_name));
  faults.judge_number(user, Field::context_window, own.context_window);
  faults.judge_number(user, Field::max_tokens_per_request, own.max_tokens);
  faults.judge_text(user, Field::system_prompt_id, own.system_prompt_id);
  faults.judge_text(user, Field::system_prompt, own.system_prompt);
  faults.judge(pointer_to(Field::metadata), metadata_fault(command.metadata));
}

void judge_own_fields(const CreateSystemModel& command, FaultList& faults) {
  const SystemFields& own = command.own;
  faults.judge_text(system, Field::provider, std::string_view(own.provider));
  faults.judge_text(system, Field::model_name, std::string_view(own.model_name));
  faults.judge_text(system, Field::display_name, std::string_view(command.display_name));
  if (command.external_key_given) {
    faults.judge_text(system, Field::external_key, std::string_view(own.external_key));
  }
  faults.judge_text(system, Field::description, own.description);
  if (!own.context_window) faults.judge(pointer_to(Field::context_window), "must not be null");
  faults.judge_number(system, Field::context_window, own.context_window);
  faults.judge_number(system, Field::max_tokens_per_request, own.max_tokens);
  faults.judge("/creditMultiplier", multiplier_fault(command.price.multiplier));
  faults.judge(pointer_to(Field::metadata), metadata_fault(command.metadata));
}

Decision created(ModelId id, std::string organization, Instant now, PriceHead head, ModelCreated payload) {
  Decision decision;
  decision.events.push_back({id, std::move(organization), now, std::move(head), std::move(payload)});
  decision.model = id;
  return decision;
}

}  // namespace

Decided decide_one(const View& view, const CreateUserModel& command, const Circumstances& at) {
  if (auto no = refuse_without_subject(at, Scope::models_write)) return tl::unexpected(*std::move(no));
  FaultList faults(command.faults);
  const auto parent = judge_parent(view, command.own.parent, at, faults);
  judge_own_fields(command, faults);
  if (parent) judge_all_within_parent(command.own, parent->system(), faults);
  if (!faults.empty()) return tl::unexpected<Rejection>(Invalid{faults.faults()});
  if (auto no = plan_needed(*parent, at)) return tl::unexpected(*std::move(no));
  return created(NewIds{at.now, at.next}.next(), at.caller.organization, at.now,
                 price_head(view, *parent, at.now),
                 {command.display_name, command.enabled, command.metadata, command.own});
}

Decided decide_one(const View& view, const CreateSystemModel& command, const Circumstances& at) {
  if (auto no = refuse_without_subject(at, Scope::catalog_write)) return tl::unexpected(*std::move(no));
  FaultList faults(command.faults);
  judge_own_fields(command, faults);
  if (!faults.empty()) return tl::unexpected<Rejection>(Invalid{faults.faults()});
  SystemFields own = command.own;
  if (!command.external_key_given) own.external_key = own.provider + "/" + own.model_name;
  if (const auto holder = view.by_external_key(own.external_key)) {
    return tl::unexpected<Rejection>(KeyTaken{own.external_key, *holder});
  }
  const ModelId id = NewIds{at.now, at.next}.next();
  PriceHead head{id, command.price, own.provider, own.model_name};
  return created(id, {}, at.now, std::move(head),
                 {command.display_name, command.enabled, command.metadata, std::move(own)});
}

}  // namespace almanac::events
