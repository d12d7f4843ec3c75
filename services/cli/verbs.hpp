#pragma once
#include "services/cli/session.hpp"

/// One file a verb, each of which adds itself.
namespace almanac::cli {

void add_serve(CLI::App& app, Session& session);
void add_token(CLI::App& app, Session& session);
void add_models(CLI::App& app, Session& session);
void add_models_list(CLI::App& models, Session& session);
void add_models_get(CLI::App& models, Session& session);
void add_models_create(CLI::App& models, Session& session);
void add_models_update(CLI::App& models, Session& session);
void add_models_delete(CLI::App& models, Session& session);
void add_models_deprecate(CLI::App& models, Session& session);
void add_models_restore(CLI::App& models, Session& session);
void add_models_dependents(CLI::App& models, Session& session);
void add_models_explain(CLI::App& models, Session& session);
void add_models_history(CLI::App& models, Session& session);
void add_events(CLI::App& app, Session& session);
void add_billing(CLI::App& app, Session& session);
void add_catalog(CLI::App& app, Session& session);
void add_catalog_import(CLI::App& catalog, Session& session);
void add_catalog_revert(CLI::App& catalog, Session& session);
void add_verify(CLI::App& app, Session& session);
void add_digest(CLI::App& app, Session& session);
void add_rebuild(CLI::App& app, Session& session);
void add_log(CLI::App& app, Session& session);
void add_config(CLI::App& app, Session& session);
void add_completion(CLI::App& app, Session& session);

}  // namespace almanac::cli
