#include "projections/view.hpp"

#include "projections/key.hpp"
#include "projections/value.hpp"

namespace almanac::projections {

using events::Model;
using events::ModelId;
using events::Position;
using events::Some;

namespace {

// The ids at the end of the keys of a range, as many as are asked for.
std::vector<ModelId> first_of(const Rows& rows, Family family, const std::string& prefix,
                              std::size_t key_size, std::size_t first_max) {
  std::vector<ModelId> first;
  if (first_max == 0) return first;
  rows.scan(family, prefix, [&](std::string_view key, std::string_view) {
    if (!key.starts_with(prefix)) return false;
    if (key.size() == key_size) first.push_back(model_at_end_of(key));
    return first.size() < first_max;
  });
  return first;
}

std::uint64_t count_at(const Rows& rows, Family family, const std::string& key) {
  const auto value = rows.get(family, key);
  return value ? decode_u64(*value) : 0;
}

}  // namespace

std::optional<Model> RowsView::model(const ModelId& id) const {
  const auto value = rows_.get(Family::models, model_key(id));
  if (!value) return std::nullopt;
  Model model = decode_model(*value);
  if (model.deleted) return std::nullopt;
  return model;
}

std::optional<ModelId> RowsView::by_external_key(std::string_view key) const {
  const auto value = rows_.get(Family::external_keys, key);
  if (!value) return std::nullopt;
  return model_at_end_of(*value);
}

Some RowsView::children(const ModelId& parent, std::size_t first_max) const {
  const std::string prefix = children_prefix(parent);
  Some some{.count = count_at(rows_, Family::child_counts, child_count_key(parent)), .first = {}};
  if (some.count > 0) some.first = first_of(rows_, Family::children, prefix, prefix.size() + 16, first_max);
  return some;
}

Some RowsView::replaced_by(const ModelId& replacement, std::size_t first_max) const {
  const std::string prefix = replacement_prefix(replacement);
  Some some{.count = count_at(rows_, Family::replacements, prefix), .first = {}};
  if (some.count > 0)
    some.first = first_of(rows_, Family::replacements, prefix, prefix.size() + 16, first_max);
  return some;
}

std::optional<events::Recorded> RowsView::batch(const events::BatchId& id) const {
  const auto value = rows_.get(Family::batches, model_key(id));
  if (!value) return std::nullopt;
  return decode_batch(*value);
}

std::optional<Model> RowsView::model_as_of(const ModelId& id, Position position) const {
  // Mostly nothing has happened to it since, and a row is a third of the price of a scan.
  if (const auto value = rows_.get(Family::models, model_key(id))) {
    Model now = decode_model(*value);
    if (now.last_position <= position) return now;
  }
  std::optional<Model> model;
  const std::string from = history_key(id, position);
  rows_.scan(Family::history, from, [&](std::string_view key, std::string_view value) {
    if (key.starts_with(model_key(id))) model = decode_model(value);
    return false;
  });
  return model;
}

Position RowsView::catalogue_changed_at() const {
  return count_at(rows_, Family::meta, std::string(catalogue_changed_key));
}

std::optional<Remembered> remembered(const Rows& rows, const events::Hash& key, events::Instant now) {
  const auto value = rows.get(Family::idempotency, {reinterpret_cast<const char*>(key.data()), key.size()});
  if (!value) return std::nullopt;
  const KeyValue command = decode_key(*value);
  if (command.expires_at <= now) return std::nullopt;
  return Remembered{command.fingerprint, command.first, command.last, command.time};
}

}  // namespace almanac::projections
