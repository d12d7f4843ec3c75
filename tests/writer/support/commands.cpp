#include "tests/writer/support/commands.hpp"

#include <utility>

namespace almanac::writer::test {

events::Caller operator_of_catalogue() {
  return {.actor = "client:operator", .scopes = {.bits = 0xFF}, .plan = events::Plan::enterprise};
}

events::Caller member_of(const std::string& organization) {
  events::Caller caller{.organization = organization, .actor = "member:somebody"};
  caller.scopes.add(events::Scope::models_read);
  caller.scopes.add(events::Scope::models_write);
  return caller;
}

Submission with_key(Submission submission, const std::string& key, const std::string& body) {
  submission.mark =
      mark_of(submission.caller, key, {.method = "POST", .path = "/v1/models/catalog", .body = body});
  submission.request_bytes = body.size();
  return submission;
}

Submission dry(Submission submission) {
  submission.run = Submission::Run::dry;
  return submission;
}

Submission create_system(const std::string& external_key) {
  events::CreateSystemModel command;
  command.display_name = "Model " + external_key;
  command.own.provider = "maker";
  command.own.model_name = external_key;
  command.own.external_key = external_key;
  command.own.context_window = 128'000;
  command.external_key_given = true;
  return {.command = std::move(command), .caller = operator_of_catalogue()};
}

Submission create_user(const events::ModelId& parent, const std::string& display_name,
                       const std::string& organization) {
  events::CreateUserModel command;
  command.display_name = display_name;
  command.own.parent = parent;
  return {.command = std::move(command), .caller = member_of(organization)};
}

Submission rename(const events::ModelId& system_model, const std::string& display_name) {
  events::ChangeModel command{.id = system_model};
  command.patches.push_back({.field = events::Field::display_name, .to = display_name});
  return {.command = std::move(command), .caller = operator_of_catalogue()};
}

Submission remove(const events::ModelId& system_model) {
  return {.command = events::DeleteModel{system_model}, .caller = operator_of_catalogue()};
}

Submission deprecate(const events::ModelId& system_model, events::Instant end_of_life_at) {
  return {.command = events::DeprecateModel{.id = system_model, .end_of_life_at = end_of_life_at},
          .caller = operator_of_catalogue()};
}

Submission restore(const events::ModelId& system_model) {
  return {.command = events::RestoreModel{system_model}, .caller = operator_of_catalogue()};
}

Submission import_of(std::size_t rows, const std::string& prefix) {
  events::ImportCatalog command;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::string name = prefix + "-" + std::to_string(i);
    events::CatalogRow row;
    row.external_key = {true, "maker/" + name};
    row.provider = {true, "maker"};
    row.model_name = {true, name};
    row.display_name = {true, name};
    row.context_window = {true, 8'192};
    command.rows.push_back(std::move(row));
  }
  return {.command = std::move(command), .caller = operator_of_catalogue()};
}

}  // namespace almanac::writer::test
