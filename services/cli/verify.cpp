#include <fstream>
#include <iostream>
#include <memory>

#include "events/log/export.hpp"
#include "events/log/kafka/topic_source.hpp"
#include "events/log/read_only_log.hpp"
#include "services/cli/log_files.hpp"
#include "services/cli/log_pages.hpp"
#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

struct Options {
  std::string directory, file;
  bool url = false;  ///< given on the command line: ALMANAC_URL must not turn a proof of files into another
};

using Verdict = tl::expected<log::Verified, log::BadPosition>;

Verdict walk(const Session& session, log::Source& source) {
  Progress progress(session.terminal.err);
  return log::verify(source, decodable(), [&](log::Position position) {
    progress.say("verified up to position " + std::to_string(position));
  });
}

int tell(const Session& session, const Verdict& verified) {
  if (verified) {
    print_verified(session, *verified, "verify");
    return done;
  }
  const auto& bad = verified.error();
  if (session.wants_json()) {
    std::string json = R"({"ok":false,"position":")" + std::to_string(bad.position) + R"(","what":)";
    events::json::write_string(json, bad.what);
    std::cout << json << "}\n";
  }
  return complain(refused, "the first bad position is " + std::to_string(bad.position) + ": " + bad.what,
                  bad.mend);
}

int verify_directory(const Session& session, const std::filesystem::path& directory) {
  const auto records = log::ReadOnlyLog::open(directory);
  if (!records) return complain_of(records.error());
  log::RecordsSource source(**records);
  return tell(session, walk(session, source));
}

int verify_file(const Session& session, const std::string& file) {
  std::ifstream stream;
  if (file != "-") stream.open(file, std::ios::binary);
  if (file != "-" && !stream) return complain(wrong_usage, file + " cannot be read", "");
  log::ExportSource source(file == "-" ? std::cin : stream, file);
  return tell(session, walk(session, source));
}

int verify_url(const Session& session) {
  LogPages pages(client_of(session));
  const auto verdict = walk(session, pages);
  if (const auto& none = pages.no_page()) {
    const auto* answer = std::get_if<ClientAnswer>(&*none);
    return answer ? complain_of(*answer) : complain_of(pages.client(), std::get<std::string>(*none));
  }
  return tell(session, verdict);
}

int verify_topic(const Session& session, const log::kafka::Options& options) {
  const auto topic = log::kafka::TopicSource::open(options);
  if (!topic) return complain_of(topic.error());
  const auto verdict = walk(session, **topic);
  if ((*topic)->out_of_reach()) return complain(unreachable, verdict.error().what, verdict.error().mend);
  const auto& aside = (*topic)->set_aside();
  if (aside.foreign + aside.duplicates + aside.altered > 0) {
    std::cerr << "set aside in the topic, since they move no position: " << aside.foreign << " foreign, "
              << aside.duplicates << " duplicate, " << aside.altered << " altered records\n";
  }
  return tell(session, verdict);
}

int verify(const Session& session, const Options& options) {
  if (options.url) return verify_url(session);
  if (!options.file.empty()) return verify_file(session, options.file);
  if (!options.directory.empty()) return verify_directory(session, options.directory);
  const auto place = log_place_of(session);
  if (!place) return wrong_usage;
  if (place->topic) return verify_topic(session, *place->topic);
  const auto records = log::records_in(place->data_dir);
  return records ? verify_directory(session, *records) : complain_of(records.error());
}

}  // namespace

void add_verify(CLI::App& app, Session& session) {
  auto* verb =
      app.add_subcommand("verify", "Proves a log from its records alone; names the first bad position");
  auto options = std::make_shared<Options>();
  auto* directory =
      verb->add_option("--log", options->directory, "A log's directory (the node's own)")->type_name("DIR");
  auto* file = verb->add_option("--file", options->file, "A whole export; - is standard input")
                   ->type_name("EXPORT")
                   ->excludes(directory);
  auto* brokers = add_log_options(*verb, session)->excludes(directory)->excludes(file);
  auto* topic = verb->get_option("--topic")->excludes(directory)->excludes(file);
  verb->add_option_function<std::string>(
          "--url",
          [&session, options](const std::string& url) {
            session.url = url;
            options->url = true;
          },
          "A running node, read by GET /v1/log")
      ->type_name("URL")
      ->excludes(directory)
      ->excludes(file)
      ->excludes(brokers)
      ->excludes(topic);
  add_token_options(*verb, session);
  verb->add_option("--output", session.output, "table or json")->check(CLI::IsMember({"table", "json"}));
  verb->callback([&session, options, verb] {
    take_properties(*verb, session);
    session.run = [&session, options] { return verify(session, *options); };
  });
}

}  // namespace almanac::cli
