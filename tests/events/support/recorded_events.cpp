#include "tests/events/support/recorded_events.hpp"

#include <rapidcheck.h>

#include <limits>

#include "events/decimal.hpp"
#include "events/model_fields.hpp"
#include "tests/events/support/json_values.hpp"
#include "tests/events/support/samples.hpp"

namespace almanac::events::testing {
namespace {

template <class T>
T any_of(std::initializer_list<T> list) {
  return *rc::gen::elementOf(std::vector<T>(list));
}
bool coin() {
  return *rc::gen::arbitrary<bool>();
}
std::uint64_t number() {
  return any_of<std::uint64_t>(
      {0, 1, 42, std::numeric_limits<std::uint64_t>::max(), *rc::gen::arbitrary<std::uint64_t>()});
}
template <class Make>
auto maybe(Make make) -> std::optional<decltype(make())> {
  if (!coin()) return std::nullopt;
  return make();
}
std::string text() {
  return *json::any_text();
}
std::string name() {
  return *rc::gen::suchThat(json::any_text(), [](const std::string& s) { return !s.empty(); });
}
Uuid uuid() {
  return {*rc::gen::container<std::array<std::uint8_t, 16>>(rc::gen::arbitrary<std::uint8_t>())};
}
Hash hash() {
  return *rc::gen::container<Hash>(rc::gen::arbitrary<std::uint8_t>());
}
Instant instant() {
  return {*rc::gen::inRange<std::int64_t>(-62'167'219'200'000, 253'402'300'800'000)};
}
Multiplier multiplier() {
  return {any_of<std::int64_t>(
      {0, 1, 1'500'000, 10'000'000'000, *rc::gen::inRange<std::int64_t>(0, 10'000'000'001)})};
}
Price price() {
  return {maybe(multiplier), any_of({Tier::standard, Tier::premium})};
}
std::int64_t tokens() {
  return *rc::gen::inRange<std::int64_t>(1, 100'000'001);
}
std::string metadata() {
  return json::written(*json::any_value());
}

FieldValue value_of(Field field, ModelKind kind) {
  const auto or_null = [](auto value) { return value ? FieldValue(*value) : FieldValue(); };
  switch (field) {
    case Field::parent_model_id:
      return uuid().text();
    case Field::metadata:
      return JsonText{metadata()};
    case Field::context_window:
    case Field::max_tokens_per_request:
      return or_null(maybe(tokens));
    case Field::supports_streaming:
      return kind == ModelKind::user ? or_null(maybe(coin)) : FieldValue(coin());
    case Field::supports_tools:
    case Field::supports_vision:
    case Field::supports_reasoning:
    case Field::is_recommended:
      return coin();
    case Field::description:
    case Field::system_prompt:
    case Field::system_prompt_id:
      return or_null(maybe(text));
    default:
      return text();
  }
}

ModelUpdated updated(ModelKind kind) {
  ModelUpdated updated;
  const auto only = *rc::gen::inRange<std::uint32_t>(1, 1U << 16);
  for (std::uint32_t i = 0; i < 16; ++i) {
    const auto field = static_cast<Field>(i);
    if (belongs_to(field, kind) && ((only >> i & 1) != 0 || field == Field::metadata))
      updated.changes.push_back({field, value_of(field, kind), value_of(field, kind)});
  }
  return updated;
}

ModelCreated created(Event& event) {
  ModelCreated created{text(), coin(), metadata(), {}};
  if (!event.organization.empty()) {
    created.own = UserFields{event.head->priced_by, maybe(tokens), maybe(tokens),
                             maybe(coin),           maybe(text),   maybe(text)};
    return created;
  }
  event.head = PriceHead{*event.subject, price(), text(), text()};
  created.own = SystemFields{event.head->provider,
                             event.head->model_name,
                             text(),
                             maybe(text),
                             maybe(tokens),
                             maybe(tokens),
                             coin(),
                             coin(),
                             coin(),
                             coin(),
                             coin()};
  return created;
}

RowVerdict row() {
  RowVerdict row;
  row.row = *rc::gen::arbitrary<std::uint32_t>();
  row.external_key = text();
  row.model = maybe(uuid);
  row.verdict = any_of({Verdict::create, Verdict::update, Verdict::unchanged, Verdict::rejected});
  for (int i = any_of({0, 1, 2}); i > 0; --i)
    row.errors.emplace_back(text(), text());
  return row;
}

Payload payload(std::size_t type, Recorded& recorded) {
  Event& event = recorded.event;
  const ModelKind kind = event.organization.empty() ? ModelKind::system : ModelKind::user;
  switch (type) {
    case 0:
      return LogCreated{recorded.stamp.log_id};
    case 1:
      return created(event);
    case 2:
      return updated(kind);
    case 3:
      return ModelRepriceCancelled{price(), instant(), number()};
    case 4:
      return ModelRepriced{price(), price()};
    case 5:
      return ModelDisabled{};
    case 6:
      return ModelEnabled{};
    case 7:
      return ModelDeprecated{instant(), maybe(text), maybe(uuid)};
    case 8:
      return ModelDeprecationCancelled{instant()};
    case 9:
      return ModelReachedEndOfLife{instant(), instant(), number()};
    case 10:
      return ModelRestored{};
    case 11:
      return ModelDeleted{};
    case 12: {
      CatalogImported imported{uuid(), maybe(uuid), number(), {}};
      for (int i = any_of({0, 1, 5}); i > 0; --i)
        imported.rows.push_back(row());
      return imported;
    }
    case 13:
      return WriterClaimed{recorded.stamp.epoch,
                           text(),
                           text(),
                           text(),
                           maybe(number),
                           maybe(number),
                           coin() ? std::optional(recorded.stamp.log_id) : std::nullopt};
    default:
      return LogSealed{};
  }
}

}  // namespace

Recorded arbitrary_recorded(std::size_t type) {
  Recorded recorded;
  recorded.stamp = {number(),
                    number(),
                    instant(),
                    uuid(),
                    uuid(),
                    0,
                    uuid(),
                    maybe(number),
                    name(),
                    maybe(text),
                    maybe([] {
                      return IdempotencyMark{hash(), hash()};
                    }),
                    maybe(text),
                    hash()};
  recorded.event.effective_at = instant();
  const bool of_a_model = type >= 1 && type <= 11;
  const bool system_only = type == 3 || type == 4;
  if (of_a_model) {
    recorded.stamp.stream_version = std::max<std::uint64_t>(1, number());
    recorded.event.subject = uuid();
    if (!system_only && coin()) {
      recorded.event.organization = name();
      recorded.event.head = PriceHead{uuid(), price(), text(), text()};
    }
  }
  recorded.event.payload = payload(type, recorded);
  return recorded;
}

Recorded sample_recorded() {
  Recorded recorded;
  recorded.stamp.position = 42;
  recorded.stamp.epoch = 7;
  recorded.stamp.time = *Instant::parse("2026-11-22T10:00:00.000Z");
  recorded.stamp.id = id(9);
  recorded.stamp.log_id = id(8);
  recorded.stamp.stream_version = 1;
  recorded.stamp.correlation_id = id(7);
  recorded.stamp.causation = 41;
  recorded.stamp.actor = "member:m-1";
  recorded.stamp.reason = "Because \"we\" can";
  recorded.stamp.idempotency = IdempotencyMark{};
  recorded.stamp.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  recorded.event = user_created(id(1), id(2), recorded.stamp.time);
  return recorded;
}

}  // namespace almanac::events::testing
