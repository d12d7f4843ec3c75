#include "tests/cli/support/litellm_files.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace almanac::cli::test {

namespace json = events::json;

namespace {

std::string data_file(const std::string& name) {
  return std::string(ALMANAC_SHARED_DIR) + "/data/" + name;
}

std::string unpacked(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(("gzip -dc '" + path + "'").c_str(), "r"), pclose);
  if (!pipe) throw std::runtime_error("gzip cannot be started");
  std::string text;
  char buffer[65'536];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe.get())) > 0;)
    text.append(buffer, got);
  return text;
}

const std::string& text_at(const json::Value& object, std::string_view name) {
  const auto* value = object.find(name);
  if (value == nullptr) throw std::runtime_error("a line without " + std::string(name));
  return value->text;
}

Change change_of(const json::Value& line) {
  const std::string& type = text_at(line, "type");
  Change change{.model = text_at(line, "model")};
  if (type == "removed") {
    change.kind = Change::Kind::removed;
  } else if (type == "changed") {
    change.kind = Change::Kind::changed;
    change.value = *line.find("changes");
  } else {
    change.value = *line.find("value");
  }
  return change;
}

void set(json::Value& object, const std::string& name, const json::Value& to) {
  auto& members = object.members;
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const auto& member) { return member.first == name; });
  const bool gone = to.kind == json::Kind::null;
  if (found == members.end()) {
    if (!gone) members.emplace_back(name, to);
  } else if (gone) {
    members.erase(found);
  } else {
    found->second = to;
  }
}

}  // namespace

std::optional<std::string> real_map_text() {
  std::ifstream file(data_file("litellm_model_prices.json"), std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::optional<std::vector<Snapshot>> real_history() {
  const std::string path = data_file("litellm_history_events.jsonl.gz");
  if (!std::filesystem::exists(path)) return std::nullopt;
  const std::string text = unpacked(path);
  std::vector<Snapshot> history;
  std::string last;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const auto line = json::parse(std::string_view(text).substr(from, end - from)).value();
    from = end + 1;
    if (const std::string& snap = text_at(line, "snap"); snap != last || history.empty()) {
      history.push_back({events::Instant::parse(text_at(line, "ts")).value(), {}});
      last = snap;
    }
    history.back().changes.push_back(change_of(line));
  }
  return history;
}

void fold(ModelMap& map, const Snapshot& snapshot) {
  for (const Change& change : snapshot.changes) {
    switch (change.kind) {
      case Change::Kind::listed:
        map[change.model] = change.value;
        break;
      case Change::Kind::removed:
        map.erase(change.model);
        break;
      case Change::Kind::changed:
        for (const auto& [field, from_to] : change.value.members)
          set(map.at(change.model), field, from_to.items.at(1));
        break;
    }
  }
}

std::string text_of(const ModelMap& map) {
  json::Value object{.kind = json::Kind::object};
  for (const auto& [key, model] : map)
    object.members.emplace_back(key, model);
  std::string text;
  json::write(text, object);
  return text;
}

}  // namespace almanac::cli::test
