#pragma once
#include "events/field.hpp"
#include "events/model.hpp"

/// A model's own fields by their name: what changes, imports and reverts are written in.
namespace almanac::events {

enum class ModelKind : std::uint8_t { user, system };
ModelKind kind_of(const Model& model);

/// Whether models of that kind have the field.
bool belongs_to(Field field, ModelKind kind);

/// The own value, null where a user model inherits. The field must belong to the model's kind.
FieldValue own_value(const Model& model, Field field);

/// Sets an own value; one that is not of the field's type leaves the model as it is, which `decide` never
/// returns and the codec never reads.
void set_own(Model& model, Field field, const FieldValue& value);

}  // namespace almanac::events
