#include "events/log/export.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "events/log/owned_directory.hpp"

namespace almanac::log {
namespace fs = std::filesystem;
namespace {

Failure unwritable(const std::string& name) {
  return {"cannot write " + name + ": " + std::strerror(errno), "look at the disk and the file's rights"};
}

bool sync_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

}  // namespace

tl::expected<Verified, Failure> export_log(BoundedSource& source, std::ostream& out,
                                           const Progress& progress) {
  constexpr std::size_t written_at_once = std::size_t{1} << 18;
  const auto log_id = source.log_id();
  if (!log_id) return tl::unexpected(log_id.error());
  Verifier verifier;
  std::string lines;
  while (true) {
    const auto entry = source.next();
    if (!entry) return tl::unexpected(entry.error());
    if (!*entry) break;
    if (auto taken = verifier.take(**entry); !taken) {
      return tl::unexpected(Failure{taken.error().what, taken.error().mend});
    }
    const auto& so_far = verifier.so_far();
    if (so_far.end == 1) write_export_header(lines, *log_id);
    if (auto written = write_export_record(lines, **entry); !written) return tl::unexpected(written.error());
    if (lines.size() >= written_at_once) {
      if (!out.write(lines.data(), static_cast<std::streamsize>(lines.size()))) {
        return tl::unexpected(unwritable("the export"));
      }
      lines.clear();
    }
    if (progress && so_far.end % 10000 == 0) progress(so_far.end);
  }
  const auto& verified = verifier.so_far();
  if (verified.end == 0) return tl::unexpected(Failure{"the log is empty", "there is nothing to export"});
  write_export_end(lines, {verified.end - 1, verified.last});
  if (!out.write(lines.data(), static_cast<std::streamsize>(lines.size())).flush()) {
    return tl::unexpected(unwritable("the export"));
  }
  return verified;
}

tl::expected<Verified, Failure> export_file(BoundedSource& source, const fs::path& file,
                                            const Progress& progress) {
  const fs::path part = file.string() + ".part";
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  if (!out) return tl::unexpected(unwritable(part.string()));
  auto exported = export_log(source, out, progress);
  out.close();
  if (exported && (!out || !sync_file(part) || ::rename(part.c_str(), file.c_str()) != 0)) {
    exported = tl::unexpected(unwritable(file.string()));
  }
  if (!exported) {
    ::unlink(part.c_str());
    return exported;
  }
  if (auto synced = sync_directory(file.parent_path()); !synced) return tl::unexpected(synced.error());
  return exported;
}

Failure ExportSource::refused(const std::string& why) const {
  return {name_ + " line " + std::to_string(lines_) + " " + why,
          "take another export; this one is not as written"};
}

tl::expected<ExportLine, Failure> ExportSource::line() {
  std::string text;
  ++lines_;
  if (!std::getline(in_, text) || in_.eof()) {
    const std::string after =
        last_ ? "after position " + std::to_string(last_->last) : std::string("before its first record");
    return tl::unexpected(refused(text.empty() ? "is missing: the export ends early, " + after
                                               : "is cut off: the export ends early, " + after));
  }
  auto parsed = parse_export_line(text);
  if (!parsed) return tl::unexpected(refused(parsed.error()));
  return std::move(*parsed);
}

tl::expected<std::optional<Entry>, Failure> ExportSource::next() {
  if (done_) return std::nullopt;
  if (!log_id_) {
    auto first = line();
    if (!first) return tl::unexpected(first.error());
    const auto* header = std::get_if<ExportHeader>(&*first);
    if (header == nullptr) return tl::unexpected(refused("is not the head of an Almanac log export"));
    log_id_ = header->log_id;
  }
  auto found = line();
  if (!found) return tl::unexpected(found.error());
  if (const auto* end = std::get_if<ExportEnd>(&*found)) return judge_end(*end);
  auto* entry = std::get_if<Entry>(&*found);
  if (entry == nullptr) return tl::unexpected(refused("is a second head"));
  last_log_id_ = log_id_of(entry->record.bytes);
  last_ = ExportEnd{entry->position, entry->record.hash};
  return std::move(*entry);
}

tl::expected<std::optional<Entry>, Failure> ExportSource::judge_end(const ExportEnd& end) {
  if (!last_ || end.last != last_->last || end.hash != last_->hash) {
    return tl::unexpected(refused("says that the log ends at position " + std::to_string(end.last) +
                                  " with hash " + events::hex(end.hash) +
                                  ", which is not the record before it"));
  }
  if (last_log_id_ != *log_id_) {
    return tl::unexpected(refused("ends another log than the head says: " + last_log_id_));
  }
  if (in_.peek() != std::istream::traits_type::eof()) {
    ++lines_;
    return tl::unexpected(refused("stands behind the end"));
  }
  done_ = true;
  return std::nullopt;
}

}  // namespace almanac::log
