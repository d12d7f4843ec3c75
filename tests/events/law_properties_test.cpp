#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>

#include "events/inherit.hpp"
#include "events/model_fields.hpp"
#include "tests/events/support/random_commands.hpp"
#include "tests/events/support/samples.hpp"

/// What holds of every sequence of commands, whatever they are.
namespace almanac::events::testing {
namespace {

/// Runs a generated sequence; `before` sees the world and the command, `after` also what was decided.
template <class Before, class After>
void run(World& world, Before before, After after) {
  for (const std::uint64_t number : arbitrary_numbers()) {
    const Sent sent = command_from(world, number);
    world.advance(sent.later_ms);
    world.fire_due_timers(models_read_by(world, sent.command));
    before(sent);
    const auto decision = world.judge(sent.command, sent.caller);
    if (decision) world.append(decision->events);
    after(sent, decision);
  }
}
template <class After>
void run(World& world, After after) {
  run(
      world, [](const Sent&) {}, after);
}
using Outcome = tl::expected<Decision, Rejection>;

/// Everything that an answer shows of a model, in one text.
std::string face(const World& world, const Model& model) {
  const Model* parent = world.parent_of(model);
  const EffectiveModel shown = effective(model, parent, world.now());
  const auto number = [](const auto& value) { return value ? std::to_string(*value) : std::string("null"); };
  std::string out = model.display_name + "|" + model.metadata + "|" + (model.enabled ? "on" : "off") + "|" +
                    model.updated_at.text() + "|" + number(shown.context_window.value) + "|" +
                    number(shown.max_tokens.value) + "|" + std::to_string(shown.streaming.value) +
                    std::to_string(shown.tools.value) + std::to_string(shown.vision.value) +
                    std::to_string(shown.reasoning.value) + "|" + std::string(name_of(shown.tier.value)) +
                    "|" + std::string(name_of(shown.state.value)) + "|";
  if (shown.end_of_life_at.value) out += shown.end_of_life_at.value->text();
  out += "|" + shown.deprecation_message.value.value_or("null") + "|";
  if (shown.replacement.value) out += shown.replacement.value->text();
  if (model.is_system()) {
    const auto multiplier = price_at(model, world.now()).multiplier;
    out += "|" + (multiplier ? multiplier->text() : "null") + "|" + model.system().external_key + "|" +
           model.system().provider + "|" + model.system().model_name;
  } else {
    out += "|" + model.user().parent.text() + "|" + model.user().system_prompt.value_or("null");
  }
  return out;
}

TEST(Law, folding_is_deterministic) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(world, [](const Sent&, const Outcome&) {});
    std::map<ModelId, Model> again;
    for (const Recorded& recorded : world.log()) {
      if (recorded.event.subject) evolve_into(again[*recorded.event.subject], recorded);
    }
    for (const ModelId& id : world.all_ids())
      RC_ASSERT(again.at(id) == world.at(id));
  }));
}

TEST(Law, deciding_is_deterministic) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(
        world,
        [&](const Sent& sent) {
          const auto one = world.judge(sent.command, sent.caller);
          const auto two = world.judge(sent.command, sent.caller);
          RC_ASSERT(one.has_value() == two.has_value());
          if (one) RC_ASSERT(one->events == two->events);
          if (!one) RC_ASSERT(one.error().index() == two.error().index());
        },
        [](const Sent&, const Outcome&) {});
  }));
}

TEST(Law, a_command_done_twice_writes_nothing_the_second_time) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(world, [&](const Sent& sent, const Outcome& outcome) {
      const bool creates_or_deletes = std::holds_alternative<CreateUserModel>(sent.command) ||
                                      std::holds_alternative<CreateSystemModel>(sent.command) ||
                                      std::holds_alternative<DeleteModel>(sent.command);
      if (!outcome || creates_or_deletes) return;
      const auto again = world.judge(sent.command, sent.caller);
      RC_ASSERT(again.has_value());
      RC_ASSERT(again->events.empty());
    });
  }));
}

/// What the model is after the command, against what the command said.
struct Contradiction {
  const World& world;

  bool operator()(const ChangeModel& command) const {
    const Model& model = world.at(command.id);
    if (command.enabled && model.enabled != *command.enabled) return true;
    for (const FieldPatch& patch : command.patches) {
      if (patch.field != Field::metadata && own_value(model, patch.field) != patch.to) return true;
    }
    return false;
  }
  bool operator()(const DeprecateModel& command) const {
    const Model& model = world.at(command.id);
    const auto& standing = model.deprecation;
    return !standing || standing->end_of_life_at != command.end_of_life_at ||
           standing->message != command.message || standing->replacement != command.replacement ||
           model.ended != (command.end_of_life_at <= world.now());
  }
  bool operator()(const RestoreModel& command) const {
    return world.at(command.id).deprecation.has_value() || world.at(command.id).ended;
  }
  bool operator()(const RepriceModel& command) const {
    const Price price = price_at(world.at(command.id), command.effective_at.value_or(world.now()));
    return price.multiplier != command.multiplier || (command.tier && price.tier != *command.tier);
  }
  bool operator()(const CancelReprice& command) const {
    return world.at(command.id).future_price.has_value();
  }
  bool operator()(const DeleteModel& command) const { return !world.at(command.id).deleted; }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

TEST(Law, evolving_what_was_decided_never_contradicts_the_command) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(world, [&](const Sent& sent, const Outcome& outcome) {
      if (!outcome) return;
      // A future price that holds by now is folded by the model's next event only.
      if (std::holds_alternative<CancelReprice>(sent.command) && outcome->events.empty()) return;
      RC_ASSERT(!std::visit(Contradiction{world}, sent.command));
    });
  }));
}

TEST(Law, effective_values_never_exceed_the_parents) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(world, [&](const Sent&, const Outcome&) {
      for (const ModelId& id : world.all_ids()) {
        const Model& model = world.at(id);
        const Model* parent = world.parent_of(model);
        if (parent == nullptr || model.deleted) continue;
        const EffectiveModel mine = effective(model, parent, world.now());
        const EffectiveModel above = effective(*parent, nullptr, world.now());
        if (above.context_window.value) RC_ASSERT(*mine.context_window.value <= *above.context_window.value);
        if (above.max_tokens.value) RC_ASSERT(*mine.max_tokens.value <= *above.max_tokens.value);
        RC_ASSERT(!mine.streaming.value || above.streaming.value);
        RC_ASSERT(mine.state.value <= above.state.value);
      }
    });
  }));
}

TEST(Law, a_tag_changes_whenever_an_answers_fields_do) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    std::map<std::pair<ModelId, std::string>, std::string> faces;
    const auto look = [&] {
      for (const ModelId& id : world.all_ids()) {
        const Model& model = world.at(id);
        if (model.deleted) continue;
        const std::string tag = tag_of(model, world.parent_of(model), world.now()).text();
        const auto known = faces.emplace(std::pair{id, tag}, face(world, model)).first;
        RC_ASSERT(known->second == face(world, model));
      }
    };
    run(
        world, [&](const Sent&) { look(); }, [&](const Sent&, const Outcome&) { look(); });
  }));
}

TEST(Law, no_effective_instant_lies_before_what_caused_it) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(world, [](const Sent&, const Outcome&) {});
    for (const Recorded& recorded : world.log()) {
      const Event& event = recorded.event;
      if (const auto* reached = std::get_if<ModelReachedEndOfLife>(&event.payload)) {
        const Recorded& cause = world.log().at(reached->scheduled_by);
        RC_ASSERT(std::holds_alternative<ModelDeprecated>(cause.event.payload));
        RC_ASSERT(cause.event.subject == event.subject);
        RC_ASSERT(event.effective_at == std::max(reached->due_at, cause.stamp.time));
        RC_ASSERT(reached->fired_at >= reached->due_at);
      } else {
        RC_ASSERT(event.effective_at >= recorded.stamp.time);
      }
    }
  }));
}

TEST(Law, events_of_a_command_stand_in_the_order_of_the_table) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(world, [](const Sent&, const Outcome& outcome) {
      if (!outcome) return;
      const auto& events = outcome->events;
      RC_ASSERT(std::is_sorted(events.begin(), events.end(), [](const Event& left, const Event& right) {
        return left.payload.index() < right.payload.index();
      }));
    });
  }));
}

TEST(Law, every_event_of_a_user_model_says_what_it_costs_then) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(world, [](const Sent&, const Outcome&) {});
    for (const Recorded& recorded : world.log()) {
      const Event& event = recorded.event;
      const bool of_a_user_model = !event.organization.empty();
      const bool begins = std::holds_alternative<ModelCreated>(event.payload);
      RC_ASSERT(event.head.has_value() == (of_a_user_model || begins));
      if (!of_a_user_model) continue;
      const Model after = *world.model_as_of(*event.subject, recorded.stamp.position);
      RC_ASSERT(event.head->priced_by == after.user().parent);
      const Model parent = *world.model_as_of(event.head->priced_by, recorded.stamp.position);
      if (event.effective_at == recorded.stamp.time) {
        RC_ASSERT(event.head->price == price_at(parent, event.effective_at));
      }
    }
  }));
}

TEST(Law, living_models_never_hold_on_to_what_is_gone_or_to_each_other_in_a_circle) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(world, [&](const Sent&, const Outcome&) {
      std::set<std::string> keys;
      for (const ModelId& id : world.all_ids()) {
        const Model& model = world.at(id);
        if (model.deleted) continue;
        if (model.is_system()) RC_ASSERT(keys.insert(model.system().external_key).second);
        if (!model.is_system()) RC_ASSERT(!world.parent_of(model)->deleted);
        std::set<ModelId> chain;
        std::optional<ModelId> next = id;
        while (next) {
          RC_ASSERT(chain.insert(*next).second);
          const Model& at = world.at(*next);
          RC_ASSERT(!at.deleted);
          next = at.deprecation ? at.deprecation->replacement : std::nullopt;
        }
      }
    });
  }));
}

TEST(Law, another_organisations_model_never_answers_otherwise_than_none) {
  EXPECT_TRUE(rc::check([] {
    World world = peopled();
    run(world, [&](const Sent&, const Outcome&) {
      Caller stranger = operators();
      stranger.organization = "stranger";
      for (const ModelId& id : world.all_ids()) {
        if (world.at(id).is_system()) continue;
        for (const Command& command :
             {Command{change(id, {})}, Command{DeleteModel{id}}, Command{RestoreModel{id}},
              Command{deprecate(id, world.now())}, Command{reprice(id, "2")}, Command{CancelReprice{id}}}) {
          const auto outcome = world.judge(command, stranger);
          RC_ASSERT(!outcome.has_value());
          RC_ASSERT(std::holds_alternative<NotFound>(outcome.error()));
        }
      }
    });
  }));
}

}  // namespace
}  // namespace almanac::events::testing
