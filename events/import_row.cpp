#include "events/import_row.hpp"

#include <utility>

#include "events/deprecation.hpp"
#include "events/price.hpp"

namespace almanac::events {
namespace {

constexpr auto system = ModelKind::system;

template <class T>
FieldValue value_of(const RowMember<T>& member) {
  return member.value ? FieldValue{*member.value} : FieldValue{};
}

/// Takes the members of one row over what stands: absent keeps, null clears.
class RowReading {
 public:
  RowReading(const CatalogRow& row, PlannedRow& out, const Circumstances& at)
      : row_(row), out_(out), at_(at) {}

  void take_fields() {
    take(Field::provider, row_.provider);
    take(Field::model_name, row_.model_name);
    take(Field::display_name, row_.display_name);
    take(Field::description, row_.description);
    take(Field::context_window, row_.context_window);
    take(Field::max_tokens_per_request, row_.max_tokens);
    take(Field::supports_streaming, row_.streaming);
    take(Field::supports_tools, row_.tools);
    take(Field::supports_vision, row_.vision);
    take(Field::supports_reasoning, row_.reasoning);
    take(Field::is_recommended, row_.recommended);
    if (row_.metadata.given) take(Field::metadata, JsonText{row_.metadata.value.value_or("null")});
    if (!row_.enabled.given) return;
    if (!row_.enabled.value) out_.faults.judge("/enabled", "must not be null");
    out_.wanted.enabled = row_.enabled.value.value_or(true);
  }

  void require_for_creation() {
    const auto require = [&](Field field, bool given) {
      if (!given)
        out_.faults.judge(pointer_to(field), "is required: no model has the externalKey " + out_.key);
    };
    require(Field::provider, row_.provider.given);
    require(Field::model_name, row_.model_name.given);
    require(Field::display_name, row_.display_name.given);
    require(Field::context_window, row_.context_window.given);
  }

  void take_price() {
    Price& price = out_.wanted.price;
    const auto standing = price.multiplier;
    if (row_.multiplier.given) price.multiplier = row_.multiplier.value;
    if (row_.tier.given && !row_.tier.value) out_.faults.judge("/modelTier", "must not be null");
    price.tier = row_.tier.value.value_or(price.tier);
    out_.faults.judge("/creditMultiplier", multiplier_fault(price.multiplier));
    if (out_.before && !row_.confirm && suspicious(standing, price.multiplier)) {
      out_.faults.judge(
          "/creditMultiplier",
          "changes from " + standing->text() + " to " + price.multiplier->text() +
              R"(, which looks like a mistake of units; "confirm": true takes it all the same)");
    }
  }

  void take_deprecation() {
    auto& wanted = out_.wanted.deprecation;
    if (row_.end_of_life_at.given) take_date();
    if (!wanted) return refuse_words_without_date();
    if (row_.deprecation_message.given) wanted->message = row_.deprecation_message.value;
    if (row_.replacement_external_key.given) wanted->replacement.reset();
    if (row_.deprecation_message.value) {
      out_.faults.judge("/deprecationMessage",
                        text_fault(*row_.deprecation_message.value, deprecation_message_bounds));
    }
  }

 private:
  template <class T>
  void take(Field field, const RowMember<T>& member) {
    if (member.given) take(field, value_of(member));
  }
  void take(Field field, const FieldValue& value) {
    const std::string pointer = pointer_to(field);
    if (out_.faults.has(pointer)) return;
    if (auto fault = value_fault(system, field, value)) return out_.faults.add(pointer, *std::move(fault));
    set_own(out_.wanted, field, value);
  }

  void take_date() {
    auto& wanted = out_.wanted.deprecation;
    if (!row_.end_of_life_at.value) {
      wanted.reset();
      out_.wanted.ended = false;
      return;
    }
    const Instant date = *row_.end_of_life_at.value;
    if (out_.before) {
      out_.faults.judge("/endOfLifeAt", date_fault(*out_.before, date, at_.now));
      auto sooner = notice_fault(*out_.before, date, at_.policy.min_notice_days, at_.now);
      if (sooner && !row_.confirm) {
        out_.faults.judge("/endOfLifeAt",
                          *std::move(sooner) + R"(; "confirm": true ends it sooner all the same)");
      }
    }
    if (!wanted) wanted.emplace();
    wanted->end_of_life_at = date;
  }

  void refuse_words_without_date() {
    if (out_.faults.has("/endOfLifeAt")) return;
    const std::string detail = "needs an endOfLifeAt: nothing ends here";
    if (row_.deprecation_message.value) out_.faults.judge("/deprecationMessage", detail);
    if (row_.replacement_external_key.value) out_.faults.judge("/replacementExternalKey", detail);
  }

  const CatalogRow& row_;
  PlannedRow& out_;
  const Circumstances& at_;
};

}  // namespace

std::optional<std::string> key_of(const CatalogRow& row) {
  if (row.external_key.value) return row.external_key.value;
  if (!row.provider.value || !row.model_name.value) return std::nullopt;
  return *row.provider.value + "/" + *row.model_name.value;
}

PlannedRow plan_row(const View& view, const CatalogRow& row, const Circumstances& at, NewIds& ids) {
  PlannedRow out;
  out.faults = FaultList(row.faults);
  const auto key = key_of(row);
  if (!key) {
    if (!out.faults.has("/provider") && !out.faults.has("/modelName")) {
      out.faults.judge(pointer_to(Field::external_key),
                       "is required: the row has no provider and modelName to make it from");
    }
    return out;
  }
  out.key = *key;
  if (row.external_key.value) out.faults.judge_text(system, Field::external_key, std::string_view(*key));
  if (const auto id = view.by_external_key(*key)) out.before = view.model(*id);
  if (out.before) {
    out.wanted = *out.before;
    out.wanted.price = price_at(*out.before, at.now);
  } else {
    out.wanted.id = ids.next();
    out.wanted.own = SystemFields{.external_key = *key};
  }
  RowReading reading(row, out, at);
  reading.take_fields();
  if (!out.before) reading.require_for_creation();
  reading.take_price();
  reading.take_deprecation();
  return out;
}

}  // namespace almanac::events
