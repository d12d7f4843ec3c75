#pragma once
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/event.hpp"
#include "events/log/embedded_log.hpp"
#include "projections/projector.hpp"
#include "projections/store.hpp"
#include "services/writer/writer.hpp"
#include "tests/writer/support/commands.hpp"
#include "tests/writer/support/held_clock.hpp"
#include "tests/writer/support/watched_log.hpp"

namespace almanac::writer::test {

/// A writer at its desk: on a real log and real read models, in a directory that goes with it.
class Desk {
 public:
  /// Starts the writer unless told otherwise.
  enum class Start : std::uint8_t { now, later };
  explicit Desk(Writer::Options options = {}, Start start = Start::now);
  ~Desk();

  /// Stops, closes everything, opens it again from the files and starts. Fails the test if that fails.
  void restart();
  /// The parts of `restart`. `open` also makes a new writer, with the present options and hooks.
  void close();
  void open();
  tl::expected<void, log::Failure> start();

  /// Where its files are, under `log` and `read-models`.
  const std::filesystem::path& directory() const { return directory_; }

  /// Submits and waits for the answer.
  Outcome run(Submission submission);
  std::future<Outcome> submit(Submission submission);
  /// All in one batch: they are submitted while an append of something else stands at the log's door.
  std::vector<Outcome> run_together(std::vector<Submission> submissions);
  /// The same, but they still wait behind that append when this returns.
  std::vector<std::future<Outcome>> leave_at_door(std::vector<Submission> submissions);

  /// Runs a creation that must succeed; its id.
  events::ModelId created(Submission submission);
  std::optional<events::Model> model(const events::ModelId& id) const;
  /// Everything in the log.
  std::vector<events::Recorded> events() const;
  /// Names of the events in the log, from a position on.
  std::vector<std::string> names(events::Position from = 0) const;

  /// Somebody else takes the log over and says so in it.
  static void claim_by_another(log::Log& log, const std::vector<events::Recorded>& so_far);

  HeldClock clock;
  Writer::Options options;
  Writer::Hooks hooks;
  std::unique_ptr<log::EmbeddedLog> engine;
  std::unique_ptr<WatchedLog> log;
  std::unique_ptr<projections::Store> store;
  std::unique_ptr<projections::Projector> projector;
  std::unique_ptr<Writer> writer;
  std::string fatal;  ///< what the writer said when it gave up; read it after an answer or `close`
  std::promise<void> gave_up;

 private:
  std::filesystem::path directory_;
  int held_ = 0;
};

/// The outcome, which must be of this kind.
template <class T>
const T& as(const Outcome& outcome) {
  if (const T* found = std::get_if<T>(&outcome)) return *found;
  throw std::runtime_error("another outcome: " + std::to_string(outcome.index()));
}
template <class T>
bool is(const Outcome& outcome) {
  return std::holds_alternative<T>(outcome);
}
/// The kind of rejection, which the outcome must be.
template <class T>
bool rejected_as(const Outcome& outcome) {
  const Judged* judged = std::get_if<Judged>(&outcome);
  return judged != nullptr && std::holds_alternative<T>(judged->rejection);
}

}  // namespace almanac::writer::test
