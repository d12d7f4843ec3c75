#include "services/api/transport/target.hpp"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace almanac::api {
namespace {

boost::urls::result<boost::urls::url_view> parse_reference(std::string_view raw) {
  if (!raw.empty() && raw.front() == '/') return boost::urls::parse_origin_form(raw);
  auto parsed = boost::urls::parse_absolute_uri(raw);
  if (!parsed) return parsed;
  const auto scheme = parsed->scheme_id();
  const bool ours = scheme == boost::urls::scheme::http || scheme == boost::urls::scheme::https;
  // RFC 9110 4.2.4: user information in a request target is a trick on the reader.
  if (!ours || !parsed->has_authority() || parsed->has_userinfo() || parsed->encoded_host().empty())
    return boost::urls::error::not_a_base;
  return parsed;
}

constexpr std::string_view left_raw_by_browsers = "[]{}|^`\\";

/// Browsers leave these raw in a query (WHATWG URL, query percent-encode set), `expand[]=parent` above all,
/// but RFC 3986 does not know them there: encoded before Boost.URL sees them. `room` holds the text when it
/// had to change.
std::string_view encode_query(std::string_view raw, std::string& room) {
  const auto mark = raw.find('?');
  if (mark == std::string_view::npos ||
      raw.find_first_of(left_raw_by_browsers, mark) == std::string_view::npos)
    return raw;
  room.assign(raw.substr(0, mark));
  for (const char c : raw.substr(mark)) {
    if (left_raw_by_browsers.find(c) == std::string_view::npos) {
      room.push_back(c);
    } else {
      constexpr std::string_view digits = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      room.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
  return room;
}

}  // namespace

std::optional<Target> Target::parse(std::string_view raw) {
  Target target;
  // Most targets are nothing but names between slashes. What Boost.URL makes of a first one that is empty or
  // a dot, it says itself.
  if (raw.size() > 1 && raw[1] != '/' && raw[1] != '.' && is_plain_path(raw)) {
    for (std::size_t begin = 1; begin <= raw.size();) {
      const std::size_t end = std::min(raw.find('/', begin), raw.size());
      target.segments.emplace_back(raw.substr(begin, end - begin));
      begin = end + 1;
    }
    return target;
  }
  if (raw == "*") {
    target.asterisk = true;
    return target;
  }
  std::string room;
  const auto url = parse_reference(encode_query(raw, room));
  if (!url) return std::nullopt;
  for (const auto segment : url->encoded_segments())
    target.segments.push_back(segment.decode());
  boost::urls::encoding_opts plus_is_blank;
  plus_is_blank.space_as_plus = true;
  for (const auto part : url->encoded_params()) {
    if (part.key.empty() && !part.has_value) continue;  // `?`, `a&&b`: nothing was said
    Parameter parameter;
    parameter.name = part.key.decode(plus_is_blank);
    if (part.has_value) parameter.value = part.value.decode(plus_is_blank);
    parameter.has_value = part.has_value;
    target.parameters.push_back(std::move(parameter));
  }
  return target;
}

bool is_plain_path(std::string_view raw) {
  static constexpr auto unreserved = [] {
    std::array<bool, 256> table{};
    for (unsigned c = 0; c < 256; ++c)
      table[c] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' ||
                 c == '.' || c == '_' || c == '~' || c == '/';
    return table;
  }();
  if (raw.empty() || raw.front() != '/') return false;
  bool plain = true;
  for (const char c : raw)
    plain &= unreserved[static_cast<unsigned char>(c)];
  return plain;
}

bool target_is_well_formed(std::string_view raw) {
  if (raw == "*" || is_plain_path(raw)) return true;
  std::string room;
  return parse_reference(encode_query(raw, room)).has_value();
}

const Parameter* find(const std::vector<Parameter>& parameters, std::string_view name) {
  const auto at =
      std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& p) { return p.name == name; });
  return at == parameters.end() ? nullptr : &*at;
}

}  // namespace almanac::api
