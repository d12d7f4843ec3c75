#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "services/cli/litellm.hpp"

namespace almanac::cli {

/// What is sent of a file, and what is not.
struct ImportRows {
  std::vector<events::json::Value> rows;
  std::vector<std::size_t> places;
  std::vector<HeldBack> held_back;
};

/// A JSON array of rows, or one row a line. The error names the line.
tl::expected<ImportRows, std::string> import_rows(std::string_view text);
tl::expected<ImportRows, std::string> import_rows_of_litellm(std::string_view text,
                                                             const LitellmRules& rules);

}  // namespace almanac::cli
