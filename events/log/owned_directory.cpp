#include "events/log/owned_directory.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace almanac::log {
namespace fs = std::filesystem;
namespace {

Failure failed(const std::string& what, const std::string& mend) {
  return {what + ": " + std::strerror(errno), mend};
}

/// An open file description lock: unlike the older fcntl locks it also holds against this very process, and
/// closing another descriptor of the file does not lose it.
struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

std::string owner_in(int lock) {
  std::array<char, 300> text{};
  const auto size = ::pread(lock, text.data(), text.size() - 1, 0);
  std::string owner(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!owner.empty() && owner.back() == '\n')
    owner.pop_back();
  return owner.empty() ? "another process" : owner;
}

bool write_owner(int lock) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  const std::string owner = "process " + std::to_string(::getpid()) + " on " + host.data() + "\n";
  return ::ftruncate(lock, 0) == 0 &&
         ::pwrite(lock, owner.data(), owner.size(), 0) == static_cast<ssize_t>(owner.size());
}

bool holds_other_things(const fs::path& path) {
  for (const auto& item : fs::directory_iterator(path)) {
    const auto name = item.path().filename();
    if (name != "LOCK" && name != "FORMAT.new" && name != "lost+found") return true;
  }
  return false;
}

bool write_durably(const fs::path& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return false;
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  return ::close(file) == 0 && written;
}

/// `create_directories`, with every new entry synced into the directory above it.
tl::expected<void, Failure> create_durably(const fs::path& path) {
  if (path.empty() || fs::exists(path)) return {};
  if (auto above = create_durably(path.parent_path()); !above) return above;
  fs::create_directory(path);
  return sync_directory(path.parent_path());
}

tl::expected<void, Failure> write_format(const fs::path& path, DirectoryKind kind) {
  const std::string text = "almanac " + std::string(kind.name) + " " + std::to_string(kind.format) + "\n";
  if (!write_durably(path / "FORMAT.new", text) ||
      ::rename((path / "FORMAT.new").c_str(), (path / "FORMAT").c_str()) != 0) {
    return tl::unexpected(failed("cannot write " + (path / "FORMAT").string(), "look at the disk"));
  }
  return sync_directory(path);
}

}  // namespace

tl::expected<void, Failure> check_format(const fs::path& path, DirectoryKind kind) {
  const std::string stem = "almanac " + std::string(kind.name) + " ";
  std::ifstream file(path / "FORMAT", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  unsigned found = 0;
  if (!file || text.compare(0, stem.size(), stem) != 0) {
    return tl::unexpected(Failure{path.string() + " is not an Almanac " + std::string(kind.name) +
                                      " directory: its file FORMAT is missing or says otherwise",
                                  "name an empty directory, or the right one"});
  }
  const auto [stop, error] = std::from_chars(text.data() + stem.size(), text.data() + text.size(), found);
  if (error != std::errc{} || std::string_view(stop, text.data() + text.size()) != "\n" || found == 0) {
    return tl::unexpected(Failure{(path / "FORMAT").string() + " is damaged",
                                  "it should hold one line: " + stem + std::to_string(kind.format)});
  }
  if (found != kind.format) {
    return tl::unexpected(Failure{path.string() + " has format " + std::to_string(found) +
                                      ", this build knows " + std::to_string(kind.format),
                                  "run the build that wrote it; to move, `almanac log export` there and "
                                  "`almanac log import` here"});
  }
  return {};
}

tl::expected<OwnedDirectory, Failure> OwnedDirectory::open(const fs::path& path, DirectoryKind kind) try {
  if (auto created = create_durably(path); !created) return tl::unexpected(created.error());
  const bool fresh = !fs::exists(path / "FORMAT") && !holds_other_things(path);
  if (!fresh) {
    if (auto format = check_format(path, kind); !format) return tl::unexpected(format.error());
  }
  OwnedDirectory owned(path, ::open((path / "LOCK").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (owned.lock_ < 0) {
    return tl::unexpected(
        failed("cannot open " + (path / "LOCK").string(), "look at the directory's rights"));
  }
  auto lock = whole_file(F_WRLCK);
  if (::fcntl(owned.lock_, F_OFD_SETLK, &lock) != 0) {
    return tl::unexpected(Failure{path.string() + " is in use by " + owner_in(owned.lock_),
                                  "stop that process, or give this one another directory"});
  }
  if (!write_owner(owned.lock_)) {
    return tl::unexpected(failed("cannot write " + (path / "LOCK").string(), "look at the disk"));
  }
  // Another may have made it its own between the look and the lock.
  const bool still_fresh = fresh && !fs::exists(path / "FORMAT");
  if (auto format = still_fresh ? write_format(path, kind) : check_format(path, kind); !format) {
    return tl::unexpected(format.error());
  }
  return owned;
} catch (const fs::filesystem_error& error) {
  return tl::unexpected(Failure{error.what(), "look at the directory's owner and rights"});
}

OwnedDirectory::OwnedDirectory(OwnedDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

OwnedDirectory& OwnedDirectory::operator=(OwnedDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

OwnedDirectory::~OwnedDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

bool is_owned(const fs::path& path) {
  const int file = ::open((path / "LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  auto lock = whole_file(F_RDLCK);
  const bool asked = ::fcntl(file, F_OFD_GETLK, &lock) == 0;
  ::close(file);
  return asked && lock.l_type != F_UNLCK;
}

tl::expected<void, Failure> sync_directory(const fs::path& path) {
  const fs::path here = path.empty() ? fs::path(".") : path;
  const int directory = ::open(here.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return tl::unexpected(failed("cannot open " + here.string(), "look at its rights"));
  const bool synced = ::fsync(directory) == 0;
  auto result = synced ? tl::expected<void, Failure>{}
                       : tl::unexpected(failed("cannot sync " + here.string(), "look at the disk"));
  ::close(directory);
  return result;
}

tl::expected<std::uint64_t, Failure> free_bytes(const fs::path& path) {
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) != 0) {
    return tl::unexpected(failed("cannot ask for the free space of " + path.string(), "look at the disk"));
  }
  return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
}

}  // namespace almanac::log
