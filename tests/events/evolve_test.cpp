#include "events/evolve.hpp"

#include "events/model_fields.hpp"

#include "tests/events/support/given_when_then.hpp"

namespace almanac::events::testing {
namespace {

const ModelId model = id(1);

/// An event in its place, `ms` after the start.
Recorded at(std::int64_t ms, Position position, Event event) {
  Recorded recorded;
  recorded.stamp.position = position;
  recorded.stamp.time = after_start(ms);
  recorded.event = std::move(event);
  return recorded;
}
Recorded at(std::int64_t ms, Position position, Payload payload) {
  return at(ms, position, Event{model, {}, after_start(ms), std::nullopt, std::move(payload)});
}
Model fold(const std::vector<Recorded>& events) {
  std::optional<Model> state;
  for (const Recorded& recorded : events)
    state = evolve(state, recorded);
  return state.value();
}
Recorded beginning() {
  return at(0, 5, system_created(model, start()));
}
Recorded future_price(std::int64_t from, const char* multiplier, Position position = 6) {
  Event event{model,
              {},
              after_start(from),
              std::nullopt,
              ModelRepriced{{times("1.5"), Tier::standard}, {times(multiplier), Tier::premium}}};
  return at(1, position, event);
}

TEST(Evolve, begins_a_system_model_with_the_price_of_its_head) {
  const Model state = fold({beginning()});
  EXPECT_EQ(state.id, model);
  EXPECT_TRUE(state.is_system());
  EXPECT_EQ(state.price.multiplier, times("1.5"));
  EXPECT_EQ(state.created_at, start());
  EXPECT_EQ(state.version, 1U);
}

TEST(Evolve, begins_a_user_model_without_a_price) {
  const Model state = fold({at(0, 5, user_created(id(2), model, start()))});
  EXPECT_EQ(state.organization, "acme");
  EXPECT_EQ(state.price, Price{});
}

TEST(Evolve, counts_events_and_remembers_the_last) {
  const Model state = fold({beginning(), at(10, 9, ModelDisabled{}), at(20, 12, ModelEnabled{})});
  EXPECT_EQ(state.version, 3U);
  EXPECT_EQ(state.last_position, 12U);
  EXPECT_EQ(state.updated_at, after_start(20));
  EXPECT_EQ(state.created_at, start());
}

TEST(Evolve, sets_every_field_that_an_update_names) {
  const std::vector<std::pair<Field, FieldValue>> values{{Field::display_name, std::string("d")},
                                                         {Field::context_window, std::int64_t{7}},
                                                         {Field::max_tokens_per_request, FieldValue{}},
                                                         {Field::supports_streaming, false},
                                                         {Field::metadata, JsonText{"[1]"}},
                                                         {Field::provider, std::string("q")},
                                                         {Field::model_name, std::string("n")},
                                                         {Field::external_key, std::string("k")},
                                                         {Field::description, std::string("e")},
                                                         {Field::supports_tools, true},
                                                         {Field::supports_vision, true},
                                                         {Field::supports_reasoning, true},
                                                         {Field::is_recommended, true}};
  for (const auto& [field, value] : values) {
    const Model state = fold({beginning(), at(1, 6, ModelUpdated{{{field, {}, value}}})});
    EXPECT_EQ(own_value(state, field), value) << name_of(field);
  }
}

TEST(Evolve, sets_every_own_field_of_a_user_model) {
  const std::vector<std::pair<Field, FieldValue>> values{
      {Field::parent_model_id, id(8).text()},     {Field::display_name, std::string("d")},
      {Field::context_window, std::int64_t{7}},   {Field::max_tokens_per_request, std::int64_t{8}},
      {Field::supports_streaming, true},          {Field::system_prompt_id, std::string("s")},
      {Field::system_prompt, std::string("p\n")}, {Field::metadata, JsonText{"{}"}},
      {Field::context_window, FieldValue{}}};
  for (const auto& [field, value] : values) {
    const Model state =
        fold({at(0, 5, user_created(model, id(9), start())), at(1, 6, ModelUpdated{{{field, {}, value}}})});
    EXPECT_EQ(own_value(state, field), value) << name_of(field);
  }
}

TEST(Evolve, keeps_a_price_of_a_later_instant_apart) {
  const Model state = fold({beginning(), future_price(day, "2")});
  EXPECT_EQ(state.price.multiplier, times("1.5"));
  EXPECT_EQ(state.future_price->price.multiplier, times("2"));
  EXPECT_EQ(state.future_price->effective_at, after_start(day));
  EXPECT_EQ(state.future_price->scheduled_by, 6U);
}

TEST(Evolve, lets_a_due_price_hold_at_the_next_event_whatever_it_is) {
  const Model before = fold({beginning(), future_price(day, "2"), at(day - 1, 7, ModelDisabled{})});
  EXPECT_TRUE(before.future_price);
  const Model after = fold({beginning(), future_price(day, "2"), at(day, 7, ModelDisabled{})});
  EXPECT_FALSE(after.future_price);
  EXPECT_EQ(after.price, (Price{times("2"), Tier::premium}));
}

TEST(Evolve, a_price_from_now_leaves_the_future_one) {
  Event now{model, {}, after_start(2), std::nullopt, ModelRepriced{{}, {times("9"), Tier::standard}}};
  const Model state = fold({beginning(), future_price(day, "2"), at(2, 7, now)});
  EXPECT_EQ(state.price.multiplier, times("9"));
  EXPECT_TRUE(state.future_price);
}

TEST(Evolve, remembers_when_a_model_was_first_deprecated_across_reschedules) {
  const Model state = fold({beginning(), at(10, 6, ModelDeprecated{after_start(day), {}, {}}),
                            at(20, 7, ModelDeprecated{after_start(2 * day), {}, {}})});
  EXPECT_EQ(state.deprecation->first_deprecated_at, after_start(10));
  EXPECT_EQ(state.deprecation->scheduled_at, after_start(20));
  EXPECT_EQ(state.deprecation->scheduled_by, 7U);
}

TEST(Evolve, forgets_the_first_deprecation_with_the_schedule) {
  const Model state = fold({beginning(), at(10, 6, ModelDeprecated{after_start(day), {}, {}}),
                            at(20, 7, ModelDeprecationCancelled{after_start(day)}),
                            at(30, 8, ModelDeprecated{after_start(day), {}, {}})});
  EXPECT_EQ(state.deprecation->first_deprecated_at, after_start(30));
}

TEST(Evolve, keeps_a_recorded_end_when_only_words_change) {
  const Model state = fold({beginning(), at(10, 6, ModelDeprecated{after_start(10), {}, {}}),
                            at(10, 7, ModelReachedEndOfLife{after_start(10), after_start(10), 6}),
                            at(20, 8, ModelDeprecated{after_start(10), "words", id(4)})});
  EXPECT_TRUE(state.ended);
  EXPECT_EQ(state.deprecation->message, "words");
  EXPECT_EQ(state.deprecation->replacement, id(4));
}

TEST(Evolve, restores_to_nothing_left) {
  const Model state = fold({beginning(), at(10, 6, ModelDeprecated{after_start(10), {}, {}}),
                            at(10, 7, ModelReachedEndOfLife{after_start(10), after_start(10), 6}),
                            at(20, 8, ModelRestored{})});
  EXPECT_FALSE(state.ended);
  EXPECT_FALSE(state.deprecation);
}

TEST(Evolve, keeps_a_deleted_model_as_a_row) {
  const Model state = fold({beginning(), at(10, 6, ModelDeleted{})});
  EXPECT_TRUE(state.deleted);
  EXPECT_EQ(state.display_name, "System m");
}

TEST(Evolve, in_place_gives_what_the_copy_gives) {
  const std::vector<Recorded> events{
      beginning(), future_price(day, "2"), at(10, 7, ModelDeprecated{after_start(day), "m", id(2)}),
      at(day, 8, ModelReachedEndOfLife{after_start(day), after_start(day), 7})};
  Model in_place;
  in_place.metadata = "left over";
  in_place.ended = true;
  for (const Recorded& recorded : events)
    evolve_into(in_place, recorded);
  EXPECT_EQ(in_place, fold(events));
}

}  // namespace
}  // namespace almanac::events::testing
