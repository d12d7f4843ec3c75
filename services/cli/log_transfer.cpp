#include <fstream>
#include <iostream>
#include <memory>

#include "events/log/embedded_log.hpp"
#include "events/log/export.hpp"
#include "events/log/import.hpp"
#include "events/log/owned_directory.hpp"
#include "events/log/read_only_log.hpp"
#include "services/cli/handover.hpp"
#include "services/cli/log_files.hpp"
#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

struct Options {
  std::string file;
  bool seal = false, copy = false;
};

log::Progress told(Progress& progress, const char* what) {
  return [&progress, what](log::Position position) {
    progress.say(std::string(what) + " up to position " + std::to_string(position));
  };
}

int export_records(const Session& session, const log::Records& records, const std::string& file) {
  Progress progress(session.terminal.err);
  log::RecordsSource source(records);
  const auto exported = file == "-" ? log::export_log(source, std::cout, told(progress, "exported"))
                                    : log::export_file(source, file, told(progress, "exported"));
  progress.clear();
  if (!exported) return complain_of(exported.error());
  if (file != "-") print_verified(session, *exported, "export");
  return done;
}

/// Seals first, which needs the log for itself: the node must have stopped.
int export_sealed(const Session& session, const std::filesystem::path& data, const std::string& file) {
  const auto owned = log::OwnedDirectory::open(data, log::data_directory);
  if (!owned) return complain_of(owned.error());
  const auto log = log::EmbeddedLog::open({.directory = data / "log"});
  if (!log) return complain_of(log.error());
  if (const auto sealed = seal(**log); !sealed) return complain_of(sealed.error());
  return export_records(session, **log, file);
}

int export_all(const Session& session, const Options& options) {
  const auto data = data_dir_of(session);
  if (!data) return wrong_usage;
  const auto place = log::records_in(*data);
  if (!place) return complain_of(place.error());
  if (options.seal && log::is_copy(*place)) {
    return complain(refused, "this node's log is a topic, which cannot be sealed",
                    "export it without --seal; `almanac log import --copy` takes that");
  }
  if (options.seal) return export_sealed(session, *data, options.file);
  const auto records = log::ReadOnlyLog::open(*place);
  if (!records) return complain_of(records.error());
  return export_records(session, **records, options.file);
}

int import_all(const Session& session, const Options& options) {
  const auto data = data_dir_of(session);
  if (!data) return wrong_usage;
  std::ifstream stream;
  if (options.file != "-") stream.open(options.file, std::ios::binary);
  if (options.file != "-" && !stream) return complain(wrong_usage, options.file + " cannot be read", "");
  const auto owned = log::OwnedDirectory::open(*data, log::data_directory);
  if (!owned) return complain_of(owned.error());
  if (const auto place = log::records_in(*data); !place || log::is_copy(*place)) {
    return complain(refused, data->string() + " follows a topic",
                    "import into another data directory; an import into a topic is not possible yet");
  }
  log::ExportSource source(options.file == "-" ? std::cin : stream, options.file);
  const auto unsealed = options.copy ? log::Unsealed::accept_a_copy : log::Unsealed::refuse;
  Handover handover(session.node.version_line, unsealed);
  Progress progress(session.terminal.err);
  const auto imported = log::import_directory(*data / "log", source, unsealed, handover.go_on(),
                                              handover.meaning(), told(progress, "imported"));
  progress.clear();
  if (!imported) return complain_of(imported.error());
  print_verified(session, *imported, "import");
  return done;
}

}  // namespace

void add_log(CLI::App& app, Session& session) {
  auto* log = app.add_subcommand("log", "The whole log, out and in, positions and hashes unchanged");
  log->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* out = log->add_subcommand("export", "Writes the whole log to a file");
  out->add_option("file", options->file, "Where to; - is standard output")->required()->type_name("FILE");
  out->add_flag("--seal", options->seal, "End this log with the export, so that it goes on elsewhere alone");
  auto* in = log->add_subcommand("import", "Takes a complete export into a data directory without a log");
  in->add_option("file", options->file, "What; - is standard input")->required()->type_name("FILE");
  in->add_flag("--copy", options->copy, "Go on under a new log id; needed for a log that was not sealed");
  for (auto* verb : {out, in}) {
    verb->add_option("--output", session.output, "table or json")->check(CLI::IsMember({"table", "json"}));
    add_file_options(*verb, session);
  }
  out->callback(
      [&session, options] { session.run = [&session, options] { return export_all(session, *options); }; });
  in->callback(
      [&session, options] { session.run = [&session, options] { return import_all(session, *options); }; });
}

}  // namespace almanac::cli
