#include "projections/value.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "projections/bytes.hpp"
#include "projections/rows.hpp"
#include "tests/events/support/random_commands.hpp"
#include "tests/events/support/samples.hpp"
#include "tests/projections/support/generated.hpp"

namespace almanac::projections::testing {
namespace {

using events::testing::arbitrary_numbers;
using events::testing::id;

events::Model full_user_model() {
  events::Model model;
  model.id = id(7);
  model.organization = "acme";
  model.display_name = std::string("S\0pport", 7);
  model.metadata = R"({"a":1.0})";
  events::UserFields own;
  own.parent = id(1);
  own.context_window = 2'000'000;
  own.max_tokens = 1;
  own.streaming = false;
  own.system_prompt_id = "";
  own.system_prompt = std::string(50'000, 'p');
  model.own = own;
  model.deprecation = events::Deprecation{{-1}, "", id(9), UINT64_MAX, {5}, {4}};
  model.ended = true;
  model.version = 3;
  model.last_position = UINT64_MAX;
  model.created_at = {-62'167'219'200'000};
  model.updated_at = {253'402'300'799'999};
  return model;
}

TEST(Value, every_model_comes_back_as_it_was) {
  EXPECT_TRUE(rc::check([] {
    const auto world = world_after(arbitrary_numbers());
    for (const auto& model_id : world.all_ids())
      RC_ASSERT(decode_model(encode_model(world.at(model_id))) == world.at(model_id));
  }));
}

TEST(Value, absent_and_empty_are_told_apart) {
  const events::Model full = full_user_model();
  EXPECT_EQ(decode_model(encode_model(full)), full);
  events::Model bare = full;
  events::UserFields own;
  own.parent = id(1);
  bare.own = own;
  bare.deprecation->message.reset();
  bare.deprecation->replacement.reset();
  EXPECT_EQ(decode_model(encode_model(bare)), bare);
}

TEST(Value, unpriced_is_not_zero) {
  for (const std::optional<events::Multiplier> multiplier :
       {std::optional<events::Multiplier>(), std::optional(events::Multiplier{0}),
        std::optional(events::Multiplier{1})}) {
    for (const auto tier : {events::Tier::standard, events::Tier::premium}) {
      const PriceValue value{{multiplier, tier}, std::nullopt};
      EXPECT_EQ(decode_price(encode_price(value)), value);
      events::Model model;
      model.own = events::SystemFields{};
      model.price = value.price;
      model.future_price = events::FuturePrice{value.price, {9}, 4};
      EXPECT_EQ(decode_model(encode_model(model)), model);
    }
  }
  const PriceValue taken_back{{}, 0};
  EXPECT_EQ(decode_price(encode_price(taken_back)), taken_back);
}

TEST(Value, a_row_cut_short_or_lengthened_is_damaged) {
  events::Model model = full_user_model();
  std::get<events::UserFields>(model.own).system_prompt = "p";
  const std::string value = encode_model(model);
  for (std::size_t length = 0; length < value.size(); ++length)
    EXPECT_THROW(decode_model(std::string_view(value).substr(0, length)), Damaged) << length;
  EXPECT_THROW(decode_model(value + "x"), Damaged);
  std::string newer = value;
  newer[0] = 2;
  EXPECT_THROW(decode_model(newer), Damaged);
}

TEST(Value, numbers_come_back_at_their_ends) {
  for (const std::int64_t number :
       {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, INT64_MAX}) {
    const std::string bytes =
        Out().number(number).instant({number}).count(static_cast<std::uint64_t>(number)).take();
    In in(bytes);
    EXPECT_EQ(in.number(), number);
    EXPECT_EQ(in.instant().ms, number);
    EXPECT_EQ(in.count(), static_cast<std::uint64_t>(number));
    EXPECT_NO_THROW(in.end());
  }
}

TEST(Value, a_remembered_key_comes_back) {
  const KeyValue key{events::sha256("f"), 5, 9, {100}, {200}};
  EXPECT_EQ(decode_key(encode_key(key)), key);
}

TEST(Value, a_writer_comes_back) {
  const WriterValue writer{7, "node-1", "https://one.example:8443"};
  EXPECT_EQ(decode_writer(encode_writer(writer)), writer);
}

}  // namespace
}  // namespace almanac::projections::testing
