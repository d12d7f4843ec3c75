#include <fstream>
#include <iostream>
#include <memory>

#include "events/log/embedded_log.hpp"
#include "events/log/export.hpp"
#include "events/log/import.hpp"
#include "events/log/kafka/topic_source.hpp"
#include "events/log/kafka/topic_transfer.hpp"
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

int export_source(const Session& session, log::BoundedSource& source, const std::string& file) {
  Progress progress(session.terminal.err);
  const auto exported = file == "-" ? log::export_log(source, std::cout, told(progress, "exported"))
                                    : log::export_file(source, file, told(progress, "exported"));
  progress.clear();
  if (!exported) return complain_of(exported.error());
  if (file != "-") print_verified(session, *exported, "export");
  return done;
}

int export_records(const Session& session, const log::Records& records, const std::string& file) {
  log::RecordsSource source(records);
  return export_source(session, source, file);
}

/// Sealing fences a node that writes there: it may run.
int export_topic(const Session& session, const log::kafka::Options& topic, const Options& options) {
  if (options.seal) {
    if (const auto sealed = log::kafka::seal_topic(topic, seal_behind); !sealed)
      return complain_of(sealed.error());
  }
  const auto source = log::kafka::TopicSource::open(topic);
  return source ? export_source(session, **source, options.file) : complain_of(source.error());
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
  const auto place = log_place_of(session);
  if (!place) return wrong_usage;
  if (place->topic) return export_topic(session, *place->topic, options);
  const auto directory = log::records_in(place->data_dir);
  if (!directory) return complain_of(directory.error());
  if (options.seal && log::is_copy(*directory)) {
    return complain(
        refused, "this is a node's copy of its topic, which cannot be sealed",
        "seal the topic itself: --seal with --topic, and --brokers where the settings do not say them");
  }
  if (options.seal) return export_sealed(session, place->data_dir, options.file);
  const auto records = log::ReadOnlyLog::open(*directory);
  if (!records) return complain_of(records.error());
  return export_records(session, **records, options.file);
}

/// An import that is under way: what comes, and how it goes on.
struct Coming {
  Coming(const Session& session, std::istream& in, const Options& options)
      : source(in, options.file),
        unsealed(options.copy ? log::Unsealed::accept_a_copy : log::Unsealed::refuse),
        handover(session.node.version_line, unsealed),
        progress(session.terminal.err) {}

  template <class Fault>
  int tell(const Session& session, const tl::expected<log::Verified, Fault>& imported) {
    progress.clear();
    if (!imported) return complain_of(imported.error());
    print_verified(session, *imported, "import");
    return done;
  }

  log::ExportSource source;
  log::Unsealed unsealed;
  Handover handover;
  Progress progress;
};

int import_directory(const Session& session, const std::filesystem::path& data, Coming& coming) {
  const auto owned = log::OwnedDirectory::open(data, log::data_directory);
  if (!owned) return complain_of(owned.error());
  if (const auto place = log::records_in(data); !place || log::is_copy(*place)) {
    return complain(refused, data.string() + " follows a topic",
                    "import into another data directory, or into a topic without records (--topic)");
  }
  auto& handover = coming.handover;
  return coming.tell(session,
                     log::import_directory(data / "log", coming.source, coming.unsealed, handover.go_on(),
                                           handover.meaning(), told(coming.progress, "imported")));
}

int import_topic(const Session& session, log::kafka::Options topic, Coming& coming) {
  // The one transaction of it, and what is left of the brokers' 15 minutes.
  topic.append_wait = std::chrono::minutes(14);
  auto& handover = coming.handover;
  return coming.tell(session,
                     log::kafka::import_topic(topic, coming.source, coming.unsealed, handover.go_on(),
                                              handover.meaning(), told(coming.progress, "imported")));
}

int import_all(const Session& session, const Options& options) {
  const auto place = log_place_of(session);
  if (!place) return wrong_usage;
  std::ifstream stream;
  if (options.file != "-") stream.open(options.file, std::ios::binary);
  if (options.file != "-" && !stream) return complain(wrong_usage, options.file + " cannot be read", "");
  Coming coming(session, options.file == "-" ? std::cin : stream, options);
  return place->topic ? import_topic(session, *place->topic, coming)
                      : import_directory(session, place->data_dir, coming);
}

}  // namespace

void add_log(CLI::App& app, Session& session) {
  auto* log = app.add_subcommand("log", "The whole log, out and in, positions and hashes unchanged");
  log->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* out = log->add_subcommand("export", "Writes the whole log to a file");
  out->add_option("file", options->file, "Where to; - is standard output")->required()->type_name("FILE");
  out->add_flag("--seal", options->seal, "End this log with the export, so that it goes on elsewhere alone");
  auto* in = log->add_subcommand("import", "Takes a complete export to where there is no log yet");
  in->add_option("file", options->file, "What; - is standard input")->required()->type_name("FILE");
  in->add_flag("--copy", options->copy, "Go on under a new log id; needed for a log that was not sealed");
  for (auto* verb : {out, in}) {
    verb->add_option("--output", session.output, "table or json")->check(CLI::IsMember({"table", "json"}));
    add_log_options(*verb, session);
  }
  out->callback([&session, options, out] {
    take_properties(*out, session);
    session.run = [&session, options] { return export_all(session, *options); };
  });
  in->callback([&session, options, in] {
    take_properties(*in, session);
    session.run = [&session, options] { return import_all(session, *options); };
  });
}

}  // namespace almanac::cli
