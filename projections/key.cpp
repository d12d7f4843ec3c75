#include "projections/key.hpp"

#include "projections/bytes.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {
namespace {

// Kinds of children: those of everyone, and those of one organisation.
constexpr std::uint8_t of_all = 0;
constexpr std::uint8_t of_one = 1;

std::string_view last(std::string_view key, std::size_t length) {
  if (key.size() < length) throw Damaged("a key of the read models is too short");
  return key.substr(key.size() - length);
}

}  // namespace

std::string model_key(const ModelId& id) {
  return Out(16).id(id).take();
}

std::string organization_prefix(std::string_view organization) {
  return Out(20 + organization.size()).sized(organization).take();
}
std::string organization_key(std::string_view organization, const ModelId& id) {
  return Out(20 + organization.size()).sized(organization).id_descending(id).take();
}
ModelId model_of_organization_key(std::string_view key) {
  return In(last(key, 16)).id_descending();
}

std::string catalogue_key(const events::Model& system_model) {
  return Out(24 + system_model.display_name.size())
      .u8(system_model.system().recommended ? 0 : 1)
      .sorted(system_model.display_name)
      .id(system_model.id)
      .take();
}
ModelId model_at_end_of(std::string_view key) {
  return In(last(key, 16)).id();
}

std::string children_prefix(const ModelId& parent) {
  return Out(40).id(parent).u8(of_all).take();
}
std::string child_key(const ModelId& parent, const ModelId& child) {
  return Out(40).id(parent).u8(of_all).id(child).take();
}
std::string children_prefix(const ModelId& parent, std::string_view organization) {
  return Out(40 + organization.size()).id(parent).u8(of_one).sized(organization).take();
}
std::string child_key(const ModelId& parent, std::string_view organization, const ModelId& child) {
  return Out(40 + organization.size()).id(parent).u8(of_one).sized(organization).id(child).take();
}
std::string child_count_key(const ModelId& parent) {
  return model_key(parent);
}
std::string child_count_key(const ModelId& parent, std::string_view organization) {
  return Out(20 + organization.size()).id(parent).sized(organization).take();
}

std::string replacement_prefix(const ModelId& replacement) {
  return model_key(replacement);
}
std::string replacement_key(const ModelId& replacement, const ModelId& model) {
  return Out(32).id(replacement).id(model).take();
}

std::string price_prefix(const ModelId& system_model) {
  return model_key(system_model);
}
std::string price_key(const ModelId& system_model, Instant from, Position position) {
  return Out(32).id(system_model).instant(from).u64(position).take();
}

std::string timer_key(Instant due_at, const ModelId& model) {
  return Out(24).instant(due_at).id(model).take();
}

std::string history_key(const ModelId& model, Position position) {
  return Out(24).id(model).u64(~position).take();
}
Position position_of_history_key(std::string_view key) {
  return ~In(last(key, 8)).u64();
}

std::int64_t second_of(Instant at) {
  return at.ms >= 0 ? at.ms / 1000 : (at.ms - 999) / 1000;
}
std::string time_key(std::int64_t second) {
  return Out(8).u64(~(static_cast<std::uint64_t>(second) ^ std::uint64_t{1} << 63)).take();
}

std::string expiry_key(Instant expires_at, std::string_view key_hash) {
  return Out(40).instant(expires_at).raw(key_hash).take();
}

}  // namespace almanac::projections
