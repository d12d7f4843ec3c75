#include "tests/writer/support/desk.hpp"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "events/codec.hpp"
#include "projections/view.hpp"

namespace almanac::writer::test {
namespace {

/// In memory where there is such a file system: hundreds of logs are synced here, and whether a sync holds is
/// what the tests of the log are about.
std::filesystem::path fresh_directory() {
  const std::filesystem::path memory = "/dev/shm";
  const bool usable = access(memory.c_str(), W_OK) == 0;
  std::string name =
      ((usable ? memory : std::filesystem::temp_directory_path()) / "almanac-writer-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  return name;
}

template <class T>
T opened(tl::expected<T, log::Failure> result) {
  if (!result) throw std::runtime_error(result.error().what + "; " + result.error().mend);
  return std::move(*result);
}

}  // namespace

Desk::Desk(Writer::Options with, Start when) : options(std::move(with)), directory_(fresh_directory()) {
  hooks.fatal = [this](const std::string& what) {
    fatal = what;
    gave_up.set_value();
  };
  open();
  if (when == Start::now) {
    if (const auto started = start(); !started) throw std::runtime_error(started.error().what);
  }
}

Desk::~Desk() {
  if (log) log->open_door();
  close();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void Desk::restart() {
  close();
  open();
  if (const auto started = start(); !started) throw std::runtime_error(started.error().what);
}

void Desk::close() {
  writer.reset();
  projector.reset();
  store.reset();
  log.reset();
  engine.reset();
}

void Desk::open() {
  engine = opened(log::EmbeddedLog::open({.directory = directory_ / "log"}));
  log = std::make_unique<WatchedLog>(*engine);
  store = opened(projections::Store::open({.directory = directory_ / "read-models"}));
  projector = std::make_unique<projections::Projector>(*store);
  writer = std::make_unique<Writer>(*log, *store, *projector, clock, options, hooks);
}

tl::expected<void, log::Failure> Desk::start() {
  return writer->start([](events::Position, events::Position) {});
}

std::future<Outcome> Desk::submit(Submission submission) {
  auto answer = std::make_shared<std::promise<Outcome>>();
  std::future<Outcome> future = answer->get_future();
  writer->submit(std::move(submission), [answer](Outcome outcome) { answer->set_value(std::move(outcome)); });
  return future;
}

Outcome Desk::run(Submission submission) {
  return submit(std::move(submission)).get();
}

std::vector<std::future<Outcome>> Desk::leave_at_door(std::vector<Submission> submissions) {
  log->close_door();
  auto held = submit(create_system("held at the door " + std::to_string(held_++)));
  log->await_append();
  std::vector<std::future<Outcome>> answers;
  for (Submission& each : submissions)
    answers.push_back(submit(std::move(each)));
  return answers;
}

std::vector<Outcome> Desk::run_together(std::vector<Submission> submissions) {
  auto answers = leave_at_door(std::move(submissions));
  log->open_door();
  std::vector<Outcome> outcomes;
  for (auto& answer : answers)
    outcomes.push_back(answer.get());
  return outcomes;
}

events::ModelId Desk::created(Submission submission) {
  return as<Written>(run(std::move(submission))).model.value();
}

std::optional<events::Model> Desk::model(const events::ModelId& id) const {
  return projections::RowsView(*projector->latest()).model(id);
}

std::vector<events::Recorded> Desk::events() const {
  std::vector<events::Recorded> all;
  for (;;) {
    const auto page = opened(engine->read(all.size(), 1'000));
    if (page.empty()) return all;
    for (const log::Entry& entry : page)
      all.push_back(events::decode(entry.record.bytes).value());
  }
}

std::vector<std::string> Desk::names(events::Position from) const {
  std::vector<std::string> names;
  for (const events::Recorded& recorded : events()) {
    if (recorded.stamp.position >= from) names.emplace_back(events::name_of(recorded.event.payload));
  }
  return names;
}

void Desk::claim_by_another(log::Log& log, const std::vector<events::Recorded>& so_far) {
  const log::Claim claim = opened(log.claim());
  events::Recorded claimed;
  claimed.stamp = so_far.back().stamp;
  claimed.stamp.stream_version = 0;
  claimed.stamp.position = claim.next;
  claimed.stamp.epoch = claim.epoch;
  claimed.stamp.previous = claim.last;
  claimed.event = {.effective_at = claimed.stamp.time,
                   .payload = events::WriterClaimed{.epoch = claim.epoch, .node = "other"}};
  const events::Record record = events::encode(claimed);
  if (!std::holds_alternative<log::Committed>(log.append(claim.epoch, claim.next, {&record, 1}))) {
    throw std::runtime_error("the other writer was not let in");
  }
}

}  // namespace almanac::writer::test
