#include <fstream>
#include <iostream>
#include <memory>

#include "events/log/export.hpp"
#include "events/log/read_only_log.hpp"
#include "services/cli/log_files.hpp"
#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

struct Options {
  std::string directory, file;
};

int verify_source(const Session& session, log::Source& source) {
  Progress progress(session.terminal.err);
  const auto verified = log::verify(source, decodable(), [&](log::Position position) {
    progress.say("verified up to position " + std::to_string(position));
  });
  progress.clear();
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
  return verify_source(session, source);
}

int verify_file(const Session& session, const std::string& file) {
  std::ifstream stream;
  if (file != "-") stream.open(file, std::ios::binary);
  if (file != "-" && !stream) return complain(wrong_usage, file + " cannot be read", "");
  log::ExportSource source(file == "-" ? std::cin : stream, file);
  return verify_source(session, source);
}

int verify(const Session& session, const Options& options) {
  if (!options.file.empty()) return verify_file(session, options.file);
  if (!options.directory.empty()) return verify_directory(session, options.directory);
  const auto data = data_dir_of(session);
  return data ? verify_directory(session, *data / "log") : wrong_usage;
}

}  // namespace

void add_verify(CLI::App& app, Session& session) {
  auto* verb =
      app.add_subcommand("verify", "Proves a log from its records alone; names the first bad position");
  auto options = std::make_shared<Options>();
  auto* directory =
      verb->add_option("--log", options->directory, "A log's directory (the node's own)")->type_name("DIR");
  verb->add_option("--file", options->file, "A whole export; - is standard input")
      ->type_name("EXPORT")
      ->excludes(directory);
  verb->add_option("--output", session.output, "table or json")->check(CLI::IsMember({"table", "json"}));
  add_file_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return verify(session, *options); }; });
}

}  // namespace almanac::cli
