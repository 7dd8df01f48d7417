#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/version.h"

namespace barium::app {

namespace {

// groff_man(7): a backslash, a dash, and a dot or quote at the start of a line mean something else.
std::string roff(const std::string& text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    out += c == '\\' ? std::string("\\e") : c == '-' ? std::string("\\-") : std::string(1, c);
    line_start = c == '\n';
  }
  return out;
}

std::string usage_of(const CLI::App& sub) {
  std::string words;
  for (const CLI::Option* option : sub.get_options())
    if (option->get_positional()) words += " \\fI" + roff(option->get_name(true)) + "\\fR";
  return words;
}

// " \fIPATH\fR"; nothing for a flag. A type may be followed by its limits, which the help shows.
std::string value_of(const CLI::Option& option) {
  if (option.get_type_size() == 0) return {};
  const std::string type = option.get_type_name();
  return " \\fI" + roff(type.substr(0, type.find(':'))) + "\\fR";
}

void print_command(const CLI::App& sub) {
  fmt::print(".SS barium {}{}\n{}.\n", sub.get_name(), usage_of(sub), roff(sub.get_description()));
  for (const CLI::Option* option : sub.get_options()) {
    const std::string name = option->get_positional() ? option->get_name(true) : option->get_name();
    const std::string value = option->get_positional() ? "" : value_of(*option);
    fmt::print(".TP\n.B {}{}\n{}\n", roff(name), value, roff(option->get_description()));
  }
  fmt::print(".PP\n.nf\n{}\n.fi\n", roff(sub.get_footer()));
}

}  // namespace

Action bind_manual(CLI::App& app) {
  CLI::App* root = app.get_parent();
  return [root](const Common&) {
    fmt::print(".TH BARIUM 1 \"\" \"{}\"\n.SH NAME\nbarium \\- {}\n.SH COMMANDS\n", kVersionText,
               roff(root->get_description().substr(root->get_description().find(' ') + 1)));
    for (const CLI::App* sub : root->get_subcommands({})) print_command(*sub);
    fmt::print(
        ".SH EXIT STATUS\n0 done, 2 wrong usage, 3 failed; with examine \\-\\-check: 0 genuine, 10 altered, "
        "11 not ours, 12 undetermined.\n");
    return kDone;
  };
}

}  // namespace barium::app
