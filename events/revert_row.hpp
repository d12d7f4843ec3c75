#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "events/decide.hpp"

namespace almanac::events {

/// What a revert would make of one model that its batch changed: each field that the batch changed and that
/// still stands as the batch left it goes back, and a note says of each other one why it stays.
struct RevertedModel {
  Model is;
  Model wanted;                                            ///< its price is the one that is to hold now
  std::vector<std::pair<std::string, std::string>> notes;  ///< (pointer, sentence)
};

/// `before` and `after` are the model around the batch, `batch_at` the time of the batch.
RevertedModel revert_model(const Model& before, const Model& after, const Model& is, Instant batch_at,
                           Instant now);

}  // namespace almanac::events
