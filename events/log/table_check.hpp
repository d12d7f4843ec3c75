#pragma once
#include <filesystem>
#include <optional>

namespace almanac::log {

/// The first RocksDB table under `database` whose properties block would end the process. Debian builds
/// RocksDB 7.8.3 with its assertions on, and it parses that block before it verifies its checksum: with the
/// highest bit of the block's last word flipped, opening the database aborts (data_block_hash_index.cc:79)
/// instead of reporting corruption. Every other flip is left to RocksDB's own checksums. Two small reads a
/// table.
std::optional<std::filesystem::path> table_that_would_abort(const std::filesystem::path& database);

}  // namespace almanac::log
