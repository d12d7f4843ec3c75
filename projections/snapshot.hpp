#pragma once
#include <memory>

#include "projections/store_files.hpp"

namespace almanac::projections {

/// Rows of a database: as of one moment, or (the rows below a writer's layer) as they are. Only store.cpp
/// makes them.
class StoredRows final : public Snapshot {
 public:
  enum class As : std::uint8_t { of_now, they_are };
  StoredRows(std::shared_ptr<Database> database, const Applied& applied, As as);
  ~StoredRows() override;
  StoredRows(const StoredRows&) = delete;
  StoredRows& operator=(const StoredRows&) = delete;

  std::uint64_t unchanging() const override { return number_; }
  const Applied& applied() const override { return applied_; }
  std::optional<std::string> get(Family family, std::string_view key) const override;
  void scan(Family family, std::string_view from, const Visit& visit) const override;
  void scan_back(Family family, std::string_view from, const Visit& visit) const override;

 private:
  std::unique_ptr<rocksdb::Iterator> iterator(Family family) const;
  void check(const rocksdb::Status& status) const;

  std::shared_ptr<Database> database_;
  Applied applied_;
  const rocksdb::Snapshot* moment_ = nullptr;
  std::uint64_t number_ = 0;
  rocksdb::ReadOptions options_;
};

}  // namespace almanac::projections
