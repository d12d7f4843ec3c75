#include "services/cli/import_rows.hpp"

#include <algorithm>

namespace almanac::cli {

namespace json = events::json;

namespace {

constexpr std::size_t file_bytes_max = std::size_t{64} << 20;

tl::expected<ImportRows, std::string> lines_of(std::string_view text) {
  ImportRows result;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto row = json::parse(line);
    if (!row) return tl::make_unexpected("line " + std::to_string(number) + ": " + row.error().detail);
    result.places.push_back(result.rows.size());
    result.rows.push_back(std::move(*row));
  }
  return result;
}

}  // namespace

tl::expected<ImportRows, std::string> import_rows(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return tl::make_unexpected(std::string("it is empty"));
  if (text[first] != '[') return lines_of(text);
  auto array = json::parse(text, {.bytes_max = file_bytes_max});
  if (!array) {
    return tl::make_unexpected(array.error().detail + " at byte " + std::to_string(array.error().offset));
  }
  ImportRows result;
  result.rows = std::move(array->items);
  for (std::size_t i = 0; i < result.rows.size(); ++i)
    result.places.push_back(i);
  return result;
}

tl::expected<ImportRows, std::string> import_rows_of_litellm(std::string_view text,
                                                             const LitellmRules& rules) {
  auto converted = litellm_rows(text, rules);
  if (!converted) return tl::make_unexpected(converted.error());
  return ImportRows{std::move(converted->rows), std::move(converted->places),
                    std::move(converted->held_back)};
}

}  // namespace almanac::cli
