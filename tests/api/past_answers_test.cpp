// Answers about the past are those of then to the byte, also where the clock alone made them what they were.
#include <gmock/gmock.h>

#include <iostream>
#include <random>
#include <set>

#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Said;
using test::Service;
using namespace std::chrono_literals;

/// What a reader was told, and of which position and clock.
struct Told {
  std::string target, as_of, body, tag;
};

/// The cursor of a page goes on with the `asOf` of that page; all before it is the same.
std::string without_cursor(const std::string& body) {
  return body.substr(0, body.find(R"(,"nextCursor":)"));
}

/// Three system models and one of acme's on each, to which things happen by chance: ends and prices set half
/// an hour ahead at most, and minutes that pass, with no scheduler that would write down what they bring.
class PastAnswers : public testing::Test {
 protected:
  PastAnswers() {
    for (const char* name : {"a", "b", "c"}) {
      systems_.push_back(service_.system_model(name));
      own_.push_back(service_.user_model(systems_.back(), name));
    }
  }

  unsigned below(unsigned bound) { return static_cast<unsigned>(chance_() % bound); }

  void act(int step) {
    const std::string soon = events::Instant{service_.clock.ms + 60'000 * (1 + below(30))}.text();
    const std::string number = std::to_string(step);
    const bool of_system = below(2) == 0;
    const std::string target = "/v1/models/" + (of_system ? systems_ : own_)[below(3)];
    const std::string token = of_system ? service_.operators() : service_.acme();
    switch (below(5)) {
      case 0:
        service_.put(target + "/deprecation", token, R"({"endOfLifeAt":")" + soon + "\"}");
        break;
      case 1:
        service_.del(target + "/deprecation", token);
        break;
      case 2:
        service_.put("/v1/models/" + systems_[below(3)] + "/pricing", service_.operators(),
                     R"({"creditMultiplier":)" + number + R"(,"effectiveAt":")" + soon + "\"}");
        break;
      case 3:
        service_.patch(target, token, R"({"displayName":"step )" + number + "\"}");
        break;
      default:
        break;  // time passes, and nothing else
    }
    service_.advance(std::chrono::minutes(below(20)));
  }

  /// Takes down what a reader is told now.
  void listen() {
    std::vector<std::string> targets = {"/v1/models?limit=2", "/v1/models?limit=100",
                                        "/v1/models/catalog?limit=100",
                                        "/v1/models/catalog?lifecycleState=end_of_life"};
    for (const auto& ids : {systems_, own_})
      for (const std::string& id : ids)
        targets.push_back("/v1/models/" + id + "?expand[]=effective&expand[]=parent");
    for (const std::string& target : targets) {
      const Said now = service_.get(target, service_.acme());
      ASSERT_EQ(now.status, 200) << now.body;
      const std::string position = now.header("Almanac-Position");
      const std::string time = events::Instant{service_.clock.ms}.text();
      told_.push_back({target, position + "@" + time, now.body, now.header("ETag")});
      states_.insert(now.text("lifecycleState"));
      by_the_clock_ += without_cursor(past(target, position).body) != without_cursor(now.body);
    }
  }

  Said past(const std::string& target, const std::string& as_of) {
    return service_.get(target + "&asOf=" + as_of, service_.acme());
  }

  void delete_all() {
    for (const std::string& id : own_)
      ASSERT_EQ(service_.del("/v1/models/" + id, service_.acme()).status, 204);
    for (const std::string& id : systems_)
      ASSERT_EQ(service_.del("/v1/models/" + id, service_.operators()).status, 204);
  }

  Service service_;
  std::mt19937 chance_{20'250'206};
  std::vector<std::string> systems_, own_;
  std::vector<Told> told_;
  std::set<std::string> states_;  ///< of the models that were told of alone
  std::size_t by_the_clock_ = 0;  ///< answers that are others at the time of their last event
};

TEST_F(PastAnswers, are_the_bytes_of_then_over_ends_and_prices_that_came_without_an_event) {
  for (int step = 0; step < 60; ++step) {
    act(step);
    listen();
  }
  delete_all();
  service_.advance(24h);

  for (const Told& then : told_) {
    const Said again = past(then.target, then.as_of);
    ASSERT_EQ(again.status, 200) << then.target << " " << then.as_of << " " << again.body;
    EXPECT_EQ(without_cursor(again.body), without_cursor(then.body)) << then.target << " " << then.as_of;
    EXPECT_EQ(again.header("ETag"), then.tag);
    EXPECT_EQ(again.header("Almanac-As-Of"), then.as_of);
    EXPECT_EQ(past(then.target, then.as_of).body, again.body) << "the cursor too";
  }
  EXPECT_THAT(states_, testing::IsSupersetOf({"active", "deprecated", "end_of_life"}));
  EXPECT_GT(by_the_clock_, 0U) << "such must be among them";
  std::cout << "as of position and time: " << told_.size() << " answers are the bytes of then, "
            << by_the_clock_
            << " of them others at the time of their last event; all models are deleted now\n";
}

}  // namespace
}  // namespace almanac::api
