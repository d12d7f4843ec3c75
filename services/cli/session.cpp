#include "services/cli/session.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

namespace almanac::cli {

namespace json = events::json;

namespace {

constexpr const char* every_scope =
    "models:read models:write catalog:write events:read events:read:all org:admin";

std::string next_step(const ClientAnswer& answer) {
  switch (answer.status) {
    case 401:
      return "give --token, or set ALMANAC_TOKEN; on the node's own machine `almanac token` mints one";
    case 403:
      return "use a token whose scopes, organization and plan allow this";
    case 404:
      return "see what there is with `almanac models list` and `almanac catalog list`";
    case 409:
      return "look at what holds against it, then try again";
    case 412:
      return "it has changed meanwhile: read it again, then decide";
    case 422:
      return "mend what is named and try again";
    case 429:
    case 503: {
      const auto after = answer.headers.find("retry-after");
      return "try again in " + (after == answer.headers.end() ? "a few" : after->second) + " seconds";
    }
    default:
      return "";
  }
}

}  // namespace

void add_client_options(CLI::App& verb, Session& session) {
  verb.add_option("--url", session.url, "Where the service is")
      ->envname("ALMANAC_URL")
      ->default_str("http://127.0.0.1:8080")
      ->type_name("URL");
  add_token_options(verb, session);
  verb.add_option("--output", session.output, "table (on a terminal) or json (elsewhere)")
      ->check(CLI::IsMember({"table", "json"}));
}

void add_token_options(CLI::App& verb, Session& session) {
  verb.add_option("--token", session.token, "Bearer token; a local development node mints its own")
      ->envname("ALMANAC_TOKEN")
      ->type_name("JWT");
  verb.add_option("--org", session.organization, "Organization of a token that is minted here (acme)")
      ->type_name("ORG");
}

void add_file_options(CLI::App& verb, Session& session) {
  for (const char* name : {"--data.dir", "--config"}) {
    verb.add_option_function<std::string>(
            name,
            [&session, name](const std::string& value) {
              session.node_settings.insert(session.node_settings.end(), {name, value});
            },
            name == std::string("--config") ? "File with the node's settings" : "The node's data directory")
        ->type_name("PATH");
  }
}

CLI::Option* add_log_options(CLI::App& verb, Session& session) {
  add_file_options(verb, session);
  auto* brokers = verb.add_option("--brokers", session.brokers, "Kafka's, for the log in a topic")
                      ->type_name("HOST:PORT,...");
  verb.add_option("--topic", session.topic, "That topic (almanac.events)")->type_name("TOPIC");
  verb.allow_extras();
  verb.footer("--kafka.properties.NAME=VALUE is passed on to librdkafka: TLS, SASL and the like.");
  return brokers;
}

void take_properties(const CLI::App& verb, Session& session) {
  for (const auto& word : verb.remaining()) {
    if (!word.starts_with("--kafka.properties.") || word.find('=') == std::string::npos)
      throw CLI::ExtrasError({word});
    session.node_settings.push_back(word);
  }
}

Client client_of(const Session& session) {
  const std::string url = session.url.empty() ? "http://127.0.0.1:8080" : session.url;
  std::string token = session.token;
  if (token.empty() && is_local(url)) {
    const auto minted = session.node.mint({.organization = session.organization,
                                           .scope = every_scope,
                                           .subject = "almanac-cli",
                                           .plan = "enterprise"},
                                          session.node_settings);
    if (minted) token = *minted;
  }
  return Client(url, token);
}

int complain_of(const Client& client, const std::string& why) {
  return complain(unreachable, "cannot reach " + client.url() + ": " + why,
                  "start it with `almanac serve`, or give --url or ALMANAC_URL another address");
}

std::optional<ClientAnswer> ask(const Client& client, const ClientRequest& request, int& status) {
  auto answer = client.send(request);
  if (!answer) {
    status = complain_of(client, answer.error());
    return std::nullopt;
  }
  if (!answer->good()) {
    status = complain_of(*answer);
    return std::nullopt;
  }
  status = done;
  return std::move(*answer);
}

int complain_of(const ClientAnswer& answer) {
  const auto problem = json::parse(answer.body);
  if (!problem || problem->kind != json::Kind::object || problem->find("title") == nullptr) {
    return complain(refused, "the service answered " + std::to_string(answer.status), next_step(answer));
  }
  std::string cause = std::to_string(answer.status) + " " + shown(*problem, "title");
  if (const auto detail = shown(*problem, "detail"); !detail.empty()) cause += ": " + detail;
  const auto* errors = problem->find("errors");
  const bool listed = errors != nullptr && errors->kind == json::Kind::array && !errors->items.empty();
  complain(refused, cause, listed ? "" : next_step(answer));
  if (!listed) return refused;
  for (const auto& error : errors->items) {
    const auto pointer = shown(error, "pointer");
    const auto where = pointer.empty() ? shown(error, "parameter") : pointer;
    std::cerr << "  " << plain_text(where.empty() ? "the body" : where) << ": "
              << plain_text(shown(error, "detail")) << "\n";
  }
  std::cerr << "  " << next_step(answer) << "\n";
  return refused;
}

void print_json(const std::string& body) {
  std::cout << body;
  if (body.empty() || body.back() != '\n') std::cout << "\n";
}

std::optional<std::string> text_of(const std::string& file) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    complain(wrong_usage, file + " cannot be read", "");
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::optional<std::string> text_or_file(const std::string& value) {
  return value.starts_with('@') ? text_of(value.substr(1)) : std::optional(value);
}

std::string shown(const json::Value& object, std::string_view name) {
  const auto* member = object.find(name);
  if (member == nullptr || member->kind == json::Kind::null) return "";
  if (member->kind == json::Kind::string) return member->text;
  std::string text;
  json::write(text, *member);
  return text;
}

std::string new_key() {
  std::random_device random;
  std::string key;
  for (int i = 0; i < 32; ++i)
    key += "0123456789abcdef"[random() % 16];
  return key;
}

}  // namespace almanac::cli
