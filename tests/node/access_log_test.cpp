#include "services/node/access_log.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "events/json.hpp"

namespace almanac::node {
namespace {

std::string said_of(const api::Answered& answered, LogLevel level) {
  testing::internal::CaptureStderr();
  {
    const Logger logger(level, LogFormat::json);
    AccessLog(logger).answered(answered, AccessLog::Time());
  }
  return testing::internal::GetCapturedStderr();
}

constexpr api::Answered fine{.request_id = "r1",
                             .method = "GET",
                             .path = "/v1/models",
                             .operation = "listModels",
                             .organization = "acme",
                             .status = 200,
                             .took = std::chrono::microseconds{84}};

TEST(AccessLog, leaves_out_what_is_not_known) {
  const std::string line = said_of(fine, LogLevel::debug);
  EXPECT_NE(line.find(R"("level":"debug","message":"answered","request":"r1","method":"GET",)"
                      R"("path":"/v1/models","operation":"listModels","status":"200","took_us":"84",)"
                      R"("organization":"acme"})"),
            std::string::npos)
      << line;
}

TEST(AccessLog, is_not_said_at_info_unless_the_node_is_at_fault) {
  EXPECT_EQ(said_of(fine, LogLevel::info), "");
  api::Answered failed = fine;
  failed.status = 500;
  failed.reason = "rows cannot be read";
  const std::string line = said_of(failed, LogLevel::info);
  EXPECT_NE(line.find(R"("level":"warn")"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("reason":"rows cannot be read")"), std::string::npos) << line;
}

TEST(AccessLog, warns_of_a_503_once_a_second) {
  api::Answered full = fine;
  full.status = 503;
  testing::internal::CaptureStderr();
  {
    const Logger logger(LogLevel::info, LogFormat::json);
    AccessLog log(logger);
    for (const int ms : {0, 1, 999, 1000, 1500})
      log.answered(full, AccessLog::Time(std::chrono::milliseconds(ms)));
  }
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 2) << said;
}

TEST(AccessLog, stays_one_line_of_json_whatever_a_client_sends) {
  api::Answered nasty = fine;
  nasty.path = "/v1/\n\"models";
  nasty.traceparent = "\xff\r\n";
  const std::string line = said_of(nasty, LogLevel::debug);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_TRUE(events::json::parse(line).has_value()) << line;
}

}  // namespace
}  // namespace almanac::node
