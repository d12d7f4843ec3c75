#pragma once
#include <rocksdb/listener.h>

#include <filesystem>
#include <memory>

namespace almanac::projections {

/// How long RocksDB's MANIFEST was after the last flush or compaction, in the file `manifest-end` beside it.
/// RocksDB takes one that lost its tail for one that a crash cut, forgets the tables of the lost part and
/// replays later writes on top of nothing. Not synced: an older witness only sees less.
std::shared_ptr<rocksdb::EventListener> manifest_witness(const std::filesystem::path& directory);

/// Writes down how long it is now; right after opening, which begins a new one.
void witness_manifest(const std::filesystem::path& directory);

/// Whether the MANIFEST is shorter than it was known to be. Before opening.
bool manifest_lost_its_tail(const std::filesystem::path& directory);

}  // namespace almanac::projections
