#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "services/node/settings_table.hpp"

/// Reading and writing single values of settings.
namespace almanac::node {

/// An address to listen on: an IPv4 or IPv6 address, never a name.
struct ListenAddress {
  std::string host;  ///< without brackets
  std::uint16_t port = 0;

  std::string text() const;  ///< `127.0.0.1:8080`, `[::1]:8080`
  bool is_loopback() const;
  bool operator==(const ListenAddress&) const = default;
};
/// `localhost` is 127.0.0.1.
std::optional<ListenAddress> parse_listen(std::string_view text);

std::optional<bool> parse_flag(std::string_view text);
std::optional<std::int64_t> parse_whole(std::string_view text);
/// A whole number, perhaps with KiB, MiB or GiB behind it.
std::optional<std::int64_t> parse_bytes(std::string_view text);
/// The list without blanks around its members; empty ones are left out.
std::vector<std::string> parse_list(std::string_view text, char separator);

/// Why a text is no value of that setting, as a sentence; nullopt when it is one.
std::optional<std::string> fault_of_value(const Setting& setting, std::string_view text);

}  // namespace almanac::node
