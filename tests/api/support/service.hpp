#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/json.hpp"
#include "events/log/embedded_log.hpp"
#include "projections/projector.hpp"
#include "services/api/front.hpp"
#include "services/api/request_figures.hpp"
#include "services/writer/writer.hpp"
#include "tests/api/support/token_maker.hpp"

namespace almanac::api::test {

/// What came back, taken apart.
struct Said {
  int status = 0;
  std::multimap<std::string, std::string> headers;  // names as sent
  std::string body;

  std::string header(const std::string& name) const;
  bool has(const std::string& name) const { return headers.count(name) != 0; }
  /// A member of the body by a path of names and numbers, `errors/0/pointer`, as compact JSON; empty: absent.
  std::string at(std::string_view path) const;
  /// The text of a string member.
  std::string text(std::string_view path) const;
  /// `pointer: detail` or `?parameter: detail` of every fault, in order.
  std::vector<std::string> faults() const;
};

/// A clock that stands still until it is told.
class HandClock final : public writer::Clock {
 public:
  events::Instant wall() const override { return {ms.load()}; }
  std::chrono::nanoseconds steady() const override { return std::chrono::milliseconds(ms.load()); }
  std::atomic<std::int64_t> ms{1'790'000'000'000};
};

/// The least that makes a user model on `parent`.
inline std::string create_body(const std::string& parent) {
  return R"({"parentModelId":")" + parent + R"(","displayName":"Support"})";
}

/// A whole service without sockets: log, read models, writer and front in a directory of its own, on a clock
/// in the test's hand, with no scheduler unless the test makes one. Requests go straight to the handler.
class Service {
 public:
  struct Options {
    events::Policy policy;
    FrontSettings front;
    unsigned organization_per_minute = 0;
    unsigned user_per_minute = 0;
    Cors cors;
    /// Makes a second front on the same rows, for a node that knows this owner.
    std::function<Owner()> owner = {};
  };
  Service() : Service(Options{}) {}
  explicit Service(Options options);
  ~Service();

  struct Ask {
    std::string method, target;
    std::string token;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    /// Unless a header says otherwise a body goes as application/json.
  };
  Said ask(Ask ask);
  /// Sends it; the answer is waited for by calling what comes back. From one thread, as on one I/O thread.
  std::function<Said()> send(const Ask& ask);
  /// The same to the second front, see `Options::owner`.
  std::function<Said()> send_elsewhere(const Ask& ask);
  Said get(const std::string& target, const std::string& token) { return ask({"GET", target, token}); }
  Said post(const std::string& target, const std::string& token, const std::string& body) {
    return ask({"POST", target, token, body});
  }
  Said put(const std::string& target, const std::string& token, const std::string& body) {
    return ask({"PUT", target, token, body});
  }
  Said patch(const std::string& target, const std::string& token, const std::string& body) {
    return ask({"PATCH", target, token, body});
  }
  Said del(const std::string& target, const std::string& token) { return ask({"DELETE", target, token}); }

  std::string token(const std::string& organization, const std::string& scope, const std::string& plan = "",
                    const std::string& subject = "client-1") const;
  /// Tokens that most tests need.
  std::string acme() const { return token("acme", "models:read models:write"); }
  std::string rival() const { return token("rival", "models:read models:write"); }
  std::string operators() const { return token("ops", "models:read models:write catalog:write"); }

  /// Makes a system model `{provider p, modelName name, …}` with more members (leading comma); its id.
  std::string system_model(const std::string& name, const std::string& more = "");
  /// Makes acme's model on a parent; its id.
  std::string user_model(const std::string& parent, const std::string& name = "Support",
                         const std::string& more = "");

  void advance(std::chrono::milliseconds by) { clock.ms += by.count(); }
  /// Stops everything and starts it on the same files.
  void restart();
  /// Makes the row of a model one that no encode made, as snapshots from the next commit on see it.
  void damage(const std::string& model);
  std::vector<std::string> told;  ///< of every answer: status and path
  RequestFigures figures;
  std::optional<std::chrono::seconds> log_out_of_reach;
  /// What the handler answers to a head that announces a body, in place of reading it; nullopt: it is read.
  std::optional<Said> refused_early(const Ask& ask);
  std::vector<std::string> damage_told;  ///< what the front said of rows that it could not read
  events::Position position() const;
  std::vector<events::Recorded> events_from(events::Position position) const;
  Front& front() { return *parts_->front; }
  writer::Writer& writer() { return *parts_->writer; }

  HandClock clock;

 private:
  struct Parts {
    std::unique_ptr<log::EmbeddedLog> log;
    std::unique_ptr<projections::Store> store;
    std::unique_ptr<projections::Projector> projector;
    std::unique_ptr<writer::Writer> writer;
    std::unique_ptr<Keys> keys;
    std::unique_ptr<Tokens> tokens;
    std::unique_ptr<RateLimits> limits;
    std::unique_ptr<Front> front, elsewhere;
  };
  api::Service composed();
  std::function<Said()> send_to(Front& to, const Ask& ask);
  void start();
  void stop();
  Request request_of(const Ask& ask);

  Options options_;
  Scratch scratch_;
  std::unique_ptr<Parts> parts_;
  std::uint64_t requests_ = 0;
  std::mutex told_mutex_;  // every I/O thread tells
};

}  // namespace almanac::api::test
