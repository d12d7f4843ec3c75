#pragma once
#include "projections/projector.hpp"

/// What the projector's sources share: folding as records come, and catching up. Nobody else includes this.
namespace almanac::projections {

Stopped stopped(events::Position at, std::string why);
Stopped stopped(events::Position at, const log::Failure& failure);
events::Position next_of(const Applied& applied);

std::vector<Projector::Decoded> decode_all(std::span<const log::Entry> entries);

/// Keys of the timers that a layer adds.
std::vector<std::string> timers_in(const Layer& layer);

}  // namespace almanac::projections
