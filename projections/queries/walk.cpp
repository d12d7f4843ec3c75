#include "projections/queries/walk.hpp"

#include <algorithm>

#include "projections/view.hpp"

namespace almanac::projections {
namespace {

constexpr std::size_t block_max = 1024;
constexpr std::size_t thread_parents_max = 256;

char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A living parent as these rows, which never change, have it. Remembered by the thread until it reads other
/// rows: between two commits every request for a model of the same parent would read and decode it again.
const std::optional<Model>& parent_now(const Rows& rows, const ModelId& id) {
  thread_local std::uint64_t of = 0;
  thread_local std::unordered_map<ModelId, std::optional<Model>> parents;
  if (of != rows.unchanging() || parents.size() == thread_parents_max) parents.clear();
  of = rows.unchanging();
  auto known = parents.find(id);
  if (known == parents.end()) known = parents.emplace(id, RowsView(rows).model(id)).first;
  return known->second;
}

}  // namespace

KeyRun::KeyRun(const Rows& rows, Family family, std::string prefix, const std::optional<std::string>& after,
               std::size_t first_block)
    : rows_(rows), family_(family), prefix_(std::move(prefix)), from_(prefix_), block_(first_block) {
  if (after) from_.append(*after).push_back('\0');
}

const std::string* KeyRun::peek() {
  if (at_ == keys_.size() && !exhausted_) refill();
  return at_ < keys_.size() ? &keys_[at_] : nullptr;
}

void KeyRun::refill() {
  keys_.clear();
  at_ = 0;
  exhausted_ = true;
  rows_.scan(family_, from_, [this](std::string_view key, std::string_view) {
    if (!key.starts_with(prefix_)) return false;
    keys_.emplace_back(key.substr(prefix_.size()));
    exhausted_ = keys_.size() < block_;
    return exhausted_;
  });
  if (!keys_.empty()) (from_ = prefix_ + keys_.back()).push_back('\0');
  block_ = std::min(block_max, block_ * 4);
}

const std::string* EverRun::peek() {
  const std::string* living = living_.peek();
  const std::string* departed = departed_.peek();
  from_ = living == nullptr || (departed != nullptr && *departed < *living) ? &departed_ : &living_;
  return from_->peek();
}

std::optional<Model> ModelReader::living(const ModelId& id) const {
  const RowsView view(rows_);
  std::optional<Model> model = as_of_ ? view.model_as_of(id, *as_of_) : view.model(id);
  if (model && model->deleted) return std::nullopt;
  return model;
}

const Model* ModelReader::parent_of(const Model& model) {
  if (model.is_system()) return nullptr;
  const ModelId& id = model.user().parent;
  if (rows_.unchanging() != 0) {
    const std::optional<Model>& now = parent_now(rows_, id);
    if (!as_of_) return now ? &*now : nullptr;
    if (now && now->last_position <= *as_of_) return &*now;
  }
  auto known = parents_.find(id);
  if (known == parents_.end()) known = parents_.emplace(id, living(id)).first;
  return known->second ? &*known->second : nullptr;
}

Shown ModelReader::show(Model model) {
  Shown shown;
  const Model* parent = parent_of(model);
  const events::Deprecation* end = events::effective_deprecation(model, parent);
  if (end != nullptr && end->replacement) shown.replacement = living(*end->replacement);
  if (parent != nullptr) shown.parent = *parent;
  shown.model = std::move(model);
  return shown;
}

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return ascii_lower(c); });
  return lower;
}

bool contains(std::string_view text, std::string_view lower_case_part) {
  const auto found = std::search(text.begin(), text.end(), lower_case_part.begin(), lower_case_part.end(),
                                 [](char of_text, char of_part) { return ascii_lower(of_text) == of_part; });
  return found != text.end() || lower_case_part.empty();
}

}  // namespace almanac::projections
