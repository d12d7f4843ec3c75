#pragma once
#include <filesystem>

/// Directories beside the read models' own while they are rebuilt, and how one takes the place of another.
/// Files only; RocksDB must have none of them open.
namespace almanac::projections {

std::filesystem::path rebuilt_beside(const std::filesystem::path& directory);
std::filesystem::path replaced_beside(const std::filesystem::path& directory);

/// A crash between the two renames of a swap leaves no directory, the rebuilt one and the replaced one: takes
/// the rebuilt one, or else the replaced one. Both are whole. Does nothing where the directory stands.
void finish_interrupted_swap(const std::filesystem::path& directory);

}  // namespace almanac::projections
