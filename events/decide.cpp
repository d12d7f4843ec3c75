#include "events/decide.hpp"

#include "events/decide_families.hpp"

namespace almanac::events {

tl::expected<Decision, Rejection> decide(const View& view, const Command& command,
                                         const Circumstances& circumstances) {
  return std::visit([&](const auto& one) { return decide_one(view, one, circumstances); }, command);
}

}  // namespace almanac::events
