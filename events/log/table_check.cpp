#include "events/log/table_check.hpp"

#include <array>
#include <cstdint>
#include <fstream>

namespace almanac::log {
namespace fs = std::filesystem;
namespace {

// RocksDB's table format, version 5: a footer of 53 bytes (checksum type, then the handle of the metaindex
// block as two varints), every block followed by a trailer of 5 bytes, the properties block right before the
// metaindex.
constexpr std::streamoff footer_bytes = 53;
constexpr std::uint64_t trailer_bytes = 5;

std::uint64_t varint(const char* at, const char* end) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
  return 0;
}

bool would_abort(const fs::path& table) {
  std::ifstream file(table, std::ios::binary);
  std::array<char, footer_bytes> footer{};
  if (!file.seekg(-footer_bytes, std::ios::end) || !file.read(footer.data(), footer.size())) return false;
  const std::uint64_t metaindex = varint(footer.data() + 1, footer.data() + footer.size());
  if (metaindex <= trailer_bytes) return false;
  file.seekg(static_cast<std::streamoff>(metaindex - trailer_bytes - 1));
  char last = 0;
  return file.get(last) && (static_cast<unsigned char>(last) & 0x80) != 0;
}

}  // namespace

std::optional<fs::path> table_that_would_abort(const fs::path& database) {
  std::error_code unreadable;
  for (const auto& file : fs::directory_iterator(database, unreadable)) {
    if (file.path().extension() == ".sst" && would_abort(file.path())) return file.path();
  }
  return std::nullopt;
}

}  // namespace almanac::log
