#include "tests/log/support/faulty_files.hpp"

#include <rocksdb/file_system.h>

namespace almanac::log::test {
namespace {

bool fails_now(Faults& faults) {
  long left = faults.calls_before_fault.load();
  while (left > 0 && !faults.calls_before_fault.compare_exchange_weak(left, left - 1)) {
  }
  if (left != 0) return false;
  ++faults.failed;
  return true;
}

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Faults> faults)
      : FSWritableFileOwnerWrapper(std::move(file)), faults_(std::move(faults)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
    if (fails_now(*faults_)) return torn(data, options, context);
    return FSWritableFileOwnerWrapper::Append(data, options, context);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& info,
                           rocksdb::IODebugContext* context) override {
    if (fails_now(*faults_)) return torn(data, options, context);
    return FSWritableFileOwnerWrapper::Append(data, options, info, context);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    if (fails_now(*faults_)) return rocksdb::IOStatus::IOError("no sync today");
    return FSWritableFileOwnerWrapper::Sync(options, context);
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    if (fails_now(*faults_)) return rocksdb::IOStatus::IOError("no sync today");
    return FSWritableFileOwnerWrapper::Fsync(options, context);
  }

 private:
  rocksdb::IOStatus torn(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* context) {
    if (faults_->torn) {
      FSWritableFileOwnerWrapper::Append({data.data(), data.size() / 2}, options, context)
          .PermitUncheckedError();
    }
    return rocksdb::IOStatus::NoSpace("the disk is full");
  }
  std::shared_ptr<Faults> faults_;
};

class FaultyFiles final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFiles(std::shared_ptr<Faults> faults)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), faults_(std::move(faults)) {}
  const char* Name() const override { return "FaultyFiles"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override {
    auto status = FileSystemWrapper::NewWritableFile(name, options, file, context);
    if (status.ok()) *file = std::make_unique<FaultyFile>(std::move(*file), faults_);
    return status;
  }

 private:
  std::shared_ptr<Faults> faults_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> faulty_env(std::shared_ptr<Faults> faults) {
  return rocksdb::NewCompositeEnv(std::make_shared<FaultyFiles>(std::move(faults)));
}

}  // namespace almanac::log::test
