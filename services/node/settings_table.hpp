#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

/// Every setting, in one table: from it follow the flags, the environment's names, the ranges, `config print`
/// and docs/settings.md.
namespace almanac::node {

enum class SettingType : std::uint8_t {
  text,
  flag,     ///< true or false
  whole,    ///< low..high
  bytes,    ///< a whole number, with KiB, MiB or GiB behind it if liked
  listen,   ///< address:port
  path,     ///< of a file or directory
  url,      ///< http or https, without a path
  source,   ///< an http(s) URL or a path
  origins,  ///< scheme://host[:port], separated by commas
  choice,   ///< one of `choices`, separated by |
};

struct Setting {
  std::string_view name;  ///< ends in `.*` where any name may follow
  SettingType type = SettingType::text;
  std::string_view fallback;       ///< the default as text; empty: none, or found out at start
  std::string_view fallback_says;  ///< how the default is found out; empty: `fallback` tells it
  std::string_view says;
  std::int64_t low = 0;
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  std::string_view choices;

  bool is_family() const { return name.ends_with(".*"); }
  std::string_view stem() const { return is_family() ? name.substr(0, name.size() - 1) : name; }
};

std::span<const Setting> settings_table();
/// nullptr when no setting has that name; `kafka.properties.linger.ms` finds its family.
const Setting* find_setting(std::string_view name);
/// Never shown: members of a family whose names say password or secret, or that are private keys.
bool is_secret(std::string_view name);
/// `http.listen` -> `ALMANAC_HTTP_LISTEN`.
std::string environment_name(std::string_view setting);

}  // namespace almanac::node
