#include <memory>

#include "services/cli/model_fields.hpp"
#include "services/cli/model_table.hpp"
#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

struct Options {
  ModelFields fields;
  WriteOptions write;
};

int create(const Session& session, const Options& options) {
  const auto body = options.fields.json();
  if (!body) return wrong_usage;
  if (options.fields.whole.empty() && (options.fields.parent.empty() || options.fields.name.empty())) {
    return complain(wrong_usage, "a model needs --parent and --name",
                    "give both, or a whole body with --json FILE");
  }
  ClientRequest request{.method = "POST", .path = "/v1/models", .body = *body};
  options.write.add_to(request);
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  return answer ? show_model(session, answer->body) : status;
}

struct UpdateOptions : Options {
  std::string id;
};

int update(const Session& session, const UpdateOptions& options) {
  const auto body = options.fields.json();
  if (!body) return wrong_usage;
  if (*body == "{}")
    return complain(wrong_usage, "nothing to change was named", "Run `almanac models update --help`");
  ClientRequest request{.method = "PATCH",
                        .path = "/v1/models/" + escaped(options.id),
                        .body = *body,
                        .content_type = "application/merge-patch+json"};
  options.write.add_to(request);
  int status = done;
  const auto answer = ask(client_of(session), request, status);
  return answer ? show_model(session, answer->body) : status;
}

int erase(const Session& session, const std::string& id, const WriteOptions& write) {
  ClientRequest request{.method = "DELETE", .path = "/v1/models/" + escaped(id)};
  write.add_to(request);
  int status = done;
  ask(client_of(session), request, status);
  return status;
}

}  // namespace

void add_models_create(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("create", "A new model on a system model");
  auto options = std::make_shared<Options>();
  options->fields.add_to(*verb);
  options->write.add_to(*verb);
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return create(session, *options); }; });
}

void add_models_update(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("update", "Changes what is named, and nothing else");
  auto options = std::make_shared<UpdateOptions>();
  verb->add_option("id", options->id, "The model")->required()->type_name("ID");
  options->fields.add_to(*verb);
  options->fields.add_changes_to(*verb);
  options->write.add_to(*verb);
  add_client_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return update(session, *options); }; });
}

void add_models_delete(CLI::App& models, Session& session) {
  auto* verb = models.add_subcommand("delete", "Deletes a model; its history stays readable");
  auto options = std::make_shared<UpdateOptions>();
  verb->add_option("id", options->id, "The model")->required()->type_name("ID");
  options->write.add_to(*verb);
  add_client_options(*verb, session);
  verb->callback([&session, options] {
    session.run = [&session, options] { return erase(session, options->id, options->write); };
  });
}

}  // namespace almanac::cli
