#include "events/decimal.hpp"

#include "events/exact_number.hpp"

namespace almanac::events {
namespace {

constexpr int places = 6;
constexpr std::int64_t one = 1'000'000;
constexpr std::int64_t most = 10'000 * one;

}  // namespace

std::string Multiplier::text() const {
  std::string out = std::to_string(millionths / one);
  std::int64_t rest = millionths % one;
  if (rest == 0) return out;
  out += '.';
  for (std::int64_t unit = one / 10; rest != 0; unit /= 10) {
    out += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return out;
}

std::optional<Multiplier> Multiplier::parse(std::string_view number) {
  const auto exact = exactly(number, places);
  if (!exact || exact->magnitude > static_cast<std::uint64_t>(most)) return std::nullopt;
  if (exact->negative && exact->magnitude != 0) return std::nullopt;
  return Multiplier{static_cast<std::int64_t>(exact->magnitude)};
}

}  // namespace almanac::events
