#include "services/writer/overlay.hpp"

namespace almanac::writer {

using projections::Family;

std::optional<std::string> Overlay::get(Family family, std::string_view key) const {
  const Changes& own = changes(family);
  if (const auto found = own.find(key); found != own.end()) return found->second;
  return under_.get(family, key);
}

void Overlay::scan(Family family, std::string_view from,
                   const std::function<bool(std::string_view, std::string_view)>& visit) const {
  const Changes& own = changes(family);
  auto next = own.lower_bound(from);
  bool going = true;
  const auto visit_next = [&] {
    if (next->second) going = visit(next->first, *next->second);
    ++next;
  };
  under_.scan(family, from, [&](std::string_view key, std::string_view value) {
    while (going && next != own.end() && next->first < key)
      visit_next();
    if (!going) return false;
    if (next != own.end() && next->first == key) {
      visit_next();
    } else {
      going = visit(key, value);
    }
    return going;
  });
  while (going && next != own.end())
    visit_next();
}

void Overlay::scan_back(Family family, std::string_view from,
                        const std::function<bool(std::string_view, std::string_view)>& visit) const {
  const Changes& own = changes(family);
  std::map<std::string, std::string> up_to;
  under_.scan(family, {}, [&](std::string_view key, std::string_view value) {
    if (key > from) return false;
    up_to.emplace(key, value);
    return true;
  });
  for (auto change = own.begin(); change != own.end() && change->first <= from; ++change) {
    if (change->second) {
      up_to.insert_or_assign(change->first, *change->second);
    } else {
      up_to.erase(change->first);
    }
  }
  for (auto row = up_to.rbegin(); row != up_to.rend() && visit(row->first, row->second); ++row) {
  }
}

void Overlay::put(Family family, std::string_view key, std::string_view value) {
  changes_[static_cast<std::size_t>(family)].insert_or_assign(std::string(key), std::string(value));
}

void Overlay::erase(Family family, std::string_view key) {
  changes_[static_cast<std::size_t>(family)].insert_or_assign(std::string(key), std::nullopt);
}

}  // namespace almanac::writer
