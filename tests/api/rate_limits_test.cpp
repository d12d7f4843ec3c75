#include "services/api/access/rate_limits.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace almanac::api {
namespace {

using namespace std::chrono_literals;

const RateLimits::Time start{1'000h};

TEST(RateLimits, admits_a_minutes_worth_at_once_and_then_one_as_each_comes_free) {
  RateLimits limits(0, 60);
  for (unsigned i = 0; i < 60; ++i) {
    const RateVerdict verdict = limits.take("acme", "ann", start);
    EXPECT_TRUE(verdict.admitted);
    EXPECT_EQ(verdict.limit, 60u);
    EXPECT_EQ(verdict.remaining, 59 - i);
    EXPECT_EQ(verdict.reset_s, i + 1);
  }
  const RateVerdict refused = limits.take("acme", "ann", start);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.remaining, 0u);
  EXPECT_EQ(refused.retry_after_s, 1u);
  EXPECT_EQ(refused.reset_s, 60u);
  EXPECT_FALSE(limits.take("acme", "ann", start + 999ms).admitted);
  EXPECT_TRUE(limits.take("acme", "ann", start + 1s).admitted);
  EXPECT_FALSE(limits.take("acme", "ann", start + 1s).admitted);
}

TEST(RateLimits, is_full_again_after_a_minute) {
  RateLimits limits(0, 7);
  for (int i = 0; i < 7; ++i)
    EXPECT_TRUE(limits.take("a", "u", start).admitted);
  EXPECT_FALSE(limits.take("a", "u", start).admitted);
  EXPECT_EQ(limits.take("a", "u", start + 60s).remaining, 6u);
}

TEST(RateLimits, shows_the_tighter_of_the_two) {
  RateLimits limits(5, 3);
  EXPECT_EQ(limits.take("acme", "ann", start).limit, 3u);
  EXPECT_EQ(limits.take("acme", "ann", start).limit, 3u);
  EXPECT_EQ(limits.take("acme", "bob", start).limit, 5u)
      << "two are left of both; the organisation's are shared";
  EXPECT_EQ(limits.take("acme", "cyd", start).limit, 5u);
}

TEST(RateLimits, a_refusal_by_one_draws_nothing_from_the_other) {
  RateLimits limits(10, 1);
  EXPECT_TRUE(limits.take("acme", "ann", start).admitted);
  for (int i = 0; i < 50; ++i)
    EXPECT_FALSE(limits.take("acme", "ann", start).admitted);
  unsigned admitted = 0;
  for (int i = 0; i < 50; ++i)
    admitted += limits.take("acme", "u" + std::to_string(i), start).admitted ? 1 : 0;
  EXPECT_EQ(admitted, 9u);
}

TEST(RateLimits, an_organisation_and_its_users_never_share_a_bucket_with_others) {
  RateLimits limits(0, 1);
  EXPECT_TRUE(limits.take("a", "bc", start).admitted);
  EXPECT_TRUE(limits.take("ab", "c", start).admitted);
  EXPECT_TRUE(limits.take("a", "b", start).admitted);
  EXPECT_FALSE(limits.take("a", "bc", start).admitted);
}

TEST(RateLimits, zero_turns_a_limit_off) {
  RateLimits off(0, 0);
  for (int i = 0; i < 1000; ++i) {
    const RateVerdict verdict = off.take("a", "u", start);
    EXPECT_TRUE(verdict.admitted);
    EXPECT_FALSE(verdict.counted);
  }
  EXPECT_EQ(off.buckets(), 0u);
  RateLimits only_organisation(2, 0);
  EXPECT_TRUE(only_organisation.take("a", "u", start).admitted);
  EXPECT_TRUE(only_organisation.take("a", "v", start).admitted);
  EXPECT_FALSE(only_organisation.take("a", "w", start).admitted);
}

TEST(RateLimits, says_when_to_come_back) {
  RateLimits limits(2, 0);
  limits.take("a", "u", start);
  limits.take("a", "u", start);
  const RateVerdict refused = limits.take("a", "u", start + 10s);
  EXPECT_EQ(refused.retry_after_s, 20u);
  EXPECT_TRUE(limits.take("a", "u", start + 10s + std::chrono::seconds(refused.retry_after_s)).admitted);
  std::string headers;
  refused.append_headers(headers);
  EXPECT_EQ(
      headers,
      "X-RateLimit-Limit: 2\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 50\r\nRetry-After: 20\r\n");
}

TEST(RateLimits, remembers_no_more_than_it_may) {
  RateLimits limits(0, 60, 1'000);
  for (int i = 0; i < 100'000; ++i)
    limits.take("a", "u" + std::to_string(i), start);
  EXPECT_LE(limits.buckets(), 1'024u);
}

TEST(RateLimits, forgets_who_has_not_called_for_a_minute) {
  RateLimits limits(0, 60);
  for (int i = 0; i < 50'000; ++i)
    limits.take("a", "u" + std::to_string(i), start);
  EXPECT_EQ(limits.buckets(), 50'000u);
  for (int i = 0; i < 50'000; ++i)
    limits.take("a", "v" + std::to_string(i), start + 61s);
  EXPECT_LT(limits.buckets(), 60'000u);
}

TEST(RateLimits, many_threads_together_get_no_more_than_the_limit) {
  RateLimits limits(1'000, 600);
  std::atomic<unsigned> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2'000; ++i)
        admitted += limits.take("a", t % 2 ? "u" : "v", start).admitted ? 1u : 0u;
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(admitted.load(), 1'000u);
}

}  // namespace
}  // namespace almanac::api
