#pragma once
#include <string>

#include "services/api/requests/members.hpp"
#include "services/api/resources/subject.hpp"

namespace almanac::api {

/// What `expand[]` asks for.
struct Expand {
  bool parent = false;
  bool effective = false;

  bool any() const { return parent || effective; }
  bool operator==(const Expand&) const = default;
};

/// A model in an answer, the members in the order of api.md, every one always there.
void render_model(std::string& out, const Subject& subject, const Expand& expand, events::Instant t);
/// The same members without the closing brace, for answers that add some of their own.
Members open_model(std::string& out, const Subject& subject, const Expand& expand, events::Instant t);

/// `effective`: every inherited or derived field with the layer that it comes from.
void render_effective(std::string& out, const Subject& subject, events::Instant t);

/// A dependent as the owner of its parent may see it: no prompt, no metadata.
void render_dependent(std::string& out, const events::Model& model);

}  // namespace almanac::api
