#include <gtest/gtest.h>

#include <sstream>

#include "events/codec.hpp"
#include "events/log/export.hpp"
#include "events/log/import.hpp"
#include "tests/writer/support/desk.hpp"

namespace almanac::writer::test {
namespace {

const events::Uuid copy_id = *events::Uuid::parse("01930000-0000-7000-8000-0000000000c0");

std::string exported(const log::Records& records) {
  log::RecordsSource source(records);
  std::ostringstream out;
  EXPECT_TRUE(log::export_log(source, out));
  return out.str();
}

/// What an import writes for a copy.
events::RecordFields copy_claimed(const log::Tip& tip, log::Epoch epoch) {
  const events::Instant time = HeldClock::begin;
  events::NewIds ids(time, tip.next);
  events::Recorded claimed;
  claimed.stamp = {.position = tip.next,
                   .epoch = epoch,
                   .time = time,
                   .id = ids.next(),
                   .log_id = copy_id,
                   .correlation_id = ids.next(),
                   .actor = "system:writer",
                   .previous = tip.last};
  claimed.event = {.effective_at = claimed.stamp.time,
                   .payload = events::WriterClaimed{.epoch = epoch, .node = "copy", .log_id = copy_id}};
  auto fields = *events::fields_of(events::encode(claimed).bytes);
  std::erase_if(fields.headers, [](const auto& header) {
    return header.first == "ce_sequence" || header.first == "ce_epoch" || header.first == "ce_prevhash";
  });
  return fields;
}

class CopiedLog : public testing::Test {
 protected:
  CopiedLog() : copy({}, Desk::Start::later) {
    shared = original.created(create_system("in both"));
    original_id = original.projector->latest()->applied().log_id;
    const std::string text = exported(*original.engine);
    copied = original.engine->end();
    copy.close();
    std::istringstream in(text);
    log::ExportSource source(in, "log.jsonl");
    const auto imported =
        log::import_directory(copy.directory() / "log", source, log::Unsealed::accept_a_copy, copy_claimed);
    EXPECT_TRUE(imported) << imported.error().what;
  }
  void start() {
    copy.open();
    const auto started = copy.start();
    ASSERT_TRUE(started) << started.error().what;
  }

  Desk original;
  Desk copy;
  events::ModelId shared;
  events::Uuid original_id;
  events::Position copied = 0;
};

TEST_F(CopiedLog, is_opened_and_goes_on_under_its_own_id) {
  start();
  copy.created(create_system("in the copy"));
  copy.restart();
  EXPECT_TRUE(copy.model(shared));
  for (const auto& recorded : copy.events()) {
    const bool before = recorded.stamp.position < copied;
    EXPECT_EQ(recorded.stamp.log_id, before ? original_id : copy_id) << recorded.stamp.position;
  }
  EXPECT_EQ(copy.names(copied),
            (std::vector<std::string>{"WriterClaimed", "WriterClaimed", "ModelCreated", "WriterClaimed"}));
  EXPECT_EQ(copy.projector->latest()->applied().log_id, copy_id);
  EXPECT_EQ(copy.engine->log_id(), copy_id.text());

  const std::string text = exported(*copy.engine);
  EXPECT_TRUE(text.starts_with(R"({"almanac":"log","format":1,"logId":")" + copy_id.text()));
  std::istringstream in(text);
  log::ExportSource source(in, "copy.jsonl");
  const auto verified = log::verify(source);
  ASSERT_TRUE(verified) << verified.error().what;
  EXPECT_EQ(verified->log_id, copy_id.text());
}

TEST_F(CopiedLog, leaves_the_original_as_it_was) {
  start();
  original.restart();
  original.created(create_system("in the original"));
  EXPECT_EQ(original.engine->log_id(), original_id.text());
  EXPECT_EQ(original.projector->latest()->applied().log_id, original_id);
}

TEST_F(CopiedLog, sets_read_models_of_what_its_original_wrote_since_aside) {
  const auto since = original.created(create_system("in the original alone"));
  original.close();
  std::filesystem::remove_all(copy.directory() / "read-models");
  std::filesystem::copy(original.directory() / "read-models", copy.directory() / "read-models",
                        std::filesystem::copy_options::recursive);
  start();
  EXPECT_TRUE(copy.model(shared));
  EXPECT_FALSE(copy.model(since));
  EXPECT_EQ(copy.projector->latest()->applied().log_id, copy_id);
}

}  // namespace
}  // namespace almanac::writer::test
