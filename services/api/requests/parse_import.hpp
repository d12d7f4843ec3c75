#pragma once
#include <cstdint>

#include "events/command.hpp"
#include "events/json.hpp"

namespace almanac::api {

enum class ImportMode : std::uint8_t { plan, apply };

struct ParsedImport {
  events::ImportCatalog command;
  ImportMode mode = ImportMode::plan;
};
inline constexpr std::size_t import_rows_max = 10'000;

/// Faults of the request stand in the command, those of a row in the row: a row with one is rejected and the
/// others go on.
ParsedImport parse_import(const events::json::Value& body);

}  // namespace almanac::api
