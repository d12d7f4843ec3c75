#include "services/cli/table.hpp"

#include <gtest/gtest.h>

#include "services/cli/client.hpp"
#include "services/cli/write_options.hpp"

namespace almanac::cli {
namespace {

TEST(Table, is_as_wide_as_it_needs_to_be) {
  Table table({{"ID"}, {"NAME", Table::Fit::shrink}});
  table.add({"1", "short"});
  table.add({"22", "longer"});
  EXPECT_EQ(table.text(80, false), "ID  NAME\n1   short\n22  longer\n");
}

TEST(Table, fits_the_terminal_by_cutting_what_may_shrink) {
  Table table({{"ID"}, {"NAME", Table::Fit::shrink}, {"WHAT", Table::Fit::shrink}});
  table.add({"0190-1234", std::string(40, 'n'), std::string(20, 'w')});
  const auto text = table.text(40, false);
  for (std::size_t from = 0; from < text.size();) {
    const auto end = text.find('\n', from);
    EXPECT_LE(shown_width(text.substr(from, end - from)), 40U);
    from = end + 1;
  }
  EXPECT_NE(text.find("0190-1234"), std::string::npos) << "an id is never cut";
  EXPECT_NE(text.find("n…"), std::string::npos);
}

TEST(Table, leaves_out_what_may_be_dropped_before_it_cuts_names_to_nothing) {
  Table table({{"ID"}, {"NAME", Table::Fit::shrink}, {"A", Table::Fit::drop}, {"B", Table::Fit::drop}});
  table.add({std::string(20, 'i'), std::string(30, 'n'), std::string(6, 'a'), std::string(6, 'b')});
  EXPECT_EQ(table.text(40, false), "ID                    NAME        A\n" + std::string(20, 'i') + "  " +
                                       std::string(9, 'n') + "…  aaaaaa\n");
}

TEST(Table, counts_cells_not_bytes) {
  EXPECT_EQ(shown_width("für"), 3U);
  EXPECT_EQ(shown_width("模型"), 4U);
  EXPECT_EQ(shown_width("e\xcc\x81"), 1U);
  EXPECT_EQ(cut_to("模型目录", 5), "模型…");
  EXPECT_EQ(cut_to("abc", 3), "abc");
}

TEST(Table, no_text_moves_the_terminal) {
  EXPECT_EQ(plain_text("a\x1b[31mb\nc\xc2\x9b"), "a?[31mb?c?");
  Table table({{"X"}});
  table.add({"\x1b]0;title\x07"});
  EXPECT_EQ(table.text(80, false).find('\x1b'), std::string::npos);
}

TEST(Table, colours_only_where_asked) {
  Table table({{"X"}});
  table.add({"1"});
  EXPECT_EQ(table.text(80, true), "\x1b[1mX\x1b[0m\n1\n");
}

TEST(Client, escapes_what_a_path_cannot_hold) {
  EXPECT_EQ(escaped("a/b c?é"), "a%2Fb%20c%3F%C3%A9");
  EXPECT_EQ(escaped("0190-ab_c.d~"), "0190-ab_c.d~");
}

TEST(Client, knows_its_own_machine) {
  EXPECT_TRUE(is_local("http://127.0.0.1:8080"));
  EXPECT_TRUE(is_local("http://localhost:8080"));
  EXPECT_TRUE(is_local("http://[::1]:8080"));
  EXPECT_FALSE(is_local("http://localhost.example.com"));
  EXPECT_FALSE(is_local("https://almanac.example.com"));
}

TEST(Body, is_json_whatever_the_text) {
  Body body;
  body.text("displayName", "say \"hi\"\n");
  body.raw("contextWindow", "4096.0");
  EXPECT_EQ(body.json(), R"({"displayName":"say \"hi\"\n","contextWindow":4096.0})");
}

}  // namespace
}  // namespace almanac::cli
