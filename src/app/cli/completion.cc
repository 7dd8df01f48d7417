#include <fmt/format.h>

#include "app/cli/command.h"

namespace barium::app {

namespace {

struct Flag {
  std::string name;  // "--vault"
  std::string description;
  bool takes_value = false;
};

std::vector<Flag> flags_of(const CLI::App& app) {
  std::vector<Flag> flags;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames())
      flags.push_back({"--" + name, option->get_description(), option->get_expected_max() > 0});
  return flags;
}

std::string quoted(const std::string& text) {  // inside '...' of any of the three shells
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out;
}

std::string bash(CLI::App& app) {
  std::string names, cases;
  for (const CLI::App* sub : app.get_subcommands({})) {
    names += " " + sub->get_name();
    std::string words;
    for (const Flag& flag : flags_of(*sub)) words += " " + flag.name;
    cases += fmt::format("    {}) words='{}' ;;\n", sub->get_name(), words.substr(1));
  }
  return fmt::format(
      "_barium() {{\n"
      "  local here=${{COMP_WORDS[COMP_CWORD]}} words=\n"
      "  COMPREPLY=()\n"
      "  case ${{COMP_WORDS[1]}} in\n{}  esac\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then words='{} --help --version'\n"
      "  elif [[ $here != -* ]]; then return; fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$here\"))\n"
      "}}\n"
      "complete -o bashdefault -o default -F _barium barium\n",
      cases, names.substr(1));
}

std::string zsh(CLI::App& app) {
  std::string names, cases;
  for (const CLI::App* sub : app.get_subcommands({})) {
    names += fmt::format("    '{}:{}'\n", sub->get_name(), quoted(sub->get_description()));
    std::string words;
    for (const Flag& flag : flags_of(*sub)) {
      std::string description = quoted(flag.description);
      for (const char c : {'[', ']', ':'})
        for (std::size_t at = 0; (at = description.find(c, at)) != std::string::npos; at += 2)
          description.insert(at, "\\");
      words += fmt::format(" '{}[{}]{}'", flag.name, description, flag.takes_value ? ":value:_files" : "");
    }
    cases += fmt::format("    {}) _arguments{} '*:file:_files' ;;\n", sub->get_name(), words);
  }
  return fmt::format(
      "#compdef barium\n"
      "_barium() {{\n"
      "  local -a names=(\n{}  )\n"
      "  if (( CURRENT == 2 )); then _describe command names; return; fi\n"
      "  shift words; (( CURRENT-- ))\n"
      "  case $words[1] in\n{}  esac\n"
      "}}\n"
      "compdef _barium barium\n",
      names, cases);
}

std::string fish(CLI::App& app) {
  std::string out;
  for (const CLI::App* sub : app.get_subcommands({})) {
    out += fmt::format("complete -c barium -n __fish_use_subcommand -f -a {} -d '{}'\n", sub->get_name(),
                       quoted(sub->get_description()));
    for (const Flag& flag : flags_of(*sub)) {
      out += fmt::format("complete -c barium -n '__fish_seen_subcommand_from {}' -l {}{} -d '{}'\n",
                         sub->get_name(), flag.name.substr(2), flag.takes_value ? " -r" : "",
                         quoted(flag.description));
    }
  }
  return out;
}

}  // namespace

Action bind_completion(CLI::App& app) {
  const auto shell = std::make_shared<std::string>();  // shared with CLI11, which writes it later
  app.add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  CLI::App* root = app.get_parent();
  return [shell, root](const Common&) {
    fmt::print("{}", *shell == "bash" ? bash(*root) : *shell == "zsh" ? zsh(*root) : fish(*root));
    return kDone;
  };
}

}  // namespace barium::app
