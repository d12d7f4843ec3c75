#pragma once
#include <optional>
#include <string>

#include "events/decide.hpp"
#include "events/model.hpp"
#include "events/view.hpp"

/// What may stand in for a model that ends, and what a refusal proposes instead.
namespace almanac::events {

/// The system model of a user model; nullopt for a system model.
std::optional<Model> parent_of(const View& view, const Model& model);

/// Neither disabled nor at its end, parent included.
bool usable(const View& view, const Model& model, Instant now);

/// Why `replacement` cannot be named by `model`, as a sentence; nullopt when it can. It must exist for the
/// same readers, be usable, and not lead back to the model.
std::optional<std::string> replacement_fault(const View& view, const Model& model, const ModelId& replacement,
                                             Instant now);

/// The same without following the chain, for a caller that looks for cycles itself.
std::optional<std::string> naming_fault(const View& view, const Model& model, const ModelId& replacement,
                                        Instant now);

/// ` Use <id> (<name>) instead.`: the first usable model down the chain of replacements, or the first of the
/// chain when none is; empty without one.
std::string advice(const View& view, const Model& model, Instant now);

}  // namespace almanac::events
