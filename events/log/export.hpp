#pragma once
#include <filesystem>
#include <istream>
#include <ostream>
#include <string>

#include "events/log/chain.hpp"
#include "events/log/export_line.hpp"
#include "events/log/source.hpp"
#include "events/log/verify.hpp"

/// A whole log as lines of text (export_line.hpp), positions and hashes unchanged: how a log is kept safe and
/// how it moves between engines.
namespace almanac::log {

/// Writes all of a source that verifies; stops at the first bad position. Reads and writes as it goes. The
/// head has the id in force at the end, with which an import goes on.
tl::expected<Verified, Failure> export_log(BoundedSource& source, std::ostream& out,
                                           const Progress& progress = {});

/// The same into a file that is there whole and durable, or not at all.
tl::expected<Verified, Failure> export_file(BoundedSource& source, const std::filesystem::path& file,
                                            const Progress& progress = {});

/// An export's records, each line judged by itself and the whole by its end line: a file that ends early,
/// goes on behind its end, or whose head or end is not that of its records is refused, naming line and
/// position.
class ExportSource final : public Source {
 public:
  /// `name` is the file's, for messages; `in` must outlive this.
  ExportSource(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

  tl::expected<std::optional<Entry>, Failure> next() override;

 private:
  tl::expected<ExportLine, Failure> line();
  tl::expected<std::optional<Entry>, Failure> judge_end(const ExportEnd& end);
  Failure refused(const std::string& why) const;

  std::istream& in_;
  std::string name_;
  std::size_t lines_ = 0;
  std::optional<std::string> log_id_;
  std::optional<ExportEnd> last_;  // position and hash of the last record given
  std::string last_log_id_;        // and the id in its ce_source
  bool done_ = false;
};

}  // namespace almanac::log
