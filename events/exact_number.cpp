#include "events/exact_number.hpp"

#include <limits>

namespace almanac::events {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& rest) {
  std::size_t n = 0;
  while (n < rest.size() && is_digit(rest[n]))
    ++n;
  const std::string_view digits = rest.substr(0, n);
  rest.remove_prefix(n);
  return digits;
}

bool take(std::string_view& rest, char expected) {
  if (rest.empty() || rest.front() != expected) return false;
  rest.remove_prefix(1);
  return true;
}

/// Empty: 0.
std::optional<int> take_exponent(std::string_view& rest) {
  if (!take(rest, 'e') && !take(rest, 'E')) return 0;
  const bool negative = take(rest, '-');
  if (!negative) take(rest, '+');
  const std::string_view digits = take_digits(rest);
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  int value = 0;
  for (char c : digits)
    value = value * 10 + (c - '0');
  return negative ? -value : value;
}

bool append_digit(std::uint64_t& magnitude, unsigned digit) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  if (magnitude > (most - digit) / 10) return false;
  magnitude = magnitude * 10 + digit;
  return true;
}

}  // namespace

std::optional<ExactNumber> exactly(std::string_view number, int places) {
  ExactNumber result;
  result.negative = take(number, '-');
  const std::string_view whole = take_digits(number);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
  std::string_view fraction;
  if (take(number, '.')) {
    fraction = take_digits(number);
    if (fraction.empty()) return std::nullopt;
  }
  const auto exponent = take_exponent(number);
  if (!exponent || !number.empty()) return std::nullopt;

  // The digits in front of `point` are the product; those behind it must all be 0.
  const auto digits = static_cast<std::int64_t>(whole.size() + fraction.size());
  const std::int64_t point = static_cast<std::int64_t>(whole.size()) + *exponent + places;
  for (std::int64_t i = 0; i < digits; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const char c = at < whole.size() ? whole[at] : fraction[at - whole.size()];
    if (i >= point ? c != '0' : !append_digit(result.magnitude, static_cast<unsigned>(c - '0'))) {
      return std::nullopt;
    }
  }
  if (result.magnitude == 0) return result;
  for (std::int64_t i = digits; i < point; ++i) {
    if (!append_digit(result.magnitude, 0)) return std::nullopt;
  }
  return result;
}

}  // namespace almanac::events
