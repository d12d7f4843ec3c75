#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/events/support/samples.hpp"
#include "tests/events/support/world.hpp"

/// given(events).when(command).then(payloads), or a refusal of a kind.
namespace almanac::events::testing {

/// Instants relative to the beginning of every scenario.
inline Instant start() {
  return *Instant::parse("2026-11-22T10:00:00Z");
}
inline Instant after_start(std::int64_t ms) {
  return {start().ms + ms};
}

class Scenario {
 public:
  Scenario& given(const std::vector<Event>& events) {
    world_.append(events);
    return *this;
  }
  /// A command that must succeed and is no part of what is tested.
  Scenario& given_done(const Command& command, const Caller& caller = operators()) {
    const auto decision = world_.perform(command, caller);
    EXPECT_TRUE(decision.has_value()) << "a given command was refused";
    if (decision) done_ = decision->model;
    return *this;
  }
  Scenario& later(std::int64_t ms) {
    world_.advance(ms);
    return *this;
  }
  Scenario& by(Caller caller) {
    caller_ = std::move(caller);
    return *this;
  }
  Scenario& if_match(Tag tag) {
    if_match_ = tag;
    return *this;
  }
  Scenario& under(Policy policy) {
    policy_ = policy;
    return *this;
  }
  Scenario& when(const Command& command) {
    outcome_ = world_.perform(command, caller_, if_match_, policy_);
    return *this;
  }

  /// Exactly these payloads, in this order.
  const std::vector<Event>& then(const std::vector<Payload>& expected) {
    const auto& events = decided().events;
    EXPECT_EQ(names(events), names(expected));
    for (std::size_t i = 0; i < std::min(events.size(), expected.size()); ++i) {
      EXPECT_TRUE(events[i].payload == expected[i])
          << "event " << i << ", " << name_of(expected[i]) << ", says something else";
    }
    return events;
  }
  /// These types of events, in this order.
  const std::vector<Event>& then_types(const std::vector<std::string>& expected) {
    EXPECT_EQ(names(decided().events), expected);
    return decided().events;
  }
  void then_nothing() { EXPECT_EQ(names(decided().events), std::vector<std::string>{}); }

  template <class Kind>
  Kind then_refused() const {
    const Kind* refusal = outcome_.has_value() ? nullptr : std::get_if<Kind>(&outcome_.error());
    EXPECT_NE(refusal, nullptr) << "not refused, or for another reason";
    return refusal == nullptr ? Kind{} : *refusal;
  }
  /// Refused with faults at exactly these pointers.
  Faults then_faults(const std::vector<std::string>& pointers) const {
    const auto faults = then_refused<Invalid>().faults;
    std::vector<std::string> found;
    for (const Fault& fault : faults)
      found.push_back(fault.pointer);
    EXPECT_EQ(found, pointers);
    return faults;
  }
  /// The detail of the only fault, which is at the pointer.
  std::string then_fault(const std::string& pointer) const {
    const auto faults = then_faults({pointer});
    return faults.empty() ? std::string() : faults.front().detail;
  }

  const Decision& decided() const {
    static const Decision none;
    EXPECT_TRUE(outcome_.has_value()) << "refused: " << refusal_text();
    return outcome_ ? *outcome_ : none;
  }
  const CatalogImported& imported() const {
    static const CatalogImported none;
    return decided().import ? *decided().import : none;
  }
  /// The model that the last given_done() or when() was about.
  ModelId done() const { return done_.value(); }
  World& world() { return world_; }

 private:
  std::string refusal_text() const {
    const auto* invalid = outcome_ ? nullptr : std::get_if<Invalid>(&outcome_.error());
    std::string text = "rejection " + std::to_string(outcome_ ? 0 : outcome_.error().index());
    if (invalid != nullptr) {
      for (const Fault& fault : invalid->faults)
        text += "\n  " + fault.pointer + ": " + fault.detail;
    }
    return text;
  }
  static std::vector<std::string> names(const std::vector<Event>& events) {
    std::vector<std::string> out;
    for (const Event& event : events)
      out.emplace_back(name_of(event.payload));
    return out;
  }
  static std::vector<std::string> names(const std::vector<Payload>& payloads) {
    std::vector<std::string> out;
    for (const Payload& payload : payloads)
      out.emplace_back(name_of(payload));
    return out;
  }

  World world_;
  Caller caller_ = operators();
  std::optional<Tag> if_match_;
  Policy policy_;
  std::optional<ModelId> done_;
  tl::expected<Decision, Rejection> outcome_;
};

inline Scenario given(const std::vector<Event>& events) {
  Scenario scenario;
  scenario.given(events);
  return scenario;
}

inline bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace almanac::events::testing
