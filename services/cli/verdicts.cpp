#include "services/cli/verdicts.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>

namespace almanac::cli {

namespace json = events::json;

namespace {

json::Value text_value(std::string text) {
  return {.kind = json::Kind::string, .text = std::move(text)};
}
json::Value number_value(std::size_t number) {
  return {.kind = json::Kind::number, .text = std::to_string(number)};
}

json::Value* member_of(json::Value& object, std::string_view name) {
  for (auto& [key, value] : object.members) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::size_t number_of(const json::Value& object, std::string_view name) {
  const auto text = shown(object, name);
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

json::Value row_of(const HeldBack& held) {
  json::Value error{.kind = json::Kind::object,
                    .members = {{"pointer", text_value(held.pointer)}, {"detail", text_value(held.detail)}}};
  return {.kind = json::Kind::object,
          .members = {{"row", number_value(held.row)},
                      {"externalKey", text_value(held.external_key)},
                      {"modelId", {}},
                      {"verdict", text_value("rejected")},
                      {"changes", {.kind = json::Kind::array}},
                      {"errors", {.kind = json::Kind::array, .items = {std::move(error)}}}}};
}

std::string what_of(const json::Value& row) {
  std::string what;
  const auto add = [&](const std::string& part) { what += (what.empty() ? "" : "; ") + part; };
  if (const auto* errors = row.find("errors")) {
    for (const auto& error : errors->items) {
      const auto pointer = shown(error, "pointer");
      add((pointer.empty() ? "" : pointer + ": ") + shown(error, "detail"));
    }
  }
  const auto* changes = row.find("changes");
  if (changes != nullptr && shown(row, "verdict") == "update") {
    for (const auto& change : changes->items) {
      const auto from = shown(change, "from"), to = shown(change, "to");
      add(shown(change, "field") + " " + (from.empty() ? "null" : from) + " -> " +
          (to.empty() ? "null" : to));
    }
  }
  return what;
}

}  // namespace

json::Value with_held_back(const json::Value& answer, const std::vector<std::size_t>& places,
                           const std::vector<HeldBack>& held_back) {
  json::Value whole = answer;
  auto* rows = member_of(whole, "rows");
  auto* counts = member_of(whole, "counts");
  if (rows == nullptr || counts == nullptr) return whole;
  for (auto& row : rows->items) {
    const auto sent = number_of(row, "row");
    if (auto* number = member_of(row, "row"); number != nullptr && sent < places.size()) {
      *number = number_value(places[sent]);
    }
  }
  for (const auto& held : held_back)
    rows->items.push_back(row_of(held));
  std::stable_sort(rows->items.begin(), rows->items.end(), [](const json::Value& a, const json::Value& b) {
    return number_of(a, "row") < number_of(b, "row");
  });
  if (auto* rejected = member_of(*counts, "rejected")) {
    *rejected = number_value(number_of(*counts, "rejected") + held_back.size());
  }
  return whole;
}

void show_verdicts(const Session& session, const json::Value& answer) {
  Table table({{"ROW"}, {"VERDICT"}, {"KEY", Table::Fit::shrink}, {"WHAT", Table::Fit::shrink}});
  if (const auto* rows = answer.find("rows")) {
    for (const auto& row : rows->items) {
      if (shown(row, "verdict") == "unchanged") continue;
      table.add({shown(row, "row"), shown(row, "verdict"), shown(row, "externalKey"), what_of(row)});
    }
  }
  if (!table.empty()) std::cout << table.text(session.terminal.width, session.terminal.colour);
  const auto* counts = answer.find("counts");
  if (counts == nullptr) return;
  std::cout << shown(answer, "mode") << ": " << number_of(*counts, "create") << " create, "
            << number_of(*counts, "update") << " update, " << number_of(*counts, "unchanged")
            << " unchanged, " << number_of(*counts, "rejected") << " rejected";
  if (counts->find("delete") != nullptr) std::cout << ", " << number_of(*counts, "delete") << " delete";
  if (const auto batch = shown(answer, "batchId"); !batch.empty()) std::cout << "; batch " << batch;
  if (const auto position = shown(answer, "position"); !position.empty())
    std::cout << "; position " << position;
  std::cout << "\n";
}

std::size_t rejected_in(const json::Value& answer) {
  const auto* counts = answer.find("counts");
  return counts == nullptr ? 0 : number_of(*counts, "rejected");
}

}  // namespace almanac::cli
