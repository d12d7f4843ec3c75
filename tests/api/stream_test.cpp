// GET /v1/events/stream over real sockets.
#include <gmock/gmock.h>

#include <sstream>
#include <stdexcept>
#include <thread>

#include "services/api/transport/listener.hpp"
#include "tests/api/support/raw_client.hpp"
#include "tests/api/support/service.hpp"

namespace almanac::api {
namespace {

using test::Service;
using testing::RawClient;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

Service::Options quick() {
  Service::Options options;
  options.front.stream_heartbeat = 20ms;
  return options;
}

/// A service behind a listener.
struct Served {
  explicit Served(Service::Options options = {}, const std::function<void(TransportSettings&)>& prepare = {})
      : service(std::move(options)) {
    TransportSettings settings;
    settings.linger_timeout = 20ms;  // the sweep comes every 5 ms
    if (prepare) prepare(settings);
    listener = Listener::open(settings, service.front()).value();
    if (!listener->serve()) throw std::runtime_error("the listener does not serve");
  }
  ~Served() { listener->stop(); }
  std::string reader(const std::string& organization = "acme") const {
    return service.token(organization, "models:read events:read");
  }
  Service service;
  std::unique_ptr<Listener> listener;
};

/// Reads frames as they come; chunk framing and heads are cut away by hand.
class StreamReader {
 public:
  struct Frame {
    std::string event, id, data, comment;
  };
  StreamReader(const Served& served, const std::string& query, const std::string& more = "",
               int receive_buffer = 0, const std::string& organization = "acme")
      : client_(served.listener->port(), receive_buffer) {
    client_.send("GET /v1/events/stream" + query + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                 served.reader(organization) + "\r\n" + more + "\r\n");
  }
  /// Nullopt: the stream ended.
  std::optional<Frame> next() {
    for (;;) {
      const std::size_t end = text_.find("\n\n");
      if (end != std::string::npos) {
        Frame frame = parse(text_.substr(0, end));
        text_.erase(0, end + 2);
        return frame;
      }
      const std::string some = client_.read_some();
      if (some.empty()) return std::nullopt;
      raw_ += some;
      unchunk();
      if (!head.empty() && head.find("chunked") == std::string::npos) return std::nullopt;
    }
  }
  Frame next_event() {
    for (;;) {
      auto frame = next();
      if (!frame) throw std::runtime_error("the stream ended: " + head);
      if (!frame->event.empty()) return *frame;
    }
  }
  std::string head;

 private:
  static Frame parse(const std::string& text) {
    Frame frame;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t colon = line.find(": ");
      const std::string name = line.substr(0, colon), value = line.substr(colon + 2);
      (name == "event"  ? frame.event
       : name == "id"   ? frame.id
       : name == "data" ? frame.data
                        : frame.comment) = value;
    }
    return frame;
  }
  void unchunk() {
    if (head.empty()) {
      const std::size_t end = raw_.find("\r\n\r\n");
      if (end == std::string::npos) return;
      head = raw_.substr(0, end);
      raw_.erase(0, end + 4);
    }
    if (head.find("chunked") == std::string::npos) return;
    for (;;) {
      const std::size_t line = raw_.find("\r\n");
      if (line == std::string::npos) return;
      const std::size_t size = std::stoul(raw_.substr(0, line), nullptr, 16);
      if (raw_.size() < line + 2 + size + 2) return;
      text_ += raw_.substr(line + 2, size);
      raw_.erase(0, line + 2 + size + 2);
      if (size == 0) return;
    }
  }
  RawClient client_;
  std::string raw_, text_;
};

std::string position_of(const std::string& id) {
  return id.substr(0, id.find('.'));
}

/// What acme reads from the beginning, by GET /v1/events.
std::vector<std::string> read_by_pages(Served& served) {
  const auto said = served.service.get("/v1/events?limit=1000", served.reader());
  std::vector<std::string> ids;
  for (std::size_t i = 0; !said.at(std::to_string(i)).empty(); ++i)
    ids.push_back(said.text(std::to_string(i) + "/id"));
  return ids;
}

std::string id_in(const std::string& data) {
  test::Said said;
  said.body = data;
  return said.text("id");
}

TEST(Stream, a_frame_has_type_place_and_event) {
  Served served;
  const std::string id = served.service.system_model("m");
  StreamReader stream(served, "?after=0");
  const auto frame = stream.next_event();
  EXPECT_THAT(stream.head, HasSubstr("200 OK"));
  EXPECT_THAT(stream.head, HasSubstr("Content-Type: text/event-stream"));
  EXPECT_EQ(frame.event, "dev.almanac.ModelCreated.v1");
  EXPECT_EQ(position_of(frame.id), std::to_string(served.service.position()));
  EXPECT_THAT(frame.data, HasSubstr(id));
  test::Said said;
  said.body = frame.data;
  EXPECT_EQ(frame.id.substr(frame.id.find('.') + 1), said.text("hash").substr(0, 16));
}

TEST(Stream, without_a_place_it_begins_now_and_says_where_that_is) {
  Served served;
  served.service.system_model("before");
  StreamReader stream(served, "");
  const auto first = stream.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(position_of(first->id), std::to_string(served.service.position()));
  EXPECT_TRUE(first->data.empty());
  served.service.system_model("behind");
  EXPECT_THAT(stream.next_event().data, HasSubstr("behind"));
}

TEST(Stream, replay_goes_over_into_live_without_gap_or_repeat_at_every_position_while_writers_write) {
  Served served;
  const std::string parent = served.service.system_model("m");
  for (int i = 0; i < 10; ++i)
    served.service.user_model(parent, "before " + std::to_string(i));
  const events::Position last = served.service.position();
  std::vector<std::unique_ptr<StreamReader>> streams;
  std::thread writer([&] {
    for (int i = 0; i < 40; ++i)
      served.service.user_model(parent, "during " + std::to_string(i));
  });
  for (events::Position after = 0; after <= last; ++after)
    streams.push_back(std::make_unique<StreamReader>(served, "?after=" + std::to_string(after)));
  writer.join();
  const auto whole = read_by_pages(served);
  ASSERT_EQ(whole.size(), 51u);
  const std::string final_id = whole.back();
  for (std::size_t after = 0; after < streams.size(); ++after) {
    std::vector<std::string> ids;
    events::Position previous = after;
    do {
      const auto frame = streams[after]->next_event();
      ids.push_back(id_in(frame.data));
      EXPECT_GT(std::stoull(position_of(frame.id)), previous);
      previous = std::stoull(position_of(frame.id));
    } while (ids.back() != final_id);
    const std::size_t skipped = whole.size() - ids.size();
    EXPECT_EQ(ids,
              std::vector<std::string>(whole.begin() + static_cast<std::ptrdiff_t>(skipped), whole.end()))
        << after;
    // Positions 0 and 1 are of the log itself, 2 is the system model.
    EXPECT_EQ(skipped, after < 2 ? 0 : after - 1) << after;
  }
}

TEST(Stream, last_event_id_counts_over_after) {
  Served served;
  const std::string parent = served.service.system_model("m");
  StreamReader first(served, "?after=0");
  const std::string id = first.next_event().id;
  served.service.user_model(parent, "next");
  StreamReader again(served, "?after=0", "Last-Event-ID: " + id + "\r\n");
  EXPECT_THAT(again.next_event().data, HasSubstr("next"));
  StreamReader malformed(served, "", "Last-Event-ID: x\r\n");
  EXPECT_FALSE(malformed.next());
  EXPECT_THAT(malformed.head, HasSubstr("400"));
}

TEST(Stream, tenants_are_strictly_apart_and_filters_hold) {
  Served served;
  const std::string parent = served.service.system_model("m");
  StreamReader rival(served, "?after=0", "", 0, "rival");
  StreamReader repriced(served, "?after=0&type=ModelRepriced");
  served.service.user_model(parent, "acme's own");
  served.service.put("/v1/models/" + parent + "/pricing", served.service.operators(),
                     R"({"creditMultiplier":3})");
  EXPECT_EQ(rival.next_event().event, "dev.almanac.ModelCreated.v1");
  const auto frame = rival.next_event();
  EXPECT_EQ(frame.event, "dev.almanac.ModelRepriced.v1") << "not acme's model";
  EXPECT_THAT(frame.data, HasSubstr(R"("actor":"operator")"));
  EXPECT_EQ(repriced.next_event().event, "dev.almanac.ModelRepriced.v1");
}

TEST(Stream, of_those_that_wait_at_one_place_each_audience_is_told_its_own) {
  Served served;
  const std::string parent = served.service.system_model("m");
  const std::string place = "?after=" + std::to_string(served.service.position());
  StreamReader one(served, place), other(served, place), rival(served, place, "", 0, "rival"),
      repriced(served, place + "&type=ModelRepriced");
  for (auto* stream : {&one, &other, &rival, &repriced})
    ASSERT_TRUE(stream->next()) << "it waits there";
  for (int i = 0; i < 3; ++i) {
    const std::string price = R"({"creditMultiplier":)" + std::to_string(i + 2) + "}";
    served.service.user_model(parent, "acme's own " + std::to_string(i));
    served.service.put("/v1/models/" + parent + "/pricing", served.service.operators(), price);
  }
  for (int i = 0; i < 3; ++i) {
    const auto own = one.next_event(), price = one.next_event(), rivals = rival.next_event();
    EXPECT_THAT(own.data, HasSubstr("acme's own " + std::to_string(i)));
    EXPECT_EQ(price.event, "dev.almanac.ModelRepriced.v1");
    EXPECT_EQ(rivals.data, price.data);
    EXPECT_EQ(rivals.id, price.id);
    EXPECT_EQ(repriced.next_event().data, price.data);
    EXPECT_EQ(other.next_event().data, own.data);
    EXPECT_EQ(other.next_event().id, price.id);
  }
}

TEST(Stream, a_heartbeat_carries_the_last_position_looked_at) {
  Served served(quick());
  const std::string parent = served.service.system_model("m");
  StreamReader stream(served, "", "", 0, "rival");
  stream.next();
  served.service.user_model(parent, "not for the rival");
  const std::string there = std::to_string(served.service.position());
  for (;;) {
    const auto frame = stream.next();
    ASSERT_TRUE(frame);
    ASSERT_TRUE(frame->event.empty() && frame->data.empty());
    if (position_of(frame->id) == there) break;
  }
}

TEST(Stream, a_place_past_the_end_waits_and_one_that_turns_out_another_log_ends) {
  Served served;
  const std::string parent = served.service.system_model("m");
  const events::Position end = served.service.position();
  StreamReader waits(served, "?after=" + std::to_string(end + 1));
  StreamReader foreign(served, "?after=" + std::to_string(end + 1) + ".0123456789abcdef");
  waits.next();
  foreign.next();
  served.service.user_model(parent, "one");
  served.service.user_model(parent, "two");
  EXPECT_THAT(waits.next_event().data, HasSubstr("two"));
  const auto last = foreign.next();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->comment, "this is not the log that you read");
}

TEST(Stream, it_ends_with_its_token_and_says_so) {
  Served served;
  StreamReader stream(served, "");
  ASSERT_TRUE(stream.next());
  served.service.advance(std::chrono::hours(24 * 401));
  const auto last = stream.next();
  ASSERT_TRUE(last);
  EXPECT_THAT(last->comment, HasSubstr("the token has expired"));
}

TEST(Stream, a_stop_of_the_node_ends_it_with_a_word) {
  Served served;
  StreamReader stream(served, "");
  ASSERT_TRUE(stream.next());
  served.listener->stop();
  const auto last = stream.next();
  ASSERT_TRUE(last);
  EXPECT_THAT(last->comment, HasSubstr("the node stops"));
}

TEST(Stream, a_slow_reader_is_cut_off_while_others_go_on_and_comes_back_for_the_rest) {
  Served served({}, [](TransportSettings& settings) {
    settings.write_timeout = 2s;  // a machine that is busy must not make the brisk one slow
    settings.socket_send_buffer = 16'384;
  });
  const std::string parent = served.service.system_model("m");
  for (int i = 0; i < 30; ++i)
    served.service.user_model(parent, std::to_string(i),
                              R"(,"systemPrompt":")" + std::string(40'000, 'x') + "\"");
  StreamReader slow(served, "?after=0", "", 16'384), brisk(served, "?after=0");
  const auto cut_off = [&] { return served.listener->figures().timeouts.load() != 0; };
  std::vector<std::string> seen_meanwhile;
  for (int i = 0; i < 30 || !cut_off(); ++i) {
    if (i >= 30) {
      std::this_thread::sleep_for(10ms);  // no more events than one page holds
      served.service.user_model(parent, "on " + std::to_string(i));
    }
    seen_meanwhile.push_back(id_in(brisk.next_event().data));
  }
  const auto whole = read_by_pages(served);
  while (seen_meanwhile.back() != whole.back())
    seen_meanwhile.push_back(id_in(brisk.next_event().data));
  EXPECT_EQ(seen_meanwhile, whole);
  std::vector<std::string> ids;
  std::string place = "0";
  try {
    while (const auto frame = slow.next()) {
      if (frame->event.empty()) continue;
      ids.push_back(id_in(frame->data));
      place = frame->id;
    }
  } catch (const std::exception&) {  // cut within a frame
  }
  EXPECT_LT(ids.size(), whole.size());
  StreamReader again(served, "", "Last-Event-ID: " + place + "\r\n");
  while (ids.empty() || ids.back() != whole.back())
    ids.push_back(id_in(again.next_event().data));
  EXPECT_EQ(ids, whole);
}

}  // namespace
}  // namespace almanac::api
