#pragma once
#include <cstdint>
#include <string>

#include "services/writer/submit.hpp"

/// Submissions as a front end would make them, in as few words as a test needs.
namespace almanac::writer::test {

events::Caller operator_of_catalogue();
events::Caller member_of(const std::string& organization);

/// The request's body is taken to be `body`, so that the same key with another body is another request.
Submission with_key(Submission submission, const std::string& key, const std::string& body = "{}");
Submission dry(Submission submission);

Submission create_system(const std::string& external_key);
Submission create_user(const events::ModelId& parent, const std::string& display_name,
                       const std::string& organization = "acme");
Submission rename(const events::ModelId& system_model, const std::string& display_name);
Submission remove(const events::ModelId& system_model);
Submission deprecate(const events::ModelId& system_model, events::Instant end_of_life_at);
Submission restore(const events::ModelId& system_model);
Submission import_of(std::size_t rows, const std::string& prefix);

}  // namespace almanac::writer::test
