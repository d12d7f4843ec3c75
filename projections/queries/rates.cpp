#include "projections/queries/rates.hpp"

#include <limits>

#include "projections/key.hpp"
#include "projections/queries/rate_walk.hpp"
#include "projections/queries/walk.hpp"
#include "projections/view.hpp"

namespace almanac::projections {
namespace {

constexpr std::string_view of_no_organization;  // system models stand under the empty one

/// The model as it stands or as it went.
std::optional<Model> ever(const Rows& rows, const ModelId& id) {
  return RowsView(rows).model_as_of(id, std::numeric_limits<Position>::max());
}

/// Whose rates they may and want to see.
class Subjects {
 public:
  Subjects(const Rows& rows, const std::optional<std::string>& seen_by, const RatesAsked& asked)
      : rows_(rows), seen_by_(seen_by), asked_(asked) {
    if (asked.organization) {
      if (!asked.organization->empty() && (!seen_by || *seen_by == *asked.organization))
        prefixes_ = {organization_prefix(*asked.organization)};
    } else if (seen_by) {
      prefixes_ = {organization_prefix(of_no_organization), organization_prefix(*seen_by)};
    } else {
      prefixes_ = {std::string()};
    }
  }

  bool holds(const Model& model) const {
    if (asked_.model && *asked_.model != model.id) return false;
    if (asked_.organization && *asked_.organization != model.organization) return false;
    return !seen_by_ || model.is_system() || *seen_by_ == model.organization;
  }

  void begin_behind(const Model& model) { behind_ = organization_key(model.organization, model.id); }

  std::optional<ModelId> next() {
    if (asked_.model) return the_one();
    while (!run_ || run_->peek() == nullptr) {
      if (range_ == prefixes_.size()) return std::nullopt;
      open(prefixes_[range_++]);
    }
    const ModelId id = model_of_organization_key(*run_->peek());
    run_->pop();
    return id;
  }

 private:
  std::optional<ModelId> the_one() {
    if (range_ == prefixes_.size() || behind_) return std::nullopt;
    range_ = prefixes_.size();
    return *asked_.model;
  }

  void open(const std::string& prefix) {
    constexpr std::size_t first_block = 32;
    if (!behind_ || *behind_ < prefix) {
      run_.emplace(rows_, prefix, std::nullopt, first_block);
    } else if (behind_->starts_with(prefix)) {
      run_.emplace(rows_, prefix, behind_->substr(prefix.size()), first_block);
    } else {
      run_.reset();
    }
  }

  const Rows& rows_;
  const std::optional<std::string>& seen_by_;
  const RatesAsked& asked_;
  std::vector<std::string> prefixes_;
  std::size_t range_ = 0;
  std::optional<std::string> behind_;
  std::optional<EverRun> run_;
};

class PageOfRates {
 public:
  PageOfRates(const Rows& rows, const RatesAsked& asked, std::size_t limit, std::size_t rows_max)
      : rows_(rows), asked_(asked), limit_(limit), allowance_(rows_max), walk_(rows, asked, allowance_) {}

  /// Whether there is room for more.
  bool add(const Model& model, const std::optional<RateWalk::Start>& start) {
    auto stretch = walk_.walk(model, start, limit_ - page_.items.size());
    for (Rate& rate : stretch.rates) {
      if (full()) return end({});
      page_.items.push_back(std::move(rate));
    }
    if (stretch.cut) return end({model.id, stretch.cut->at, stretch.cut->opened_by});
    passed_ = {model.id, asked_.to, 0};
    return true;
  }
  /// The same, if there is a model of the subjects' in the period.
  bool look(const ModelId& id, const Subjects& subjects) {
    if (allowance_.spent()) return end(passed_);
    allowance_.take();
    const auto model = ever(rows_, id);
    const bool there = model && subjects.holds(*model) && model->created_at < asked_.to &&
                       !(model->deleted && model->updated_at <= asked_.from);
    if (there) return add(*model, std::nullopt);
    passed_ = {id, asked_.to, 0};
    return true;
  }
  RatesPage take() { return std::move(page_); }

 private:
  bool full() const { return page_.items.size() == limit_; }
  /// A full page goes on behind its last interval, so that what follows is judged then.
  bool end(const RatesPlace& place) {
    const Rate* last = full() ? &page_.items.back() : nullptr;
    page_.next = last != nullptr ? RatesPlace{last->model, last->to, last->opened_by} : place;
    return false;
  }

  const Rows& rows_;
  const RatesAsked& asked_;
  std::size_t limit_;
  Allowance allowance_;
  RateWalk walk_;
  RatesPlace passed_;
  RatesPage page_;
};

}  // namespace

std::optional<RatesPage> list_rates(const Rows& rows, const std::optional<std::string>& seen_by,
                                    const RatesAsked& asked, const std::optional<RatesPlace>& after,
                                    std::size_t limit, std::size_t rows_max) {
  Subjects subjects(rows, seen_by, asked);
  PageOfRates page(rows, asked, limit, rows_max);
  if (after) {
    const auto model = ever(rows, after->model);
    if (!model || !subjects.holds(*model) || after->at < model->created_at) return std::nullopt;
    subjects.begin_behind(*model);
    if (!page.add(*model, RateWalk::Start{after->at, after->opened_by})) return page.take();
  }
  while (const auto id = subjects.next())
    if (!page.look(*id, subjects)) break;
  return page.take();
}

}  // namespace almanac::projections
