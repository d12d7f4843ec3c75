#pragma once
#include <vector>

#include "events/codec.hpp"
#include "events/log/log.hpp"
#include "tests/events/support/world.hpp"

namespace almanac::projections::testing {

/// A log in memory whose records are encoded and chained events: what a fold and a projector are fed with.
class ToldLog final : public log::Log {
 public:
  /// Numbers and chains one event; stamp.previous, position, epoch and log id are set here.
  void add(events::Recorded recorded);
  /// All that a world says from where this log ends. Events that share a time are taken for one command.
  void follow(const events::testing::World& world);

  const std::vector<log::Entry>& entries() const { return entries_; }
  const std::vector<events::Recorded>& told() const { return told_; }
  /// In force for events added from now on.
  events::Uuid log_id = *events::Uuid::parse("01930000-0000-7000-8000-000000000001");

  tl::expected<log::Claim, log::Failure> claim() override;
  log::AppendResult append(log::Epoch, log::Position, std::span<const log::Record>) override;
  tl::expected<std::vector<log::Entry>, log::Failure> read(log::Position from,
                                                           std::size_t limit) const override;
  log::Position end() const override { return entries_.size(); }
  std::unique_ptr<log::Tail> tail(log::Position) override { return nullptr; }
  tl::expected<log::Position, log::Failure> barrier() override { return end(); }

 private:
  std::vector<log::Entry> entries_;
  std::vector<events::Recorded> told_;
};

}  // namespace almanac::projections::testing
