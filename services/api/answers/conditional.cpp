#include "services/api/answers/conditional.hpp"

#include <algorithm>

#include "events/hash.hpp"

namespace almanac::api {
namespace {

/// etagc (RFC 9110, 8.8.3): visible characters but the quote, and obs-text.
bool tag_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

/// `5-2-0` and `5-2-0-<suffix of expand>` are the same state.
events::Tag state_named(std::string_view opaque) {
  std::size_t end = 0;
  for (int dashes = 0; end < opaque.size(); ++end)
    if (opaque[end] == '-' && ++dashes == 3) break;
  return events::Tag::parse(opaque.substr(0, end)).value_or(events::Tag{});
}

}  // namespace

std::string entity_tag(const Subject& subject, const Expand& expand, std::string_view body,
                       events::Instant t) {
  std::string tag = "\"" + events::tag_of(subject.model(), subject.parent(), t).text();
  if (expand.any()) tag.append("-").append(events::hex(events::sha256(body)).substr(0, 16));
  tag.push_back('"');
  return tag;
}

std::optional<TagList> TagList::parse(std::string_view header) {
  TagList list;
  const auto skip_blanks = [&] {
    while (!header.empty() && (header.front() == ' ' || header.front() == '\t'))
      header.remove_prefix(1);
  };
  skip_blanks();
  if (header == "*") {
    list.any = true;
    return list;
  }
  while (!header.empty()) {
    if (header.front() == ',') {  // an empty element, which a recipient ignores (RFC 9110, 5.6.1)
      header.remove_prefix(1);
      skip_blanks();
      continue;
    }
    Entry entry;
    if (header.substr(0, 2) == "W/") {
      entry.weak = true;
      header.remove_prefix(2);
    }
    if (header.empty() || header.front() != '"') return std::nullopt;
    const std::size_t end = header.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    entry.opaque = header.substr(1, end - 1);
    if (!std::all_of(entry.opaque.begin(), entry.opaque.end(), tag_character)) return std::nullopt;
    list.entries.push_back(entry);
    header.remove_prefix(end + 1);
    skip_blanks();
    if (!header.empty() && header.front() != ',') return std::nullopt;
  }
  if (list.entries.empty()) return std::nullopt;
  return list;
}

bool none_match_hits(const TagList& list, std::string_view tag) {
  if (list.any) return true;
  const std::string_view opaque = tag.substr(1, tag.size() - 2);
  return std::any_of(list.entries.begin(), list.entries.end(),
                     [&](const TagList::Entry& entry) { return entry.opaque == opaque; });
}

MatchWanted match_wanted(const TagList& list, const std::optional<events::Tag>& present) {
  if (list.any) return {};
  const auto state_of = [](const TagList::Entry& entry) {
    return entry.weak ? events::Tag{} : state_named(entry.opaque);
  };
  for (const TagList::Entry& entry : list.entries)
    if (present && state_of(entry) == *present) return {*present};
  return {state_of(list.entries.front())};
}

}  // namespace almanac::api
