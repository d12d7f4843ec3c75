#include <array>
#include <utility>

#include "events/codec.hpp"
#include "events/envelope.hpp"
#include "events/payload_read.hpp"

// Reads what encode.cpp writes, version by version. Every fault is reported; nothing is guessed.
namespace almanac::events {
namespace {

// A value may hold metadata 64 deep below its own levels; an import's record may be large.
constexpr json::Limits stored_limits{std::size_t{256} << 20, 72};

/// What a thread keeps between records, so that a large import's does not stay for ever.
constexpr std::size_t kept_nodes_max = 16'384;

template <class Plain>
Payload plain(ObjectReader&, const Event&) {
  return Plain{};
}

enum class About : std::uint8_t { log, batch, system_model, any_model };
struct Known {
  std::string_view type;
  std::uint32_t version;
  About about;
  Payload (*read)(ObjectReader&, const Event&);
};
// Every type and version ever released. An older version gets a reader that ends in today's payload.
constexpr std::array<Known, 15> known{{
    {"LogCreated", 1, About::log, read_log_created},
    {"ModelCreated", 1, About::any_model, read_model_created},
    {"ModelUpdated", 1, About::any_model, read_model_updated},
    {"ModelRepriceCancelled", 1, About::system_model, read_model_reprice_cancelled},
    {"ModelRepriced", 1, About::system_model, read_model_repriced},
    {"ModelDisabled", 1, About::any_model, plain<ModelDisabled>},
    {"ModelEnabled", 1, About::any_model, plain<ModelEnabled>},
    {"ModelDeprecated", 1, About::any_model, read_model_deprecated},
    {"ModelDeprecationCancelled", 1, About::any_model, read_model_deprecation_cancelled},
    {"ModelReachedEndOfLife", 1, About::any_model, read_model_reached_end_of_life},
    {"ModelRestored", 1, About::any_model, plain<ModelRestored>},
    {"ModelDeleted", 1, About::any_model, plain<ModelDeleted>},
    {"CatalogImported", 1, About::batch, read_catalog_imported},
    {"WriterClaimed", 1, About::log, read_writer_claimed},
    {"LogSealed", 1, About::log, plain<LogSealed>},
}};

const Known* form_of(const TypeAndVersion& type) {
  for (const Known& one : known) {
    if (one.type == type.type && one.version == type.version) return &one;
  }
  return nullptr;
}

bool is_model(About about) {
  return about == About::system_model || about == About::any_model;
}

/// Where the envelope and the value say the same thing, they must agree.
struct Agreement {
  const Envelope& envelope;
  const Event& event;
  std::vector<std::string>& faults;

  void expect(bool agrees, const char* otherwise) const {
    if (!agrees) faults.emplace_back(otherwise);
  }
  void of_the_whole(About about) const {
    expect(envelope.subject.has_value() == (about != About::log), "ce_subject does not fit the type");
    expect(envelope.organization.empty() || about == About::any_model,
           "ce_organization does not fit the type");
    expect((envelope.stamp.stream_version > 0) == is_model(about), "ce_streamversion does not fit the type");
  }
  void operator()(const LogCreated& created) const {
    expect(created.log_id == envelope.stamp.log_id, "/logId is not that of ce_source");
  }
  void operator()(const WriterClaimed& claimed) const {
    expect(claimed.epoch == envelope.stamp.epoch, "/epoch is not ce_epoch");
    expect(!claimed.log_id || *claimed.log_id == envelope.stamp.log_id, "/logId is not that of ce_source");
  }
  void operator()(const CatalogImported& imported) const {
    expect(imported.batch == envelope.subject, "/batchId is not ce_subject");
  }
  void operator()(const ModelCreated& created) const {
    if (!event.head) return;
    const auto* user = std::get_if<UserFields>(&created.own);
    expect(
        user == nullptr ? event.head->priced_by == envelope.subject : event.head->priced_by == user->parent,
        "/pricedBy is not the system model of this one");
  }
  template <class Other>
  void operator()(const Other&) const {}
};

std::string joined(const std::vector<std::string>& faults) {
  std::string all;
  for (const auto& fault : faults) {
    if (!all.empty()) all += "; ";
    all += fault;
  }
  return all;
}

tl::unexpected<NotAnEvent> foreign(std::string detail) {
  return tl::make_unexpected(NotAnEvent{NotAnEvent::Why::foreign, std::move(detail)});
}
tl::unexpected<NotAnEvent> unknown(std::string detail) {
  return tl::make_unexpected(NotAnEvent{NotAnEvent::Why::unknown, std::move(detail)});
}

Event read_event(const Known& form, Envelope& envelope, const ObjectReader::Nodes& nodes,
                 std::vector<std::string>& faults) {
  Event event;
  event.organization = envelope.organization;
  ObjectReader in(nodes, 0, "", faults);
  event.effective_at = in.instant("effectiveAt");
  const bool created = form.read == read_model_created;
  if (created || (is_model(form.about) && !event.organization.empty())) event.head = read_head(in);
  event.payload = form.read(in, event);
  in.finish();
  if (is_model(form.about)) event.subject = envelope.subject;

  const Agreement agreement{envelope, event, faults};
  agreement.of_the_whole(form.about);
  std::visit(agreement, event.payload);
  return event;
}

}  // namespace

tl::expected<Recorded, NotAnEvent> decode(std::string_view canonical_bytes) {
  const auto record = view_of(canonical_bytes);
  if (!record) return foreign("not a canonical record");
  std::vector<std::string> faults;
  auto envelope = envelope_of(*record, faults);
  if (!envelope) return foreign(joined(faults));

  for (const std::string_view name : envelope->unknown_headers)
    faults.push_back("header " + std::string(name) + " is not known to this build");
  const Known* form = form_of(envelope->type);
  if (form == nullptr) {
    faults.push_back("type " + std::string(envelope->type.type) + " version " +
                     std::to_string(envelope->type.version) + " is not known to this build");
    return unknown(joined(faults));
  }
  thread_local ObjectReader::Nodes nodes;
  if (nodes.capacity() > kept_nodes_max) ObjectReader::Nodes{}.swap(nodes);
  if (const auto fault = json::scan(record->value, stored_limits, nodes)) {
    faults.push_back("value: " + fault->detail + " at byte " + std::to_string(fault->offset));
  } else if (nodes.front().kind != json::Kind::object) {
    faults.emplace_back("value is not an object");
  }
  if (!faults.empty()) return unknown(joined(faults));

  Recorded recorded;
  recorded.event = read_event(*form, *envelope, nodes, faults);
  if (key_of(recorded.event) != record->key)
    faults.push_back("key " + std::string(record->key) + " does not fit the event");
  if (!faults.empty()) return unknown(joined(faults));
  recorded.stamp = std::move(envelope->stamp);
  return recorded;
}

}  // namespace almanac::events
