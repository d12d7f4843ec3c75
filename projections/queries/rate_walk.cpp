#include "projections/queries/rate_walk.hpp"

#include <algorithm>

namespace almanac::projections {
namespace {

const ModelId& priced_by(const Model& model) {
  return model.is_system() ? model.id : model.user().parent;
}

const Model& standing(const Life& life, Instant t) {
  const Model* model = life.at(t);
  if (model == nullptr) throw Damaged("the read models lack the history of a model that others stand on");
  return *model;
}

const Model* parent_at(const Model& own, const Life& pricer, Instant t) {
  return own.is_system() ? nullptr : &standing(pricer, t);
}

bool goes_on(const Rate& rate, const Rate& next) {
  Rate same = next;
  same.from = rate.from;
  same.to = rate.to;
  return rate.to == next.from && same == rate;
}

}  // namespace

std::vector<RateWalk::Opening> RateWalk::openings_of(const Life& life, const Prices& prices) {
  std::vector<Opening> openings;
  std::optional<events::Price> before;
  if (!prices.rows.empty()) {
    const Instant just_before{prices.rows.front().from.ms - 1};
    if (const Model* held = life.at(just_before)) before = events::price_at(*held, just_before);
  }
  for (const PriceRow& row : prices.rows) {
    const bool opens = !before || before->multiplier != row.price.multiplier;
    const Opening earlier = openings.empty() ? Opening{} : openings.back();
    openings.push_back(opens ? Opening{row.from, row.opened_by} : earlier);
    before = row.price;
  }
  return openings;
}

std::vector<RateWalk::Opening> RateWalk::openings_of(const Life& own, const std::optional<Start>& start) {
  std::vector<Opening> openings;
  for (std::size_t i = 0; i < own.snapshots.size(); ++i) {
    const Model& model = own.snapshots[i];
    const bool moved = i == 0 || priced_by(model) != priced_by(own.snapshots[i - 1]);
    if (start && model.updated_at < start->at)
      openings.push_back({std::nullopt, start->opened_by});
    else
      openings.push_back(moved ? Opening{model.updated_at, model.last_position} : openings.back());
  }
  return openings;
}

RateWalk::Opening RateWalk::opening_at(const Own& own, const Pricer& pricer, Instant t) {
  const auto place = own.life.at(t) - own.life.snapshots.data();
  const Opening& stay = own.openings[static_cast<std::size_t>(place)];
  const PriceRow* price = pricer.prices.at(t);
  if (price == nullptr) return stay;
  return std::max(stay, pricer.openings[static_cast<std::size_t>(price - pricer.prices.rows.data())]);
}

const RateWalk::Pricer& RateWalk::pricer(const ModelId& id, std::optional<Instant> since) {
  auto known = pricers_.find(id);
  if (known != pricers_.end() && (!known->second.since || known->second.since == since)) return known->second;
  Pricer read;
  read.since = since;
  read.life = life_of(rows_, id, since, to_, allowance_);
  read.prices = prices_between(rows_, id, since, to_, allowance_);
  read.openings = openings_of(read.life, read.prices);
  return pricers_.insert_or_assign(id, std::move(read)).first->second;
}

Rate RateWalk::rate_at(const Own& own, const Pricer& pricer, Instant t) const {
  const Model& model = standing(own.life, t);
  const Model& system_model = standing(pricer.life, t);
  const PriceRow* price = pricer.prices.at(t);
  Rate rate;
  rate.model = model.id;
  rate.organization = model.organization;
  rate.priced_by = system_model.id;
  rate.from = t;
  rate.price = price != nullptr ? price->price : events::price_at(system_model, t);
  rate.provider = system_model.system().provider;
  rate.model_name = system_model.system().model_name;
  rate.state = events::effective_state(model, parent_at(model, pricer.life, t), t);
  rate.opened_by = opening_at(own, pricer, t).by;
  return rate;
}

void RateWalk::tell(Stretch& stretch, Rate rate) const {
  rate.from = std::max(rate.from, from_);
  if (rate.from >= rate.to) return;
  if (!stretch.rates.empty() && goes_on(stretch.rates.back(), rate))
    stretch.rates.back().to = rate.to;
  else
    stretch.rates.push_back(std::move(rate));
}

RateWalk::Stretch RateWalk::walk(const Model& subject, const std::optional<Start>& start, std::size_t most) {
  Stretch stretch;
  const auto since = start ? std::optional(start->at) : std::nullopt;
  if (since && *since >= to_) return stretch;
  const Life read = subject.is_system() ? Life{} : life_of(rows_, subject.id, since, to_, allowance_);
  const Life& life = subject.is_system() ? pricer(subject.id, since).life : read;
  const Own own{life, openings_of(life, start)};
  Instant t = std::max(since.value_or(subject.created_at), subject.created_at);
  events::Position opened_by = start ? start->opened_by : 0;
  while (t < to_ && stretch.rates.size() <= most) {
    if (t >= life.known_until) {
      stretch.cut = Start{t, opened_by};
      break;
    }
    const Model& model = standing(life, t);
    if (model.deleted) break;
    const Pricer& by = pricer(priced_by(model), since);
    if (t >= by.known_until()) {
      stretch.cut = Start{t, opened_by};
      break;
    }
    Rate rate = rate_at(own, by, t);
    rate.to = std::min({to_, life.known_until, by.known_until()});
    for (const auto next : {life.next_after(t), by.life.next_after(t), by.prices.next_after(t),
                            events::next_change_after(model, parent_at(model, by.life, t), t)})
      if (next) rate.to = std::min(rate.to, *next);
    t = rate.to;
    opened_by = rate.opened_by;
    tell(stretch, std::move(rate));
  }
  return stretch;
}

}  // namespace almanac::projections
