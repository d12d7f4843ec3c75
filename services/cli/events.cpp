#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "services/cli/event_lines.hpp"
#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

constexpr int patience_s = 60;

struct Options {
  std::string after, model, actor;
  std::vector<std::string> types;
  bool follow = false;

  ClientRequest request(const std::string& path) const {
    ClientRequest request{.path = path};
    for (const auto& type : types)
      request.query.emplace_back("type", type);
    if (!model.empty()) request.query.emplace_back("modelId", model);
    if (!actor.empty()) request.query.emplace_back("actor", actor);
    return request;
  }
};

/// All that there is behind `after`, page by page.
int list(const Session& session, const Options& options) {
  std::string after = options.after;
  for (;;) {
    ClientRequest request = options.request("/v1/events");
    request.query.emplace_back("limit", "1000");
    if (!after.empty()) request.query.emplace_back("after", after);
    request.headers.emplace_back("Accept", "application/x-ndjson");
    int status = done;
    const auto answer = ask(client_of(session), request, status);
    if (!answer) return status;
    std::size_t from = 0;
    for (std::size_t end = answer->body.find('\n'); end != std::string::npos;
         end = answer->body.find('\n', from)) {
      print_event(session, answer->body.substr(from, end - from));
      from = end + 1;
    }
    const auto read_to = answer->headers.find("almanac-read-to");
    if (answer->headers.count("link") == 0 || read_to == answer->headers.end()) return done;
    after = read_to->second;
  }
}

/// Goes on for ever: a stream that ends (its token did, the node restarts) is taken up where it ended.
int follow(const Session& session, const Options& options) {
  std::string place = options.after;
  int patience = 0;  // seconds left for a node that was heard before to come back
  for (;;) {
    ClientRequest request = options.request("/v1/events/stream");
    request.headers.emplace_back("Accept", "text/event-stream");
    if (!place.empty()) request.headers.emplace_back("Last-Event-ID", place);
    Client client = client_of(session);
    FrameReader frames;
    bool heard = false;
    bool foreign = false;
    client.on_download([&](std::string_view bytes) {
      frames.feed(bytes);
      while (const auto frame = frames.next()) {
        heard = true;
        if (!frame->id.empty()) place = frame->id;
        if (!frame->data.empty()) print_event(session, frame->data);
        foreign = foreign || frame->comment == "this is not the log that you read";
      }
      std::cout.flush();
      return !std::cout.fail();
    });
    const auto answer = client.send(request);
    if (std::cout.fail()) return done;
    if (foreign)
      return complain(refused, "this is not the log that you read",
                      "read it from its beginning, or give --after a position of this log");
    if (answer && !answer->good()) return complain_of(*answer);
    if (heard) patience = patience_s;
    if (!heard && patience-- > 0) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      continue;
    }
    if (!heard)
      return complain(unreachable,
                      "cannot follow " + client.url() + ": " + (answer ? "it said nothing" : answer.error()),
                      "start it with `almanac serve`, or give --url or ALMANAC_URL another address");
  }
}

}  // namespace

void add_events(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("events", "What changed, in the order of the log, one event a line");
  auto options = std::make_shared<Options>();
  verb->add_option("--after", options->after,
                   "Only behind this position (from the beginning; with --follow from now)")
      ->type_name("POSITION");
  verb->add_option("--type", options->types, "Only events of that type, such as ModelRepriced; repeatable")
      ->type_name("TYPE");
  verb->add_option("--model", options->model, "Only events of that model")->type_name("ID");
  verb->add_option("--actor", options->actor, "Only events of that actor")->type_name("ACTOR");
  verb->add_flag("--follow", options->follow, "Goes on with what comes, until it is interrupted");
  add_client_options(*verb, session);
  verb->callback([&session, options] {
    session.run = [&session, options] {
      return options->follow ? follow(session, *options) : list(session, *options);
    };
  });
}

}  // namespace almanac::cli
