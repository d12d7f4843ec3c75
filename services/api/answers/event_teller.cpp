#include "services/api/answers/event_teller.hpp"

#include <algorithm>

#include "events/envelope.hpp"

namespace almanac::api {
namespace {

constexpr std::string_view catalogue_key = "catalogue";

template <std::size_t... I>
bool is_payload_name(std::string_view name, std::index_sequence<I...>) {
  return ((events::name_of(events::Payload(std::in_place_index<I>)) == name) || ...);
}

bool is_payload_name(std::string_view name) {
  return is_payload_name(name, std::make_index_sequence<std::variant_size_v<events::Payload>>{});
}

}  // namespace

bool is_event_type(std::string_view name) {
  const auto whole = events::type_of(name);
  return is_payload_name(whole ? whole->type : name);
}

std::string_view header_of(const events::RecordView& record, std::string_view name) {
  for (const auto& [header, text] : record.headers)
    if (header == name) return text;
  return {};
}

EventTeller::EventTeller(const events::Caller& caller, EventFilter filter)
    : key_("org:" + caller.organization), filter_(std::move(filter)) {
  using Attributes = events::Visible::Attributes;
  visible_.attributes =
      caller.scopes.has(events::Scope::events_read_all) ? Attributes::all : Attributes::tenant;
  const bool sees_all = visible_.attributes == Attributes::all;
  if (filter_.types.empty() && !filter_.subject && !filter_.actor) audience_ = sees_all ? "all" : key_;
}

bool EventTeller::sees(std::string_view key) const {
  return visible_.attributes == events::Visible::Attributes::all || key == catalogue_key || key == key_;
}

bool EventTeller::asked_for(const events::RecordView& record) const {
  if (filter_.subject && header_of(record, "ce_subject") != filter_.subject->text()) return false;
  if (filter_.actor) {
    // By what the reader sees, or a filter would tell who is behind `operator`.
    const bool nameless =
        visible_.attributes == events::Visible::Attributes::tenant && record.key == catalogue_key;
    const std::string_view actor = nameless ? std::string_view("operator") : header_of(record, "ce_actor");
    if (actor != *filter_.actor) return false;
  }
  if (filter_.types.empty()) return true;
  const std::string_view whole = header_of(record, "ce_type");
  const auto type = events::type_of(whole);
  return std::any_of(filter_.types.begin(), filter_.types.end(), [&](const std::string& wanted) {
    return wanted == whole || (type && wanted == type->type);
  });
}

std::optional<EventTeller::Told> EventTeller::tell(const log::Entry& entry) const {
  const auto record = events::view_of(entry.record.bytes);
  if (!record || !sees(record->key) || !asked_for(*record)) return std::nullopt;
  return Told{std::string(header_of(*record, "ce_type")),
              events::structured(*record, entry.record.hash, visible_)};
}

}  // namespace almanac::api
