#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/queries/models.hpp"
#include "projections/rows.hpp"

/// What the list queries share: keys of a range in order, and models put together with what they are shown
/// with.
namespace almanac::projections {

/// The keys of one range, a block at a time, without their prefix.
class KeyRun {
 public:
  KeyRun(const Rows& rows, Family family, std::string prefix, const std::optional<std::string>& after,
         std::size_t first_block);
  /// The next one, nullptr at the end; stays until `pop`.
  const std::string* peek();
  void pop() { ++at_; }

 private:
  void refill();

  const Rows& rows_;
  Family family_;
  std::string prefix_;
  std::string from_;
  std::size_t block_;
  std::vector<std::string> keys_;
  std::size_t at_ = 0;
  bool exhausted_ = false;
};

/// Models that live and models that are gone, in the one order of both: of an organisation, or (with an empty
/// prefix) of all of them, the keys then with their organisation.
class EverRun {
 public:
  EverRun(const Rows& rows, const std::string& prefix, const std::optional<std::string>& after,
          std::size_t first_block)
      : living_(rows, Family::by_organization, prefix, after, first_block),
        departed_(rows, Family::departed, prefix, after, first_block) {}
  EverRun(const EverRun&) = delete;
  EverRun& operator=(const EverRun&) = delete;

  const std::string* peek();
  void pop() { from_->pop(); }

 private:
  KeyRun living_;
  KeyRun departed_;
  KeyRun* from_ = &living_;
};

/// Models as they stand, or as they stood right after a position; parents are read once for a page.
class ModelReader {
 public:
  explicit ModelReader(const Rows& rows, std::optional<events::Position> as_of = std::nullopt)
      : rows_(rows), as_of_(as_of) {}
  /// nullopt when it does not exist or is deleted.
  std::optional<Model> living(const ModelId& id) const;
  /// Stays until this thread asks for the next one.
  const Model* parent_of(const Model& model);
  Shown show(Model model);

 private:
  const Rows& rows_;
  std::optional<events::Position> as_of_;
  std::unordered_map<ModelId, std::optional<Model>> parents_;
};

/// ASCII-case-insensitive substring (api.md, `q`).
bool contains(std::string_view text, std::string_view lower_case_part);
std::string ascii_lower(std::string_view text);

/// Walks rows until the page is full and one more is known to match, or `scan_max` rows were looked at.
/// Next: () -> pointer to the current key, nullptr at the end; Pop: () -> moves on; Take: (key) -> what is
/// shown, nullopt when it does not match.
template <class Next, class Pop, class Take>
Page fill_page(std::size_t limit, const Next& next, const Pop& pop, const Take& take) {
  Page page;
  page.items.reserve(std::min<std::size_t>(limit, 32));  // growing moves every model in it
  std::string last_looked_at;
  std::string last_taken;
  std::size_t looked_at = 0;
  for (const std::string* key = next(); key != nullptr; key = next()) {
    if (looked_at == scan_max) {
      page.next = page.items.size() == limit ? last_taken : last_looked_at;
      return page;
    }
    ++looked_at;
    last_looked_at = *key;
    if (std::optional<Shown> shown = take(*key)) {
      if (page.items.size() == limit) {
        page.next = last_taken;
        return page;
      }
      page.items.push_back(std::move(*shown));
      last_taken = last_looked_at;
    }
    pop();
  }
  return page;
}

}  // namespace almanac::projections
