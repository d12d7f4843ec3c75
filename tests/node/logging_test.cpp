#include "services/node/logging.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "events/json.hpp"

namespace almanac::node {
namespace {

TEST(Logging, a_json_line_stays_json_whatever_the_bytes) {
  const std::string nasty =
      "quote \" backslash \\ line\nfeed tab\t nul" + std::string(1, '\0') + " bad \xff utf-8 ü";
  const std::vector<LogField> fields{{"path", nasty}, {"empty", ""}};
  const auto line = "{" + log_text(LogFormat::json, nasty, fields) + "}";
  const auto parsed = events::json::parse(line);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().detail << line;
  EXPECT_EQ(parsed->find("path")->text, parsed->find("message")->text);
  EXPECT_EQ(parsed->find("path")->text.substr(0, 20), nasty.substr(0, 20));
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(Logging, a_text_line_stays_one_line) {
  const std::vector<LogField> fields{{"path", "/x y\r\n\x1b[31m"}, {"n", "7"}, {"e", ""}};
  const auto line = log_text(LogFormat::text, "a\nb", fields);
  EXPECT_EQ(line, R"(a\x0ab path="/x y\x0d\x0a\x1b[31m" n=7 e="")");
}

TEST(Logging, says_nothing_below_its_level_and_the_level_can_change) {
  testing::internal::CaptureStderr();
  {
    Logger logger(LogLevel::warn, LogFormat::json);
    logger.info("not this");
    logger.warn("this", {{"position", "12"}});
    logger.set_level(LogLevel::debug);
    logger.say(LogLevel::debug, "and that");
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(said.find("not this"), std::string::npos);
  EXPECT_NE(said.find(R"("level":"warn","message":"this","position":"12"})"), std::string::npos) << said;
  EXPECT_NE(said.find("and that"), std::string::npos);
  EXPECT_TRUE(events::json::parse(said.substr(0, said.find('\n'))).has_value()) << said;
}

TEST(Logging, levels_have_names) {
  EXPECT_EQ(log_level_named("error"), LogLevel::error);
  EXPECT_EQ(log_level_named("trace"), LogLevel::trace);
}

}  // namespace
}  // namespace almanac::node
