#include "projections/store_witness.hpp"

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace almanac::projections {
namespace fs = std::filesystem;
namespace {

struct Manifest {
  std::string name;
  std::uintmax_t size = 0;
};

std::optional<Manifest> current(const fs::path& directory) {
  Manifest manifest;
  std::error_code error;
  if (!(std::ifstream(directory / "CURRENT") >> manifest.name)) return std::nullopt;
  manifest.size = fs::file_size(directory / manifest.name, error);
  if (error) return std::nullopt;
  return manifest;
}

class Witness final : public rocksdb::EventListener {
 public:
  explicit Witness(fs::path directory) : directory_(std::move(directory)) {}
  void OnFlushCompleted(rocksdb::DB*, const rocksdb::FlushJobInfo&) override { witness_manifest(directory_); }
  void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo&) override {
    witness_manifest(directory_);
  }

 private:
  const fs::path directory_;
};

}  // namespace

std::shared_ptr<rocksdb::EventListener> manifest_witness(const fs::path& directory) {
  return std::make_shared<Witness>(directory);
}

void witness_manifest(const fs::path& directory) {
  if (const auto manifest = current(directory))
    std::ofstream(directory / "manifest-end", std::ios::trunc) << manifest->name << ' ' << manifest->size;
}

bool manifest_lost_its_tail(const fs::path& directory) {
  Manifest known;
  if (!(std::ifstream(directory / "manifest-end") >> known.name >> known.size)) return false;
  const auto manifest = current(directory);
  return manifest && manifest->name == known.name && manifest->size < known.size;
}

}  // namespace almanac::projections
