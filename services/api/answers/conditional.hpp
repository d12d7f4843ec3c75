#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/api/answers/render_model.hpp"

/// Conditional requests (RFC 9110, 13) on single models.
namespace almanac::api {

/// The tag with its quotes. With `expand` a suffix stands for all that the answer shows, taken from its
/// bytes.
std::string entity_tag(const Subject& subject, const Expand& expand, std::string_view body,
                       events::Instant t);

/// An entity-tag list or `*`, as If-Match and If-None-Match have it. Opaque parts without quotes.
struct TagList {
  struct Entry {
    std::string opaque;
    bool weak = false;
  };
  bool any = false;
  std::vector<Entry> entries;

  /// nullopt: not what RFC 9110 has for an entity-tag list.
  static std::optional<TagList> parse(std::string_view header);
};

/// If-None-Match: weak comparison against the tag with its quotes.
bool none_match_hits(const TagList& list, std::string_view tag);

/// What If-Match asks of a write. `tag` is nullopt for `*`. Of a list that the model's present tag stands in
/// that one, else the first; a weak or foreign entry can never match and becomes a tag that no model has.
struct MatchWanted {
  std::optional<events::Tag> tag;
};
MatchWanted match_wanted(const TagList& list, const std::optional<events::Tag>& present);

}  // namespace almanac::api
