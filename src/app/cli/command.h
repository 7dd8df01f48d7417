#pragma once

// A command of the program: its line in the help, its examples, and how its flags become the options struct
// of a function in flow/. Help, manual and shell completion are made from the same entries.

#include <CLI/CLI.hpp>
#include <functional>
#include <span>
#include <string>

#include "app/confine/confinement.h"
#include "app/flow/supervision.h"
#include "vault/store.h"

namespace barium::app {

// What every command takes.
struct Common {
  std::string vault = "./barium.vault";
  bool json = false;
  bool unconfined = false;

  std::unique_ptr<vault::Store> open(vault::Access access) const { return vault::open_vault(vault, access); }
  // Its workers end with the supervision's stop. Warns on stderr, each run, when there are no walls.
  Confinement confinement(const Supervision& supervision) const;
};

// Exit codes, part of the contract: never renumber.
inline constexpr int kDone = 0;
inline constexpr int kUsage = 2;
inline constexpr int kFailed = 3;

using Action = std::function<int(const Common&)>;  // returns the exit code

struct Command {
  const char* name;
  const char* summary;  // one line
  const char* examples;
  Action (*bind)(CLI::App& app);  // declares the flags; the action is called after parsing
};

std::span<const Command> commands();

// The whole command line, with every command of the table bound. Owns what the flags are written to.
class CommandLine {
 public:
  CommandLine();
  CLI::App& app() { return app_; }
  int run(int argc, char** argv);

 private:
  int act();  // what was parsed; returns the exit code

  CLI::App app_;
  Common common_;
  std::map<std::string, Action> actions_;
};

// --password, of encrypted PDFs.
void add_password(CLI::App& app, std::string& password);

// For options that are numbers; "nan" is none.
CLI::Validator between(double least, double most);

// One entry each, in the file of the same name.
Action bind_add(CLI::App& app);
Action bind_completion(CLI::App& app);
Action bind_doctor(CLI::App& app);
Action bind_examine(CLI::App& app);
Action bind_forecast(CLI::App& app);
Action bind_init(CLI::App& app);
Action bind_issue(CLI::App& app);
Action bind_list(CLI::App& app);
Action bind_manual(CLI::App& app);
Action bind_measure(CLI::App& app);

}  // namespace barium::app
