#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "events/model.hpp"
#include "tests/cli/support/litellm_files.hpp"
#include "tests/writer/support/watch.hpp"

namespace almanac::cli::test {

/// The history of the map as an operator would have imported it: one import a snapshot, of the models that it
/// touched, on a real log and real read models whose clock stands at the snapshot's own time.
///
/// What a row says of a field that the map has no more: a file's absent member keeps what stands, because a
/// file does not tell a field that was taken away from one that nobody wrote. The history does tell: a
/// `changed` line names the field as gone, and a `seed` or `added` line is a whole listing. There the row
/// says null where null clears (maxTokensPerRequest, creditMultiplier, endOfLifeAt), false for a capability
/// (the README: absent is unknown, stored as false), and a new model's default for streaming and tier. A
/// window cannot be cleared: it stands.
///
/// The operator plans first. A price that the plan finds suspicious is confirmed; a model past its end whose
/// date becomes another is restored by an import of its own before, as the plan's error says. A removed model
/// reaches its end of life at its removal, unless it did before; one that is listed again has it cleared.
class Replay {
 public:
  struct Counts {
    std::size_t imports = 0, rows = 0, created = 0, updated = 0, unchanged = 0, held_back = 0, confirmed = 0,
                reopened = 0, removals = 0;
    std::map<std::string, std::size_t> rejected;  ///< by the pointer of the first error
  };

  /// The log begins at that time.
  explicit Replay(events::Instant begin);

  void take(const Snapshot& snapshot);
  /// Time passes to the snapshot's and the map changes; nothing is imported.
  void move_to(const Snapshot& snapshot);
  /// Imports the whole map as a file: absent keeps.
  events::CatalogImported import_file();
  /// Imports what the snapshot, which the map holds already, says of its models: what it says is gone, goes.
  events::CatalogImported import_changes(const Snapshot& snapshot);
  /// Ends the replay, of which nothing may be asked after: its log lies in that data directory, as a node
  /// that stopped leaves it.
  void leave_in(const std::filesystem::path& data);

  std::optional<events::Model> model(const std::string& key) const;
  events::Instant now() const { return desk.writer->log_time().now; }
  const ModelMap& map() const { return map_; }

  writer::test::Desk desk;
  Counts counts;

 private:
  struct Touched {
    bool whole = false;
    std::set<std::string> gone;  ///< fields of the map
  };
  using Rows = std::vector<events::json::Value>;

  Rows rows_of(const std::map<std::string, Touched>& touched);
  void add_renamed(std::map<std::string, Touched>& touched);
  void amend_by_plan(Rows& rows);
  events::CatalogImported import(const Rows& rows, writer::Submission::Run run);
  void count(const events::CatalogImported& imported);

  std::unique_ptr<writer::test::Watch> watch_;
  ModelMap map_;
  std::map<std::string, std::string> names_;  ///< of the text models of the map, as sent
};

}  // namespace almanac::cli::test
