#pragma once
#include "projections/queries/walk.hpp"

namespace almanac::projections {

/// A filter made ready once for a page: the part in lower case.
class ModelMatch {
 public:
  ModelMatch(const ModelFilter& filter, Instant t)
      : filter_(filter), part_(ascii_lower(filter.q.value_or(""))), t_(t) {}
  bool operator()(const Model& model, const Model* parent) const;

 private:
  const ModelFilter& filter_;
  std::string part_;
  Instant t_;
};

class CatalogueMatch {
 public:
  CatalogueMatch(const CatalogueFilter& filter, Instant t)
      : filter_(filter), part_(ascii_lower(filter.q.value_or(""))), t_(t) {}
  bool operator()(const Model& system_model) const;

 private:
  const CatalogueFilter& filter_;
  std::string part_;
  Instant t_;
};

}  // namespace almanac::projections
