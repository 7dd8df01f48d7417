#include "app/cli/command.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "app/cli/version.h"
#include "app/confine/answer.h"
#include "base/error.h"

namespace barium::app {

namespace {

constexpr std::array<Command, 10> kCommands = {{
    {"init", "Make an empty vault",
     "  barium init\n"
     "  barium init --vault /srv/centre.vault",
     bind_init},
    {"add", "Register an original, so that copies can be issued and photographs recognised",
     "  barium add record.pdf\n"
     "  barium add record.pdf --title 'Weekly record' --json\n"
     "  barium add minutes/*.pdf",
     bind_add},
    {"list", "Show the documents of the vault",
     "  barium list\n"
     "  barium list --json",
     bind_list},
    {"forecast", "Say what a document can bear, before it is issued",
     "  barium forecast record.pdf --copies 1000\n"
     "  barium forecast d-7k3m9q2x",
     bind_forecast},
    {"issue", "Write one individually marked copy for each person of a list",
     "  barium issue d-7k3m9q2x --to people.csv --out copies\n"
     "\n"
     "  people.csv begins with a line that names its columns, one of them 'name':\n"
     "    name,unit\n"
     "    Ann Example,Registry\n"
     "  A recipient is a whole line: the same name with another column or field is another recipient.\n"
     "  DIR/copies.csv then says which copy is whose: keep it as safe as the vault.\n"
     "  Stopped or killed at any moment, the same command goes on: nobody is issued twice.",
     bind_issue},
    {"examine", "Say which page a photograph shows, what of it was altered, and whose copy it is of",
     "  barium examine leak.jpg\n"
     "  barium examine photos/ leaked.pdf --json > findings.jsonl\n"
     "  barium examine leak.jpg --document d-7k3m9q2x --page 3\n"
     "  barium examine leak.jpg --report reports\n"
     "  barium examine leak1.jpg leak2.jpg --together",
     bind_examine},
    {"measure", "Say how far each word of a photograph stands from its place; needs no vault",
     "  barium measure record.pdf leak.jpg\n"
     "  barium measure record.pdf leak.jpg --page 3 --json > words.json",
     bind_measure},
    {"doctor", "Check programs, confinement, vault and disk",
     "  barium doctor\n"
     "  barium doctor --vault /srv/centre.vault",
     bind_doctor},
    {"completion", "Print the completion of a shell",
     "  source <(barium completion bash)\n"
     "  barium completion fish > ~/.config/fish/completions/barium.fish",
     bind_completion},
    {"manual", "Print the manual page", "  barium manual | man -l -", bind_manual},
}};

const char* text_of(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

void bind_common(CLI::App& app, Common& common) {
  app.add_option("--vault", common.vault, "The vault's directory (else BARIUM_VAULT, else ./barium.vault)")
      ->type_name("PATH");
  app.add_flag("--json", common.json, "Results as JSON on stdout, one object a line");
  app.add_flag(
      "--unconfined", common.unconfined,
      "Parse files without the walls of bubblewrap (also BARIUM_UNCONFINED=1): for files you trust only");
}

int fail_unwritten() {
  std::fputs("barium: the results could not be written to the standard output\n", stderr);
  return kFailed;
}

}  // namespace

Confinement Common::confinement(const Supervision& supervision) const {
  if (unconfined)
    fmt::print(stderr,
               "Warning: files are parsed without confinement (--unconfined or BARIUM_UNCONFINED).\n");
  return Confinement(unconfined ? Walls::kUnconfined : Walls::kConfined, {}, supervision.stop);
}

void add_password(CLI::App& app, std::string& password) {
  password = text_of("BARIUM_PASSWORD");
  app.add_option("--password", password,
                 "Password of encrypted PDFs (else BARIUM_PASSWORD, which other users cannot see)");
}

CLI::Validator between(double least, double most) {
  const auto check = [least, most](const std::string& text) {
    double value = 0;
    if (CLI::detail::lexical_cast(text, value) && value >= least && value <= most) return std::string();
    return fmt::format("'{}' is not a number from {:g} to {:g}", text, least, most);
  };
  return CLI::Validator(check, fmt::format("FLOAT in [{:g} - {:g}]", least, most));
}

std::span<const Command> commands() { return kCommands; }

CommandLine::CommandLine()
    : app_("barium: individually marked copies of documents, and whose copy a photograph shows.", "barium") {
  if (*text_of("BARIUM_VAULT") != 0) common_.vault = text_of("BARIUM_VAULT");
  const std::string_view unconfined = text_of("BARIUM_UNCONFINED");
  common_.unconfined = unconfined == "1" || unconfined == "yes" || unconfined == "true";
  app_.require_subcommand(1);
  app_.set_version_flag("--version", kVersionText);
  app_.footer("'barium COMMAND --help' explains a command. Exit codes: 0 done, 2 wrong usage, 3 failed.");
  for (const Command& command : kCommands) {
    CLI::App* sub = app_.add_subcommand(command.name, command.summary);
    sub->footer(std::string("Examples:\n") + command.examples);
    actions_[command.name] = command.bind(*sub);
    bind_common(*sub, common_);
  }
}

int CommandLine::act() {
  try {
    return actions_.at(app_.get_subcommands().front()->get_name())(common_);
  } catch (const std::system_error&) {  // fmt's, of a disk that is full or a pipe that nobody reads
    if (std::ferror(stdout) == 0 && std::ferror(stderr) == 0) throw;
    return kFailed;
  }
}

int CommandLine::run(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
    const int code = act();
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? code : fail_unwritten();
  } catch (const CLI::ParseError& error) {
    return app_.exit(error) == 0 ? kDone : kUsage;
  } catch (const base::Error& error) {
    std::fputs(fmt::format("barium: {}\n", plain_text(error.what(), 4096)).c_str(), stderr);
    return error.code() == base::ErrorCode::kUsage ? kUsage : kFailed;
  }
}

}  // namespace barium::app
