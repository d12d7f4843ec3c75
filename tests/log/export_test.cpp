#include "events/log/export.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "events/json.hpp"
#include "events/log/embedded_log.hpp"
#include "tests/log/support/sample_records.hpp"
#include "tests/log/support/temporary_directory.hpp"

namespace almanac::log::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Exports : public testing::Test {
 protected:
  void SetUp() override {
    log = *EmbeddedLog::open({.directory = directory.path() / "log"});
    claim = *log->claim();
    for (int i = 0; i < 4; ++i)
      append_samples(*log, claim, 3);
  }

  std::string exported() {
    RecordsSource source(*log);
    std::ostringstream out;
    EXPECT_TRUE(export_log(source, out));
    return out.str();
  }

  /// Reads an export to its end; what it refuses.
  static std::string refusal_of(const std::string& text) {
    std::istringstream in(text);
    ExportSource source(in, "log.jsonl");
    while (true) {
      const auto entry = source.next();
      if (!entry) return entry.error().what;
      if (!*entry) return "";
    }
  }

  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
      lines.push_back(line + "\n");
    return lines;
  }

  static std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines)
      text += line;
    return text;
  }

  TemporaryDirectory directory;
  std::unique_ptr<EmbeddedLog> log;
  Claim claim;
};

TEST_F(Exports, are_a_head_a_line_a_record_and_an_end) {
  const auto lines = lines_of(exported());
  ASSERT_EQ(lines.size(), 14U);
  EXPECT_EQ(lines[0],
            "{\"almanac\":\"log\",\"format\":1,\"logId\":\"" + std::string(sample_log_id) + "\"}\n");
  EXPECT_THAT(lines[1], StartsWith(R"({"position":"0","key":"org:acme","headers":{"ce_epoch":"1",)"));
  EXPECT_THAT(lines[1], HasSubstr(R"("value":"{\"n\":0}","hash":")"));
  EXPECT_EQ(lines[13],
            "{\"end\":\"11\",\"hash\":\"" + events::hex(all_of(*log).back().record.hash) + "\"}\n");
}

TEST_F(Exports, give_back_the_same_records) {
  const Tip tip = *tip_behind(all_of(*log).back().record);
  const std::string value = "{\"text\":\"\\u0000 \xC3\xA9 \xF0\x9F\x8C\x8D \\\"\",\"n\":1e2 , \"n2\":1.50}";
  ASSERT_TRUE(std::holds_alternative<Committed>(
      log->append(claim.epoch, 12, chain_records({sample_fields(value)}, tip, claim.epoch))));
  std::istringstream in(exported());
  ExportSource source(in, "log.jsonl");
  std::vector<Entry> read;
  while (auto entry = *source.next())
    read.push_back(*entry);
  EXPECT_TRUE(same(read, all_of(*log)));
  EXPECT_EQ(*source.next(), std::nullopt) << "the end stays the end";
}

TEST_F(Exports, of_an_empty_log_are_refused) {
  const auto empty = *EmbeddedLog::open({.directory = directory.path() / "empty"});
  RecordsSource source(*empty);
  std::ostringstream out;
  EXPECT_THAT(export_log(source, out).error().what, HasSubstr("empty"));
}

TEST_F(Exports, cut_off_at_any_byte_are_incomplete) {
  const std::string text = exported();
  for (std::size_t length = 0; length<text.size(); length += length + 300> text.size() ? 1 : 37) {
    EXPECT_THAT(refusal_of(text.substr(0, length)), HasSubstr("log.jsonl line ")) << length;
  }
  const auto lines = lines_of(text);
  EXPECT_THAT(refusal_of(joined({lines.begin(), lines.end() - 1})),
              HasSubstr("line 14 is missing: the export ends early, after position 11"));
}

TEST_F(Exports, altered_in_any_member_are_refused_naming_line_and_position) {
  auto lines = lines_of(exported());
  const auto with = [&](const std::string& from, const std::string& to) {
    auto altered = lines;
    const auto at = altered[5].find(from);
    EXPECT_NE(at, std::string::npos) << from;
    altered[5].replace(at, from.size(), to);
    return refusal_of(joined(altered));
  };
  EXPECT_THAT(with(R"({\"n\":4})", R"({\"n\":5})"), HasSubstr("line 6 position 4: the record's hash is"));
  EXPECT_THAT(with("org:acme", "org:acmf"), HasSubstr("line 6 position 4"));
  EXPECT_THAT(with(R"("ce_epoch":"1")", R"("ce_epoch":"2")"), HasSubstr("line 6 position 4"));
  EXPECT_THAT(with(R"("position":"4")", R"("position":"5")"), HasSubstr("says position 4"));
  EXPECT_THAT(with(R"("position":"4")", R"("position":4)"), HasSubstr("line 6 should hold position"));
  EXPECT_THAT(with(R"("key":)", R"("Key":)"), HasSubstr("line 6 should hold position"));
  EXPECT_THAT(with(R"({"position")", R"({"more":1,"position")"), HasSubstr("line 6 should hold"));
  EXPECT_THAT(with("{", "["), HasSubstr("line 6 is not JSON"));
}

TEST_F(Exports, with_a_false_end_or_something_behind_it_are_refused) {
  const std::string text = exported();
  EXPECT_EQ(refusal_of(text), "");
  EXPECT_THAT(refusal_of(text + "\n"), HasSubstr("line 15 stands behind the end"));
  auto lines = lines_of(text);
  lines.erase(lines.begin() + 12);
  EXPECT_THAT(refusal_of(joined(lines)), HasSubstr("line 13 says that the log ends at position 11"));
  EXPECT_THAT(refusal_of(lines[1] + lines[2]), HasSubstr("line 1 is not the head"));
  EXPECT_THAT(refusal_of(lines[0] + lines[0]), HasSubstr("line 2 is a second head"));
  EXPECT_THAT(refusal_of(lines[0] + lines.back()), HasSubstr("line 2 says that the log ends"));
}

TEST_F(Exports, of_a_newer_format_or_another_log_are_refused) {
  auto lines = lines_of(exported());
  auto newer = lines;
  newer[0].replace(newer[0].find("\"format\":1"), 10, "\"format\":2");
  EXPECT_THAT(refusal_of(joined(newer)), HasSubstr("has format 2, this build knows 1"));
  lines[0].replace(lines[0].find("00000001"), 8, "00000009");
  EXPECT_THAT(refusal_of(joined(lines)), HasSubstr("another log than the head says"));
}

TEST_F(Exports, into_a_file_are_whole_or_not_there) {
  const auto file = directory.path() / "out.jsonl";
  RecordsSource source(*log);
  const auto verified = export_file(source, file);
  ASSERT_TRUE(verified) << verified.error().what;
  EXPECT_EQ(verified->end, 12U);
  std::ifstream in(file);
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(in), {}}), exported());
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".part"));

  RecordsSource again(*log);
  EXPECT_FALSE(export_file(again, directory.path() / "nowhere" / "out.jsonl"));
}

TEST_F(Exports, onto_a_full_device_fail) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
  std::ofstream full("/dev/full");
  RecordsSource source(*log);
  const auto failed = export_log(source, full);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, HasSubstr("cannot write the export"));
}

TEST_F(Exports, refuse_a_record_that_is_not_text) {
  std::string line;
  const auto broken = write_export_record(line, {0, chain_records({sample_fields("\xFF\xFE")}, {}, 1)[0]});
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().what, HasSubstr("position 0 holds bytes that are not UTF-8"));
  EXPECT_EQ(line, "");
  EXPECT_FALSE(write_export_record(line, {0, events::from_bytes("rubbish")}));
}

TEST(ExportLines, that_no_record_could_be_are_refused_not_thrown) {
  std::string headers;
  for (int i = 0; i < 70000; ++i)
    headers += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":\"\"";
  const auto with_headers = [](const std::string& text) {
    return parse_export_line(R"({"position":"0","key":"","headers":{)" + text + R"(},"value":"","hash":")" +
                             std::string(64, '0') + "\"}");
  };
  EXPECT_FALSE(with_headers(headers));
  EXPECT_FALSE(with_headers("\"" + std::string(70000, 'n') + "\":\"\""));
  EXPECT_FALSE(with_headers(R"("a":"1","a":"1")"));
  EXPECT_FALSE(with_headers(R"("a":1)"));
  for (const char* line :
       {"", "null", "[]", "{}", "\"\"", "{\"end\":\"01\",\"hash\":\"\"}", "{\"almanac\":\"log\"}"}) {
    EXPECT_FALSE(parse_export_line(line)) << line;
  }
}

/// FROZEN: this export was written by format 1 and must be readable for ever.
TEST(GoldenExport, of_format_1_reads) {
  std::ifstream in(std::string(ALMANAC_SOURCE_DIR) + "/tests/log/golden/export_1.jsonl");
  ASSERT_TRUE(in);
  ExportSource source(in, "export_1.jsonl");
  const auto verified = verify(source);
  ASSERT_TRUE(verified) << verified.error().what;
  EXPECT_EQ(verified->end, 3U);
  EXPECT_EQ(verified->epoch, 7U);
  EXPECT_TRUE(verified->sealed);
  EXPECT_EQ(verified->log_id, sample_log_id);
}

}  // namespace
}  // namespace almanac::log::test
