#include "events/log/witness.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "events/log/chain.hpp"
#include "events/log/source.hpp"

namespace almanac::log {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t checksum_at = 20 + 1 + 64 + 1;

std::string line_of(Position position, const Hash& hash) {
  std::array<char, 22> digits{};
  std::snprintf(digits.data(), digits.size(), "%020llu ", static_cast<unsigned long long>(position));
  std::string line = digits.data() + events::hex(hash) + " ";
  line += events::hex(events::sha256(line)).substr(0, 16);
  return line + "\n";
}

std::string text_of(std::optional<Position> position) {
  return position ? std::to_string(*position) : "none";
}

Failure missing(const Witness& witness, const Loss& loss) {
  const std::string have = text_of(loss.have);
  return {"acknowledged records are missing: have " + have + ", need " + std::to_string(loss.need) + " (as " +
              witness.whose + " says)",
          loss.have ? "restore an export into a new data directory (almanac log import), or start once with "
                      "--accept-loss-after " +
                          have
                    : "restore an export into a new data directory (almanac log import)"};
}

}  // namespace

tl::expected<std::optional<Loss>, Failure> hear(const Records& records, const std::vector<Witness>& witnesses,
                                                std::optional<Position> accept_loss_after) {
  const Position end = records.end();
  std::optional<Loss> loss;
  for (const auto& witness : witnesses) {
    // A copy and its original have the same records up to the copy's claim, and other ids from there on.
    const auto log_id = log_id_at(records, witness.position);
    if (!log_id) return tl::unexpected(log_id.error());
    if (!log_id->empty() && !witness.log_id.empty() && witness.log_id != *log_id) continue;
    if (witness.position >= end) {
      const Loss found{end > 0 ? std::optional(end - 1) : std::nullopt, witness.position};
      if (!found.have || accept_loss_after != found.have) return tl::unexpected(missing(witness, found));
      if (!loss || loss->need < found.need) loss = found;
      continue;
    }
    auto there = records.read(witness.position, 1);
    if (!there) return tl::unexpected(there.error());
    if (there->front().record.hash != witness.hash) {
      return tl::unexpected(Failure{"the record at position " + std::to_string(witness.position) +
                                        " is not the acknowledged one (as " + witness.whose + " says)",
                                    "restore an export into a new data directory (almanac log import)"});
    }
  }
  if (accept_loss_after && !loss) {
    return tl::unexpected(Failure{"--accept-loss-after " + std::to_string(*accept_loss_after) +
                                      " is given, but nothing is missing there",
                                  "start without it"});
  }
  return loss;
}

tl::expected<EndFile, Failure> EndFile::open(const fs::path& path) {
  EndFile end(path, ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  if (end.file_ < 0) {
    return tl::unexpected(Failure{"cannot open " + path.string() + ": " + std::strerror(errno),
                                  "look at the directory's rights"});
  }
  return end;
}

EndFile::EndFile(EndFile&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}

EndFile& EndFile::operator=(EndFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  return *this;
}

EndFile::~EndFile() {
  if (file_ >= 0) ::close(file_);
}

tl::expected<void, Failure> EndFile::write(Position position, const Hash& hash) {
  const std::string line = line_of(position, hash);
  if (::pwrite(file_, line.data(), line.size(), 0) != static_cast<ssize_t>(line.size())) {
    return tl::unexpected(
        Failure{"cannot write " + path_.string() + ": " + std::strerror(errno), "look at the disk"});
  }
  return {};
}

tl::expected<std::optional<Witness>, Failure> read_end_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (std::all_of(text.begin(), text.end(), [](char c) { return c == '\0'; })) return std::nullopt;
  Position position = 0;
  const auto hash = text.size() > checksum_at ? events::parse_hex(text.substr(21, 64)) : std::nullopt;
  const bool number =
      std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 20), position).ec ==
      std::errc{};
  if (!number || !hash || text != line_of(position, *hash)) {
    return tl::unexpected(
        Failure{path.string() + " is damaged, so nothing tells whether the log's end is whole",
                "run `almanac verify`; if you trust the log's last position, remove the file"});
  }
  return Witness{"its file " + path.filename().string(), {}, position, *hash};
}

}  // namespace almanac::log
