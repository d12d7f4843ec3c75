#include "services/api/answers/paging.hpp"

#include "events/hash.hpp"
#include "services/api/access/base64url.hpp"

namespace almanac::api {
namespace {

constexpr char version = 1;
constexpr std::size_t check_bytes = 8;

/// Over the use and the key: a cursor that was cut, changed or meant for another list is none.
std::string check_of(std::string_view use, std::string_view key) {
  std::string bytes = std::to_string(use.size());
  bytes.append(":").append(use).append(key);
  const events::Hash hash = events::sha256(bytes);
  return {reinterpret_cast<const char*>(hash.data()), check_bytes};
}

}  // namespace

std::string cursor_text(std::string_view use, std::string_view key) {
  std::string bytes(1, version);
  bytes.append(check_of(use, key)).append(key);
  return base64url(bytes);
}

std::optional<std::string> cursor_key(std::string_view use, std::string_view cursor) {
  const auto bytes = parse_base64url(cursor);
  if (!bytes || bytes->size() < 1 + check_bytes || bytes->front() != version) return std::nullopt;
  std::string key = bytes->substr(1 + check_bytes);
  if (bytes->compare(1, check_bytes, check_of(use, key)) != 0) return std::nullopt;
  return key;
}

}  // namespace almanac::api
