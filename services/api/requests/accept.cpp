#include "services/api/requests/accept.hpp"

#include <algorithm>

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

/// `q=0`, `q=0.0`, `q=0.000`.
bool refuses(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(';'), parameters.size());
    const std::string_view one = trim(parameters.substr(0, end));
    if (one.size() > 2 && same(one.substr(0, 2), "q="))
      return one[2] == '0' && one.find_first_not_of("0.", 2) == std::string_view::npos;
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return false;
}

}  // namespace

bool accepts(std::string_view header, std::string_view media_type) {
  if (trim(header).empty() || header == "*/*") return true;
  int best = 0;
  bool taken = false;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(','), header.size());
    const std::string_view element = header.substr(0, end);
    const std::size_t parameters = std::min(element.find(';'), element.size());
    const int fits = specificity(trim(element.substr(0, parameters)), media_type);
    if (fits > best) {
      best = fits;
      taken = !refuses(element.substr(parameters));
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return taken;
}

}  // namespace almanac::api
