#include "services/api/requests/query.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "events/json.hpp"
#include "services/api/access/token_claims.hpp"
#include "services/api/answers/event_teller.hpp"

namespace almanac::api {
namespace {

constexpr std::array names{
    AskName{ask::limit, "limit", R"({"type":"integer","minimum":1,"maximum":100,"default":20})",
            "How many items a page holds at most.", "20"},
    AskName{ask::cursor, "cursor", R"({"type":"string","minLength":1})",
            "`nextCursor` of the page before, with the same filters.", ""},
    AskName{ask::lifecycle_state, "lifecycleState",
            R"({"type":"string","enum":["end_of_life","disabled","deprecated","active"]})",
            "Only models in that state at the moment of the answer.", "deprecated"},
    AskName{ask::enabled, "enabled", R"({"type":"boolean"})", "Only models whose own `enabled` is that.",
            "true"},
    AskName{ask::parent_model_id, "parentModelId", R"({"type":"string","format":"uuid"})",
            "Only models of that parent.", ""},
    AskName{ask::q, "q", R"({"type":"string"})",
            "ASCII-case-insensitive substring of displayName, modelName or externalKey.", "gpt"},
    AskName{ask::provider, "provider", R"({"type":"string"})", "Only models of that provider.", "openai"},
    AskName{ask::model_tier, "modelTier", R"({"type":"string","enum":["standard","premium"]})",
            "Only models of that tier at the moment of the answer.", "standard"},
    AskName{ask::expand, "expand[]",
            R"({"type":"array","items":{"type":"string","enum":["parent","effective"]}})",
            "Adds the parent, or every inherited and derived field with the layer it comes from. Repeatable.",
            "parent"},
    AskName{ask::dry_run, "dryRun", R"({"type":"boolean","default":false})",
            "Answers as it would be, and writes nothing.", "true"},
    AskName{
        ask::as_of, "asOf", R"({"type":"string"})",
        "The answer as it would have been then: a position, `<position>.<first 16 digits of its hash>`, an "
        "RFC 3339 time, or the pair in Almanac-As-Of.",
        "2026-11-22T10:00:00Z"},
    AskName{
        ask::after, "after", R"({"type":"string","pattern":"^(0|[1-9][0-9]*)([.][0-9a-f]{16})?$"})",
        "A position, exclusive; with the first 16 hex digits of its hash behind a dot it is refused (409) "
        "where another record stands there.",
        "42"},
    AskName{ask::many, "limit", R"({"type":"integer","minimum":1,"maximum":1000})",
            "How many events a page holds at most.", "100"},
    AskName{ask::type, "type", R"({"type":"array","items":{"type":"string"}})",
            "Only events of that type: `dev.almanac.ModelCreated.v1`, or `ModelCreated` for every version. "
            "Repeatable.",
            "ModelRepriced"},
    AskName{ask::model_id, "modelId", R"({"type":"string","format":"uuid"})", "Only that model.", ""},
    AskName{ask::actor, "actor", R"({"type":"string","minLength":1})",
            "Only events of that actor, as the events show it.", "member:ada"},
    AskName{ask::from, "from", R"({"type":"string","format":"date-time"})", "Only events at or after then.",
            "2026-11-22T10:00:00Z"},
    AskName{ask::to, "to", R"({"type":"string","format":"date-time"})", "Only events before then.",
            "2026-11-23T10:00:00Z"},
    AskName{ask::expand_parent, "expand[]", R"({"type":"array","items":{"type":"string","enum":["parent"]}})",
            "`parent` interleaves the events of the system model that it stands on, and of those before.",
            "parent"},
    AskName{ask::period_from, "from", R"({"type":"string","format":"date-time"})",
            "Where the period begins; intervals are clipped to it.", "2026-11-01T00:00:00Z"},
    AskName{ask::period_to, "to", R"({"type":"string","format":"date-time"})",
            "Where the period ends, exclusive; may lie ahead.", "2026-12-01T00:00:00Z"},
    AskName{ask::organization_id, "organizationId",
            R"({"type":"string","pattern":"^[A-Za-z0-9._-]{1,128}$"})",
            "Only that organisation's own models; another than yours has none for you.", "acme"},
};

constexpr Asks repeatable = ask::expand | ask::expand_parent | ask::type;

std::optional<bool> flag(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

/// What pages of events, the stream and rates are asked with.
std::optional<std::string> take_of_events(Query& query, Asks bit, const std::string& value) {
  switch (bit) {
    case ask::after:
      query.after = LogPlace::parse(value);
      if (!query.after) return "must be a position, or a position, a dot and 16 hex digits of its hash";
      return std::nullopt;
    case ask::many: {
      const auto many = parse_decimal(value);
      if (!many || *many < 1 || *many > 1000) return "must be a whole number from 1 to 1000";
      query.many = static_cast<std::size_t>(*many);
      return std::nullopt;
    }
    case ask::type:
      if (!is_event_type(value)) return "must be the type of an event, such as ModelCreated";
      query.types.push_back(value);
      return std::nullopt;
    case ask::model_id:
      query.model = events::ModelId::parse(value);
      if (!query.model) return "must be a model's id";
      return std::nullopt;
    case ask::actor:
      if (value.empty() || !is_text(value)) return "must be the actor of an event, such as member:ada";
      query.actor = value;
      return std::nullopt;
    case ask::from:
    case ask::to:
    case ask::period_from:
    case ask::period_to: {
      auto& instant = (bit & (ask::from | ask::period_from)) != 0 ? query.from : query.to;
      instant = parse_time(value);
      if (!instant) return "must be a time as RFC 3339 has it";
      return std::nullopt;
    }
    case ask::organization_id:
      if (!is_organization_id(value)) return "must be 1 to 128 of A-Z a-z 0-9 . _ -";
      query.organization = value;
      return std::nullopt;
    case ask::expand_parent:
      if (value != "parent") return "must be parent";
      query.expand.parent = true;
      return std::nullopt;
    default:
      return "is not known here";
  }
}

/// Reads one value into its place; a sentence when it is malformed.
std::optional<std::string> take(Query& query, Asks bit, const std::string& value) {
  switch (bit) {
    case ask::limit: {
      const auto limit = parse_decimal(value);
      if (!limit || *limit < 1 || *limit > 100) return "must be a whole number from 1 to 100";
      query.limit = static_cast<std::size_t>(*limit);
      return std::nullopt;
    }
    case ask::cursor:
      query.cursor = value;
      return std::nullopt;
    case ask::lifecycle_state:
      query.state = events::lifecycle_named(value);
      if (!query.state) return "must be one of end_of_life, disabled, deprecated, active";
      return std::nullopt;
    case ask::enabled:
      query.enabled = flag(value);
      if (!query.enabled) return "must be true or false";
      return std::nullopt;
    case ask::parent_model_id:
      query.parent = events::ModelId::parse(value);
      if (!query.parent) return "must be a model's id";
      return std::nullopt;
    case ask::q:
    case ask::provider:
      if (!is_text(value)) return "must be UTF-8";
      (bit == ask::q ? query.q : query.provider) = value;
      return std::nullopt;
    case ask::model_tier:
      query.tier = events::tier_named(value);
      if (!query.tier) return "must be one of standard, premium";
      return std::nullopt;
    case ask::expand:
      if (value == "parent")
        query.expand.parent = true;
      else if (value == "effective")
        query.expand.effective = true;
      else
        return "must be one of parent, effective";
      return std::nullopt;
    case ask::dry_run:
      if (!flag(value)) return "must be true or false";
      query.dry_run = *flag(value);
      return std::nullopt;
    case ask::as_of:
      query.as_of = AsOf::parse(value);
      if (!query.as_of) return "must be a position, a time, or the pair of Almanac-As-Of";
      return std::nullopt;
    default:
      return take_of_events(query, bit, value);
  }
}

std::string shown(std::string_view name) {
  return is_text(name) ? std::string(name) : std::string("?");
}

Fault fault_of(std::string_view parameter, std::string detail) {
  return {Fault::Place::parameter, shown(parameter), std::move(detail)};
}

/// What no parameter shows alone: one that is missing, and an end before its beginning. Events between an
/// instant and itself are none; a period that is empty has no rates, and who asks for it has mixed up
/// something.
void judge_together(Query& query, Asks taken, Asks seen) {
  for (const AskName& name : names)
    if ((taken & ~seen & name.bit & ask::required) != 0)
      query.faults.push_back(fault_of(name.name, "is required"));
  if (!query.from || !query.to || *query.from < *query.to) return;
  const bool of_period = (taken & ask::period) != 0;
  if (of_period)
    query.faults.push_back(fault_of("to", "must lie after `from`"));
  else if (*query.to < *query.from)
    query.faults.push_back(fault_of("to", "must not lie before `from`"));
}

}  // namespace

std::span<const AskName> ask_names() {
  return names;
}

Query parse_query(Asks taken, const std::vector<Parameter>& parameters) {
  Query query;
  Asks seen = 0;
  const auto fault = [&](std::string_view name, std::string detail) {
    query.faults.push_back(fault_of(name, std::move(detail)));
  };
  for (const Parameter& parameter : parameters) {
    const auto known = std::find_if(names.begin(), names.end(), [&](const AskName& name) {
      return name.name == parameter.name && (taken & name.bit) != 0;
    });
    if (known == names.end()) {
      fault(parameter.name, "is not a parameter of this request");
      continue;
    }
    if ((seen & known->bit & ~repeatable) != 0) {
      fault(parameter.name, "may stand only once");
      continue;
    }
    seen |= known->bit;
    if (auto detail = take(query, known->bit, parameter.value)) fault(parameter.name, std::move(*detail));
  }
  judge_together(query, taken, seen);
  return query;
}

std::string Query::use(std::string_view list) const {
  std::string use(list);
  const auto add = [&](std::string_view name, std::string_view value) {
    use.append("&").append(name).append(std::to_string(value.size())).append("=").append(value);
  };
  if (state) add("state", events::name_of(*state));
  if (enabled) add("enabled", *enabled ? "true" : "false");
  if (parent) add("parent", parent->text());
  if (q) add("q", *q);
  if (provider) add("provider", *provider);
  if (tier) add("tier", events::name_of(*tier));
  if (model) add("model", model->text());
  if (organization) add("organization", *organization);
  if (from) add("from", from->text());
  if (to) add("to", to->text());
  return use;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_text(std::string_view bytes) {
  std::string quoted;
  if (bytes.find('\0') != std::string_view::npos) return false;
  events::json::write_string(quoted, bytes);
  return events::json::parse(quoted).has_value();
}

}  // namespace almanac::api
