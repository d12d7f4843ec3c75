#include "services/node/setting_values.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <boost/url.hpp>
#include <charconv>

#include "services/api/access/cors.hpp"

namespace almanac::node {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_whole(text);
  if (!port || *port < 0 || *port > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

bool is_address(const std::string& host, int family) {
  unsigned char bytes[16];
  return inet_pton(family, host.c_str(), bytes) == 1;
}

bool is_origin(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  return url && (url->scheme() == "http" || url->scheme() == "https") && !url->host().empty() &&
         url->encoded_path().empty() && !url->has_query() && !url->has_fragment() && !url->has_userinfo();
}

std::string range_of(const Setting& setting) {
  return std::to_string(setting.low) + " to " +
         (setting.high == std::numeric_limits<std::int64_t>::max() ? "any" : std::to_string(setting.high));
}

}  // namespace

std::string ListenAddress::text() const {
  const bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool ListenAddress::is_loopback() const {
  return host.starts_with("127.") || host == "::1";
}

std::optional<ListenAddress> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string host(text.substr(0, colon));
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (!is_address(host, AF_INET6)) return std::nullopt;
  } else if (!is_address(host, AF_INET)) {
    return std::nullopt;
  }
  return ListenAddress{host, *port};
}

std::optional<bool> parse_flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  int shift = 0;
  for (const auto& [unit, bits] : {std::pair{"KiB", 10}, {"MiB", 20}, {"GiB", 30}}) {
    if (!text.ends_with(unit)) continue;
    shift = bits;
    text.remove_suffix(3);
    break;
  }
  while (!text.empty() && text.back() == ' ')
    text.remove_suffix(1);
  const auto count = parse_whole(text);
  if (!count || *count < 0 || *count > (std::numeric_limits<std::int64_t>::max() >> shift))
    return std::nullopt;
  return *count << shift;
}

std::vector<std::string> parse_list(std::string_view text, char separator) {
  std::vector<std::string> members;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    auto member = text.substr(0, end);
    while (!member.empty() && member.front() == ' ')
      member.remove_prefix(1);
    while (!member.empty() && member.back() == ' ')
      member.remove_suffix(1);
    if (!member.empty()) members.emplace_back(member);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return members;
}

std::optional<std::string> fault_of_value(const Setting& setting, std::string_view text) {
  switch (setting.type) {
    case SettingType::text:
    case SettingType::path:
    case SettingType::source:
      return std::nullopt;
    case SettingType::flag:
      return parse_flag(text) ? std::nullopt : std::optional<std::string>("must be true or false");
    case SettingType::whole:
    case SettingType::bytes: {
      const auto number = setting.type == SettingType::whole ? parse_whole(text) : parse_bytes(text);
      if (number && *number >= setting.low && *number <= setting.high) return std::nullopt;
      return "must be a whole number, " + range_of(setting);
    }
    case SettingType::listen:
      if (parse_listen(text)) return std::nullopt;
      return "must be an address and a port, such as 127.0.0.1:8080 or [::1]:8080";
    case SettingType::url:
      if (is_origin(text)) return std::nullopt;
      return "must be an http or https URL without a path, such as https://almanac.example.com";
    case SettingType::origins: {
      const auto cors = api::Cors::parse(text);
      return cors ? std::nullopt : std::optional(cors.error());
    }
    case SettingType::choice: {
      const auto choices = parse_list(setting.choices, '|');
      if (std::find(choices.begin(), choices.end(), text) != choices.end()) return std::nullopt;
      std::string all(setting.choices);
      for (std::size_t at = 0; (at = all.find('|', at)) != std::string::npos; at += 2)
        all.replace(at, 1, ", ");
      return "must be one of " + all;
    }
  }
  return std::nullopt;
}

}  // namespace almanac::node
