#include "services/api/requests/accept.hpp"

#include <algorithm>
#include <utility>

namespace almanac::api {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return lower(x) == lower(y);
  });
}

/// 3 the type itself, 2 its family, 1 anything, 0 not at all.
int specificity(std::string_view range, std::string_view type) {
  if (range == "*/*") return 1;
  if (same(range, type)) return 3;
  const std::size_t slash = range.find('/');
  const bool family = slash != std::string_view::npos && range.substr(slash) == "/*";
  return family && same(range.substr(0, slash + 1), type.substr(0, type.find('/') + 1)) ? 2 : 0;
}

/// The weight of an element in thousandths (RFC 9110, 12.4.2); one that is malformed weighs all.
int weight(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    const std::string_view one = trim(parameters.substr(0, end));
    if (one.size() > 2 && same(one.substr(0, 2), "q=") && one[2] == '0') {
      int thousandths = 0, unit = 100;
      for (std::size_t i = 4; i < one.size() && unit > 0; ++i, unit /= 10)
        if (one[i] >= '0' && one[i] <= '9') thousandths += (one[i] - '0') * unit;
      return thousandths;
    }
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return 1000;
}

/// What the most specific element that fits says of a type: its weight, then how specific it is.
std::pair<int, int> liking(std::string_view header, std::string_view media_type) {
  if (trim(header).empty()) return {1000, 1};
  int best = 0;
  int weighs = 0;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(','), header.size());
    const std::string_view element = header.substr(0, end);
    const std::size_t parameters = std::min(element.find(';'), element.size());
    const int fits = specificity(trim(element.substr(0, parameters)), media_type);
    if (fits > best) {
      best = fits;
      weighs = weight(element.substr(parameters));
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return {weighs, best};
}

}  // namespace

bool accepts(std::string_view header, std::string_view media_type) {
  return header == "*/*" || liking(header, media_type).first > 0;
}

bool prefers(std::string_view header, std::string_view media_type, std::string_view to) {
  return liking(header, media_type) > liking(header, to);
}

}  // namespace almanac::api
