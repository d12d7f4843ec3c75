#include "services/writer/idempotency.hpp"

#include <gtest/gtest.h>

#include "tests/writer/support/desk.hpp"

namespace almanac::writer::test {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

TEST(Idempotency, the_same_key_has_one_effect_and_one_answer) {
  Desk desk;
  const Submission submission = with_key(create_system("a"), "k");
  const auto first = as<Written>(desk.run(submission));
  desk.clock.pass(5'000);
  const auto second = as<Written>(desk.run(submission));
  EXPECT_FALSE(first.replayed);
  EXPECT_TRUE(second.replayed);
  EXPECT_EQ(second.first, first.first);
  EXPECT_EQ(second.last, first.last);
  EXPECT_EQ(second.time, first.time);
  EXPECT_EQ(second.model, first.model);
  EXPECT_EQ(desk.events().size(), 3);
}

TEST(Idempotency, a_retry_after_a_restart_gets_the_first_answer) {
  Desk desk;
  const Submission submission = with_key(import_of(3, "row"), "k");
  const auto first = as<Written>(desk.run(submission));
  desk.restart();
  const auto second = as<Written>(desk.run(submission));
  EXPECT_TRUE(second.replayed);
  EXPECT_EQ(second.first, first.first);
  EXPECT_EQ(second.last, first.last);
  EXPECT_EQ(second.last, second.first + 3);
  EXPECT_EQ(second.model, first.model);
}

TEST(Idempotency, a_retry_after_the_model_was_deleted_gets_the_first_answer) {
  Desk desk;
  const Submission submission = with_key(create_system("a"), "k");
  const auto first = as<Written>(desk.run(submission));
  ASSERT_TRUE(is<Written>(desk.run(remove(*first.model))));
  const auto second = as<Written>(desk.run(submission));
  EXPECT_TRUE(second.replayed);
  EXPECT_EQ(second.model, first.model);
}

TEST(Idempotency, another_request_under_the_same_key_is_refused) {
  Desk desk;
  desk.run(with_key(create_system("a"), "k", "{a}"));
  EXPECT_TRUE(is<KeyReused>(desk.run(with_key(create_system("b"), "k", "{b}"))));
  EXPECT_EQ(desk.events().size(), 3);
}

TEST(Idempotency, a_retry_in_the_same_batch_waits_for_the_first_and_replays_it) {
  Desk desk;
  const Submission submission = with_key(create_system("a"), "k", "{a}");
  const auto outcomes = desk.run_together({submission, submission, with_key(create_system("b"), "k", "{b}")});
  EXPECT_FALSE(as<Written>(outcomes[0]).replayed);
  EXPECT_TRUE(as<Written>(outcomes[1]).replayed);
  EXPECT_EQ(as<Written>(outcomes[1]).last, as<Written>(outcomes[0]).last);
  EXPECT_EQ(as<Written>(outcomes[1]).model, as<Written>(outcomes[0]).model);
  EXPECT_TRUE(is<KeyReused>(outcomes[2]));
}

TEST(Idempotency, a_key_belongs_to_its_caller) {
  Desk desk;
  const auto parent = desk.created(create_system("parent"));
  const auto one = as<Written>(desk.run(with_key(create_user(parent, "one", "acme"), "k")));
  const auto other = as<Written>(desk.run(with_key(create_user(parent, "one", "globex"), "k")));
  EXPECT_FALSE(other.replayed);
  EXPECT_NE(one.model, other.model);
}

TEST(Idempotency, rejections_and_no_ops_are_judged_again) {
  Desk desk;
  const auto id = desk.created(create_system("a"));
  EXPECT_TRUE(rejected_as<events::KeyTaken>(desk.run(with_key(create_system("a"), "k"))));
  EXPECT_TRUE(is<Unchanged>(desk.run(with_key(rename(id, "Model a"), "l"))));
  desk.run(remove(id));
  EXPECT_TRUE(is<Written>(desk.run(with_key(create_system("a"), "k"))));
}

TEST(Idempotency, a_key_is_kept_for_72_hours_of_log_time_and_no_longer) {
  Desk desk;
  const Submission submission = with_key(create_system("a"), "k");
  desk.run(submission);
  desk.clock.pass(72 * hour_ms - 1);
  EXPECT_TRUE(as<Written>(desk.run(submission)).replayed);
  desk.clock.pass(1);
  EXPECT_TRUE(rejected_as<events::KeyTaken>(desk.run(submission)));
}

TEST(IdempotencyMark, every_part_of_the_request_counts) {
  const events::Caller caller = member_of("acme");
  const RequestShape shape{"POST", "/v1/models", "a=1", "\"1-0-0\"", "{}"};
  const auto mark = mark_of(caller, "k", shape);
  EXPECT_EQ(mark_of(caller, "k", shape), mark);
  for (const RequestShape& other : {RequestShape{"PUT", "/v1/models", "a=1", "\"1-0-0\"", "{}"},
                                    RequestShape{"POST", "/v1/model", "a=1", "\"1-0-0\"", "{}"},
                                    RequestShape{"POST", "/v1/models", "a=2", "\"1-0-0\"", "{}"},
                                    RequestShape{"POST", "/v1/models", "a=1", "", "{}"},
                                    RequestShape{"POST", "/v1/models", "a=1", "\"1-0-0\"", "{ }"},
                                    RequestShape{"POST", "/v1/modelsa=1", "", "\"1-0-0\"", "{}"}}) {
    EXPECT_NE(mark_of(caller, "k", other).fingerprint, mark.fingerprint);
    EXPECT_EQ(mark_of(caller, "k", other).key, mark.key);
  }
}

TEST(IdempotencyMark, organisation_kind_subject_and_key_make_the_scope) {
  const RequestShape shape{"POST", "/v1/models", "", "", "{}"};
  const auto mark = mark_of({.organization = "acme", .actor = "member:a"}, "k", shape);
  EXPECT_NE(mark_of({.organization = "acme2", .actor = "member:a"}, "k", shape).key, mark.key);
  EXPECT_NE(mark_of({.organization = "acme", .actor = "client:a"}, "k", shape).key, mark.key);
  EXPECT_NE(mark_of({.organization = "acme", .actor = "member:b"}, "k", shape).key, mark.key);
  EXPECT_NE(mark_of({.organization = "acme", .actor = "member:a"}, "K", shape).key, mark.key);
  EXPECT_NE(mark_of({.organization = "acmemember", .actor = ":a"}, "k", shape).key, mark.key);
}

TEST(IdempotencyMark, a_key_made_inside_is_never_made_twice) {
  EXPECT_EQ(key_made_inside().size(), 32);
  EXPECT_NE(key_made_inside(), key_made_inside());
}

}  // namespace
}  // namespace almanac::writer::test
