#pragma once
#include <string>
#include <vector>

#include "events/json.hpp"
#include "services/cli/session.hpp"

namespace almanac::cli {

/// A row that was not sent, and why: its place in the file, counted from 0.
struct HeldBack {
  std::size_t row = 0;
  std::string external_key, pointer, detail;
};

/// The answer to an import with the rows that were held back put in at their places, so that every row of the
/// file has its verdict. `places` are the rows in the file of the rows that were sent.
events::json::Value with_held_back(const events::json::Value& answer, const std::vector<std::size_t>& places,
                                   const std::vector<HeldBack>& held_back);

/// The verdict table (changed and rejected rows; the others only counted) and the summary line.
void show_verdicts(const Session& session, const events::json::Value& answer);
std::size_t rejected_in(const events::json::Value& answer);

}  // namespace almanac::cli
