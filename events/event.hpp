#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "events/field.hpp"
#include "events/model.hpp"

/// Past-tense facts, plain data. What each says stands in docs/events.md; how it is stored in codec.hpp.
namespace almanac::events {

/// What a user model costs as of its event's `effective_at`, so that a reader of the stream need not call
/// back. Also the head of a system model's ModelCreated, where `priced_by` is its own id.
struct PriceHead {
  ModelId priced_by;
  Price price;
  std::string provider;
  std::string model_name;

  bool operator==(const PriceHead&) const = default;
};

struct LogCreated {
  Uuid log_id;
  std::uint32_t format = 1;
  bool operator==(const LogCreated&) const = default;
};
struct ModelCreated {
  std::string display_name;
  bool enabled = true;
  std::string metadata = "null";
  std::variant<UserFields, SystemFields> own;
  bool operator==(const ModelCreated&) const = default;
};
struct ModelUpdated {
  std::vector<FieldChange> changes;  ///< in the order of Field, never empty
  bool operator==(const ModelUpdated&) const = default;
};
struct ModelRepriced {
  Price from;  ///< the price that would hold at effective_at without this event
  Price to;
  bool operator==(const ModelRepriced&) const = default;
};
struct ModelRepriceCancelled {
  Price price;  ///< the future price taken back
  Instant was_due_at;
  Position scheduled_by = 0;
  bool operator==(const ModelRepriceCancelled&) const = default;
};
struct ModelDisabled {
  bool operator==(const ModelDisabled&) const = default;
};
struct ModelEnabled {
  bool operator==(const ModelEnabled&) const = default;
};
struct ModelDeprecated {
  Instant end_of_life_at;
  std::optional<std::string> message;
  std::optional<ModelId> replacement;
  bool operator==(const ModelDeprecated&) const = default;
};
struct ModelDeprecationCancelled {
  Instant was_due_at;
  bool operator==(const ModelDeprecationCancelled&) const = default;
};
struct ModelReachedEndOfLife {
  Instant due_at;
  Instant fired_at;
  Position scheduled_by = 0;  ///< position of the ModelDeprecated that set the date
  bool operator==(const ModelReachedEndOfLife&) const = default;
};
struct ModelRestored {
  bool operator==(const ModelRestored&) const = default;
};
struct ModelDeleted {
  bool operator==(const ModelDeleted&) const = default;
};

enum class Verdict : std::uint8_t { create, update, unchanged, rejected };
/// What an import or a revert made of one row; the changes themselves are the events of the same append.
struct RowVerdict {
  std::uint32_t row = 0;  ///< from 0, as sent
  std::string external_key;
  std::optional<ModelId> model;
  Verdict verdict = Verdict::unchanged;
  std::vector<std::pair<std::string, std::string>> errors;  ///< (pointer within the row, detail)
  bool operator==(const RowVerdict&) const = default;
};
/// Ends the append of an import or a revert; holds all that its answer needs beside the events before it.
struct CatalogImported {
  BatchId batch;
  std::optional<BatchId> reverts;  ///< set: this is the revert of that batch
  Position first_position = 0;     ///< of the append; the events of the batch stand from here to this event
  std::vector<RowVerdict> rows;
  bool operator==(const CatalogImported&) const = default;
};
struct WriterClaimed {
  Epoch epoch = 0;
  std::string node;
  std::string url;
  std::string build;
  std::optional<Position> loss_accepted_after;  ///< serve --accept-loss-after
  std::optional<Position> sealed_at;            ///< first claim of a log imported from a sealed export
  std::optional<Uuid> log_id;                   ///< a copy's new log id, in force from here on
  bool operator==(const WriterClaimed&) const = default;
};
struct LogSealed {
  bool operator==(const LogSealed&) const = default;
};

/// Several events of one command stand in this order.
using Payload =
    std::variant<LogCreated, ModelCreated, ModelUpdated, ModelRepriceCancelled, ModelRepriced, ModelDisabled,
                 ModelEnabled, ModelDeprecated, ModelDeprecationCancelled, ModelReachedEndOfLife,
                 ModelRestored, ModelDeleted, CatalogImported, WriterClaimed, LogSealed>;

/// `ModelCreated` and so on: the stored name.
std::string_view name_of(const Payload& payload);

/// A fact before it has its place in the log.
struct Event {
  std::optional<ModelId>
      subject;               ///< nullopt: of the log itself, or CatalogImported (whose subject is its batch)
  std::string organization;  ///< empty unless a tenant's
  Instant effective_at;      ///< when it holds; never before the event that caused it
  std::optional<PriceHead> head;  ///< every event of a user model, and a system model's ModelCreated
  Payload payload;

  bool operator==(const Event&) const = default;
};

/// What makes a retry the same command: SHA-256 of (organisation, token kind, subject, key), and of
/// (method, path, query, If-Match, body bytes).
struct IdempotencyMark {
  Hash key{};
  Hash fingerprint{};
  bool operator==(const IdempotencyMark&) const = default;
};

/// An event's place and circumstances: the CloudEvents attributes and our extensions.
struct Stamp {
  Position position = 0;
  Epoch epoch = 0;
  Instant time;
  Uuid id;
  Uuid log_id;
  std::uint64_t stream_version = 0;   ///< the model's version after this event; 0 for events of the log
  Uuid correlation_id;                ///< one per command
  std::optional<Position> causation;  ///< position of the event that caused it
  Actor actor;
  std::optional<std::string> reason;
  std::optional<IdempotencyMark> idempotency;
  std::optional<std::string> traceparent;
  Hash previous{};
  bool operator==(const Stamp&) const = default;
};

/// An event with its place in the log.
struct Recorded {
  Stamp stamp;
  Event event;
  bool operator==(const Recorded&) const = default;
};

}  // namespace almanac::events
