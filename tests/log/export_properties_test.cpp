#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "events/log/export.hpp"
#include "tests/log/support/sample_records.hpp"

namespace almanac::log::test {
namespace {

/// Any Unicode text, control characters and those beyond the first plane included.
std::string any_text() {
  const auto points = *rc::gen::container<std::vector<std::uint32_t>>(
      rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::inRange<std::uint32_t>(0x80, 0xD800),
                     rc::gen::inRange<std::uint32_t>(0xE000, 0x110000)));
  std::string text;
  for (const auto point : points) {
    const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xC0 | point >> 6);
      put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      put(0xE0 | point >> 12);
      put(0x80 | (point >> 6 & 0x3F));
      put(0x80 | (point & 0x3F));
    } else {
      put(0xF0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3F));
      put(0x80 | (point >> 6 & 0x3F));
      put(0x80 | (point & 0x3F));
    }
  }
  return text;
}

RC_GTEST_PROP(ExportProperties, any_record_of_text_comes_back_with_its_bytes, ()) {
  auto fields = sample_fields(any_text());
  fields.key = any_text();
  fields.headers.emplace_back("ce_reason", any_text());
  fields.headers.emplace_back("x" + any_text(), any_text());
  const auto record = chain_records({fields}, {}, 3).front();
  std::string line;
  RC_ASSERT(write_export_record(line, {0, record}).has_value());
  RC_ASSERT(line.back() == '\n' && line.find('\n') == line.size() - 1);
  const auto read = parse_export_line(std::string_view(line).substr(0, line.size() - 1));
  RC_ASSERT(read.has_value());
  RC_ASSERT(std::get<Entry>(*read).record.bytes == record.bytes);
  RC_ASSERT(std::get<Entry>(*read).record.hash == record.hash);
}

RC_GTEST_PROP(ExportProperties, any_byte_changed_in_an_export_is_refused_or_means_the_same, ()) {
  const auto records = sample_batch({}, 2, 3);
  std::string text;
  write_export_header(text, sample_log_id);
  for (Position i = 0; i < 3; ++i)
    RC_ASSERT(write_export_record(text, {i, records[i]}).has_value());
  write_export_end(text, {2, records[2].hash});
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = static_cast<char>(text[at] ^ *rc::gen::inRange(1, 256));
  std::istringstream in(text);
  ExportSource source(in, "log.jsonl");
  for (std::size_t given = 0;; ++given) {
    const auto entry = source.next();
    if (!entry) return;
    if (!*entry) {
      RC_ASSERT(given == 3U);
      return;
    }
    RC_ASSERT(given < 3U && (*entry)->record.bytes == records[given].bytes);
  }
}

}  // namespace
}  // namespace almanac::log::test
