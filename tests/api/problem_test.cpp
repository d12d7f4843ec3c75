#include "services/api/transport/problem.hpp"

#include <gtest/gtest.h>

#include <set>

#include "services/api/transport/answer_bytes.hpp"

namespace almanac::api {
namespace {

TEST(Problem, renders_its_members_in_order) {
  Problem problem{ProblemKind::validation_failed, "Two fields are wrong."};
  problem.errors = {{Fault::Place::pointer, "/displayName", "Must not be empty."},
                    {Fault::Place::parameter, "limit", "Must be 1 to 100."}};
  problem.member("requiredPlan", "pro").member_json("dependents", "{\"count\":1}");
  EXPECT_EQ(
      problem.body("00112233445566aa"),
      R"({"type":"urn:almanac:problem:validation-failed","title":"Validation failed","status":422,)"
      R"("detail":"Two fields are wrong.","instance":"urn:almanac:request:00112233445566aa",)"
      R"("errors":[{"pointer":"/displayName","detail":"Must not be empty."},)"
      R"({"parameter":"limit","detail":"Must be 1 to 100."}],"requiredPlan":"pro","dependents":{"count":1}})");
}

TEST(Problem, is_an_answer_with_its_own_media_type_and_headers) {
  Problem problem{ProblemKind::method_not_allowed, "No."};
  problem.headers = "Allow: GET\r\n";
  const Response response = problem.response("x");
  EXPECT_EQ(response.status, 405);
  EXPECT_NE(response.headers.find("Content-Type: application/problem+json\r\n"), std::string::npos);
  EXPECT_NE(response.headers.find("Allow: GET\r\n"), std::string::npos);
}

TEST(Problem, text_of_a_client_cannot_break_out_of_its_string) {
  std::string out;
  append_json_string(out, "a\"b\\c\r\n\t\x01\x7f\xff\xc3\xa9\xed\xa0\x80");
  EXPECT_EQ(out,
            "\"a\\\"b\\\\c\\u000d\\u000a\\u0009\\u0001\\u007f\xEF\xBF\xBD\xc3\xa9\xEF\xBF\xBD\xEF\xBF\xBD\xEF"
            "\xBF\xBD\"");
}

TEST(Problem, every_kind_has_a_type_of_its_own_and_a_status_that_the_contract_knows) {
  const std::set<int> known{400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 414,
                            415, 417, 422, 428, 429, 431, 500, 501, 503, 505};
  std::set<std::string> types;
  std::set<int> used;
  for (const ProblemKind kind : all_problem_kinds()) {
    EXPECT_TRUE(types.insert(problem_type(kind)).second) << problem_type(kind);
    EXPECT_TRUE(known.contains(describe(kind).status));
    used.insert(describe(kind).status);
  }
  EXPECT_EQ(used, known);
}

TEST(AnswerBytes, dates_are_in_the_form_of_rfc_9110) {
  EXPECT_EQ(date_line(std::chrono::system_clock::from_time_t(784887151)),
            "Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n");
}

TEST(AnswerBytes, an_empty_chunk_is_never_written) {
  std::string out;
  append_chunk(out, "");
  EXPECT_EQ(out, "");
  append_chunk(out, std::string(26, 'x'));
  EXPECT_EQ(out, "1a\r\n" + std::string(26, 'x') + "\r\n");
}

TEST(AnswerBytes, a_shared_body_and_shared_headers_stand_in_for_own_ones) {
  Response response;
  response.header("X-Own", "1");
  response.shared_headers = std::make_shared<const std::string>("X-Shared: 2\r\n");
  response.shared_body = std::make_shared<const std::string>("shared");
  std::string out;
  append_answer(out, response, {});
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nX-Own: 1\r\nX-Shared: 2\r\nContent-Length: 6\r\n\r\nshared");
}

}  // namespace
}  // namespace almanac::api
