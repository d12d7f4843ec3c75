#pragma once
#include <string>

#include "events/model.hpp"
#include "tests/cli/support/listing.hpp"

namespace almanac::cli::test {

/// The beginning of that day.
events::Instant midnight(const std::string& day);

/// A system model is what the map lists under its key; says how many of the twelve fields are equal.
std::size_t expect_listed(const events::Model& model, const std::string& key, const Listing& listing);

}  // namespace almanac::cli::test
