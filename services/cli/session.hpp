#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "events/json.hpp"
#include "services/cli/client.hpp"
#include "services/cli/exit_status.hpp"
#include "services/cli/program.hpp"
#include "services/cli/table.hpp"
#include "services/cli/terminal.hpp"

namespace almanac::cli {

/// One run of the program: what its verbs share. A verb's options are read by CLI11; what it then does it
/// puts into `run`, so that nothing happens before the whole command line was understood.
struct Session {
  const NodeVerbs& node;
  Terminal terminal;
  std::string url, token, organization = "acme", output;
  std::vector<std::string> node_settings;  ///< `--data.dir` of a verb that works on a node's files
  std::string brokers, topic;              ///< of a verb that works on a log, wherever it is
  std::function<int()> run;

  bool wants_json() const { return output == "json" || (output.empty() && !terminal.out); }
};

/// `--url`, `--token`, `--org` and `--output`, for a verb that asks the service.
void add_client_options(CLI::App& verb, Session& session);
/// `--token` and `--org` alone.
void add_token_options(CLI::App& verb, Session& session);
/// `--data.dir` and `--config`, for a verb that works on a node's files.
void add_file_options(CLI::App& verb, Session& session);
/// These, and for a log in Kafka `--brokers`, `--topic` and `--kafka.properties.NAME=VALUE`; returns the
/// first. `take_properties` is for the verb's callback: CLI11 knows no option whose name is open.
CLI::Option* add_log_options(CLI::App& verb, Session& session);
void take_properties(const CLI::App& verb, Session& session);

/// A client with a token: the given one, or one minted by the local development node's own key.
Client client_of(const Session& session);

/// Says that the service was not reached, and why; returns `unreachable`.
int complain_of(const Client& client, const std::string& why);
/// Sends, and complains of everything but a good answer: then nullopt, and `status` is the exit status.
std::optional<ClientAnswer> ask(const Client& client, const ClientRequest& request, int& status);
/// Says what the service's problem (RFC 9457) says, and what to do about it; returns `refused`.
int complain_of(const ClientAnswer& answer);

/// The body as it came, with a line feed behind it.
void print_json(const std::string& body);

/// A file's text, `-` being standard input; complains of one that cannot be read.
std::optional<std::string> text_of(const std::string& file);
/// The value itself, or, behind an `@`, the text of the file.
std::optional<std::string> text_or_file(const std::string& value);

/// A member as a person reads it: strings bare, null as nothing, everything else as JSON.
std::string shown(const events::json::Value& object, std::string_view name);

/// A key for one write, so that a retry by hand can be the same command: random, 32 hex digits.
std::string new_key();

}  // namespace almanac::cli
