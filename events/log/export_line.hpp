#pragma once
#include <string>
#include <string_view>
#include <variant>

#include <tl/expected.hpp>

#include "events/log/log.hpp"

/// The lines of an export. FROZEN, for ever readable:
///
///     {"almanac":"log","format":1,"logId":"0193…"}
///     {"position":"0","key":"log","headers":{"ce_epoch":"1",…},"value":"{\"effectiveAt\":…}","hash":"9f86…"}
///     {"end":"0","hash":"9f86…"}
///
/// `value` is the record's exact text. A line's hash is that of the record's canonical bytes, so a line
/// proves itself. `GET /v1/log` sends the same lines without the last.
namespace almanac::log {

struct ExportHeader {
  std::string log_id;
};
struct ExportEnd {
  Position last = 0;
  Hash hash{};
};
using ExportLine = std::variant<ExportHeader, Entry, ExportEnd>;

/// Each appends one line with its line feed.
void write_export_header(std::string& out, std::string_view log_id);
/// Refuses a record whose bytes are not canonical or not UTF-8: no line could give them back.
tl::expected<void, Failure> write_export_record(std::string& out, const Entry& entry);
void write_export_end(std::string& out, const ExportEnd& end);

/// Judges one line by itself, without its line feed: its members, all of them and no other, its hash, and
/// that the record says its own position. What is wrong comes without the line's number.
tl::expected<ExportLine, std::string> parse_export_line(std::string_view line);

/// Longer lines are refused: the largest batch that a log takes is smaller.
inline constexpr std::size_t export_line_bytes_max = std::size_t{512} << 20;

}  // namespace almanac::log
