#include <iostream>
#include <memory>

#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

/// The words that may follow some verb.
struct Place {
  std::string verb;  ///< `models list`; empty at the beginning
  std::vector<std::string> words;
};

void walk(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
  Place place{path, {}};
  for (const auto* verb : app.get_subcommands({}))
    place.words.push_back(verb->get_name());
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames())
      place.words.push_back("--" + name);
  }
  places.push_back(std::move(place));
  for (const auto* verb : app.get_subcommands({})) {
    walk(*verb, path.empty() ? verb->get_name() : path + " " + verb->get_name(), places);
  }
}

std::vector<Place> places_of(const CLI::App& app, const NodeVerbs& node) {
  std::vector<Place> places;
  walk(app, "", places);
  for (auto& place : places) {
    if (place.verb == "config") place.words.insert(place.words.end(), {"print", "check", "page"});
    if (place.verb != "serve" && place.verb != "config") continue;
    for (const auto& name : node.setting_names)
      place.words.push_back("--" + name);
  }
  return places;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

/// Shared by bash and zsh: the words of a verb, chosen by the bare words typed so far.
std::string table_of(const std::vector<Place>& places, const std::string& variable) {
  std::string text;
  for (const auto& place : places) {
    text += "    '" + place.verb + "') " + variable + "='" + joined(place.words) + "' ;;\n";
  }
  return text;
}

std::string for_bash(const std::vector<Place>& places) {
  return "# bash completion for almanac: source <(almanac completion bash)\n"
         "_almanac() {\n"
         "  local verb='' words='' i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    [[ ${COMP_WORDS[i]} == -* ]] && break\n"
         "    verb+=\"${verb:+ }${COMP_WORDS[i]}\"\n"
         "  done\n"
         "  case $verb in\n" +
         table_of(places, "words") +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o default -F _almanac almanac\n";
}

std::string for_zsh(const std::vector<Place>& places) {
  return "#compdef almanac\n"
         "# zsh completion for almanac: source <(almanac completion zsh)\n"
         "_almanac() {\n"
         "  local verb='' offered='' i\n"
         "  for ((i = 2; i < CURRENT; i++)); do\n"
         "    [[ ${words[i]} == -* ]] && break\n"
         "    verb+=\"${verb:+ }${words[i]}\"\n"
         "  done\n"
         "  case $verb in\n" +
         table_of(places, "offered") +
         "  esac\n"
         "  compadd -- ${=offered}\n"
         "}\n"
         "compdef _almanac almanac\n";
}

std::string for_fish(const std::vector<Place>& places) {
  std::string text = "# fish completion for almanac: almanac completion fish | source\n";
  for (const auto& place : places) {
    std::string when = "__fish_use_subcommand";
    if (!place.verb.empty()) {
      when = "string match -qr '^almanac " + place.verb + "(?: -|$| [^ ]*$)' -- (commandline -cp)";
    }
    text += "complete -c almanac -f -n \"" + when + "\" -a '" + joined(place.words) + "'\n";
  }
  return text;
}

}  // namespace

void add_completion(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("completion", "The completion script of a shell");
  auto shell = std::make_shared<std::string>();
  verb->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  verb->callback([&app, &session, shell] {
    session.run = [&app, &session, shell] {
      const auto places = places_of(app, session.node);
      std::cout << (*shell == "bash"  ? for_bash(places)
                    : *shell == "zsh" ? for_zsh(places)
                                      : for_fish(places));
      return done;
    };
  });
}

}  // namespace almanac::cli
