#include "tests/api/support/service.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <stdexcept>

#include "events/codec.hpp"
#include "projections/key.hpp"

namespace almanac::api::test {
namespace {

class Mailbox final : public Reply::Door {
 public:
  void answer(std::uint64_t, Response&& response) override {
    const std::lock_guard lock(mutex_);
    response_ = std::move(response);
    arrived_.notify_all();
  }
  void dropped(std::uint64_t ticket) noexcept override {
    Response response;
    response.status = 500;
    answer(ticket, std::move(response));
  }
  Response wait() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(60), [&] { return response_.has_value(); }))
      throw std::runtime_error("no answer within a minute");
    return std::move(*response_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<Response> response_;
};

/// The I/O thread as which this fixture asks; a listener that a test puts before the same front has number 0.
constexpr unsigned own_thread = 1;

Said said(Response response) {
  Said out;
  out.status = response.status;
  out.body = response.shared_body ? *response.shared_body : response.body;
  const std::string lines =
      (response.shared_headers ? *response.shared_headers : std::string()) + response.headers;
  std::size_t from = 0;
  for (std::size_t end = lines.find("\r\n"); end != std::string::npos; end = lines.find("\r\n", from)) {
    const std::string line = lines.substr(from, end - from);
    const std::size_t colon = line.find(": ");
    EXPECT_NE(colon, std::string::npos) << line;
    out.headers.emplace(line.substr(0, colon), line.substr(colon + 2));
    from = end + 2;
  }
  EXPECT_EQ(from, lines.size()) << "a header line does not end";
  return out;
}

const events::json::Value* step(const events::json::Value* value, const std::string& name) {
  if (value == nullptr) return nullptr;
  if (value->kind != events::json::Kind::array) return value->find(name);
  const std::size_t i = std::stoul(name);
  return i < value->items.size() ? &value->items[i] : nullptr;
}

std::optional<events::json::Value> member(const std::string& body, std::string_view path) {
  const auto parsed = events::json::parse(body, {std::size_t{64} << 20, 80});
  if (!parsed) return std::nullopt;
  const events::json::Value* value = &*parsed;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    value = step(value, std::string(path.substr(0, end)));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  if (value == nullptr) return std::nullopt;
  return *value;
}

}  // namespace

std::string Said::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::string Said::at(std::string_view path) const {
  std::string text;
  if (const auto value = member(body, path)) events::json::write(text, *value);
  return text;
}

std::string Said::text(std::string_view path) const {
  const auto value = member(body, path);
  return value && value->kind == events::json::Kind::string ? value->text : std::string();
}

std::vector<std::string> Said::faults() const {
  std::vector<std::string> all;
  const auto errors = member(body, "errors");
  if (!errors) return all;
  for (const events::json::Value& fault : errors->items) {
    const auto* pointer = fault.find("pointer");
    const auto* parameter = fault.find("parameter");
    all.push_back((pointer != nullptr ? pointer->text : "?" + parameter->text) + ": " +
                  fault.find("detail")->text);
  }
  return all;
}

Service::Service(Options options) : options_(std::move(options)) {
  std::ofstream(scratch_ / "jwks.json") << jwks({jwk("one", "k1")});
  start();
}

Service::~Service() {
  stop();
}

void Service::start() {
  parts_ = std::make_unique<Parts>();
  log::EmbeddedLog::Options log_options;
  log_options.directory = scratch_ / "log";
  parts_->log = log::EmbeddedLog::open(log_options).value();
  parts_->store = projections::Store::open({scratch_ / "read-models"}).value();
  parts_->projector = std::make_unique<projections::Projector>(*parts_->store);
  writer::Writer::Options writer_options;
  writer_options.node = "test";
  writer_options.url = "http://127.0.0.1";
  writer_options.build = "test";
  writer_options.policy = options_.policy;
  parts_->writer = std::make_unique<writer::Writer>(*parts_->log, *parts_->store, *parts_->projector, clock,
                                                    writer_options, writer::Writer::Hooks{});
  const auto started = parts_->writer->start({});
  if (!started) throw std::runtime_error(started.error().what);
  parts_->keys = std::make_unique<Keys>(Keys::Options{(scratch_ / "jwks.json").string()});
  parts_->keys->fetch().value();
  TokenRules rules;
  rules.project = "project-test";
  rules.issuers = {"stytch.com/project-test"};
  rules.roles = default_roles();
  parts_->tokens = std::make_unique<Tokens>(rules, *parts_->keys);
  parts_->limits = std::make_unique<RateLimits>(options_.organization_per_minute, options_.user_per_minute);
  options_.front.threads = own_thread + 1;
  parts_->front = std::make_unique<Front>(composed());
  if (!options_.owner) return;
  api::Service elsewhere = composed();
  elsewhere.owner = options_.owner;
  parts_->elsewhere = std::make_unique<Front>(std::move(elsewhere));
}

api::Service Service::composed() {
  return api::Service{*parts_->projector,
                      *parts_->writer,
                      *parts_->tokens,
                      options_.front,
                      *parts_->limits,
                      options_.cors,
                      [this] { return clock.wall(); },
                      [this](events::Position from,
                             std::size_t limit) -> tl::expected<std::vector<events::Recorded>, std::string> {
                        auto events = events_from(from);
                        if (events.size() > limit) events.resize(limit);
                        return events;
                      },
                      {},
                      [] { return std::string("# none\n"); },
                      [this](const Answered& answered) {
                        const std::lock_guard lock(told_mutex_);
                        told.push_back(std::to_string(answered.status) + " " + std::string(answered.path));
                      },
                      [] { return true; },
                      &figures,
                      nullptr,
                      [this] { return log_out_of_reach; },
                      [this](const std::string& what) {
                        const std::lock_guard lock(told_mutex_);
                        damage_told.push_back(what);
                      },
                      {},
                      parts_->log.get()};
}

void Service::stop() {
  parts_->writer->stop();
  parts_->elsewhere.reset();
  parts_->front.reset();
  parts_->tokens.reset();
  parts_->keys.reset();
  parts_->writer.reset();
  parts_->projector.reset();
  parts_->store.reset();
  parts_.reset();
}

void Service::damage(const std::string& model) {
  const auto layer = parts_->store->layer();
  layer->put(projections::Family::models, projections::model_key(events::Uuid::parse(model).value()), "x");
  ASSERT_TRUE(parts_->store->commit(*layer, parts_->store->applied()));
}

void Service::restart() {
  stop();
  start();
}

Request Service::request_of(const Ask& ask) {
  Request request;
  request.start(ask.method, ask.target, 1);
  if (!ask.token.empty()) request.add("Authorization", "Bearer " + ask.token);
  bool typed = false;
  for (const auto& [name, value] : ask.headers) {
    request.add(name, value);
    typed = typed || name == "Content-Type";
  }
  if (!ask.body.empty() && !typed) request.add("Content-Type", "application/json");
  request.body = ask.body;
  request.id = ++requests_;
  request.thread = own_thread;
  return request;
}

std::function<Said()> Service::send(const Ask& ask) {
  return send_to(front(), ask);
}

std::function<Said()> Service::send_elsewhere(const Ask& ask) {
  return send_to(*parts_->elsewhere, ask);
}

std::function<Said()> Service::send_to(Front& to, const Ask& ask) {
  auto mailbox = std::make_shared<Mailbox>();
  to.handle(request_of(ask), Reply(mailbox, 1));
  return [mailbox] {
    Response response = mailbox->wait();
    if (response.later) response = response.later();
    return said(std::move(response));
  };
}

Said Service::ask(Ask ask) {
  return send(ask)();
}

std::optional<Said> Service::refused_early(const Ask& ask) {
  auto admission = front().admit(request_of(ask));
  if (!admission.refusal) return std::nullopt;
  return said(std::move(*admission.refusal));
}

std::string Service::token(const std::string& organization, const std::string& scope, const std::string& plan,
                           const std::string& subject) const {
  auto claims = machine_claims(clock.ms / 1000);
  claims["sub"] = "\"" + subject + "\"";
  claims["organization_id"] = "\"" + organization + "\"";
  claims["scope"] = "\"" + scope + "\"";
  claims["exp"] = std::to_string(clock.ms / 1000 + 400L * 24 * 3600);
  if (!plan.empty()) claims["plan"] = "\"" + plan + "\"";
  return sign_token(good_header, claims_text(claims));
}

std::string Service::system_model(const std::string& name, const std::string& more) {
  const Said made =
      post("/v1/models/catalog", operators(),
           R"({"provider":"p","modelName":")" + name + R"(","displayName":")" + name + "\"" +
               (more.find("\"contextWindow\"") == std::string::npos ? R"(,"contextWindow":1000)" : "") +
               more + "}");
  EXPECT_EQ(made.status, 201) << made.body;
  return made.text("id");
}

std::string Service::user_model(const std::string& parent, const std::string& name, const std::string& more) {
  const Said made =
      post("/v1/models", acme(),
           R"({"parentModelId":")" + parent + R"(","displayName":")" + name + "\"" + more + "}");
  EXPECT_EQ(made.status, 201) << made.body;
  return made.text("id");
}

std::vector<events::Recorded> Service::events_from(events::Position position) const {
  std::vector<events::Recorded> events;
  const std::vector<log::Entry> entries = parts_->log->read(position, 10'000).value();
  for (const log::Entry& entry : entries)
    events.push_back(events::decode(entry.record.bytes).value());
  return events;
}

events::Position Service::position() const {
  return parts_->projector->latest()->applied().position.value_or(0);
}

}  // namespace almanac::api::test
