#include "app/flow/issue.h"

#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "app/cli/talk.h"

namespace barium::app {

namespace {

int issue_copies(const IssueOptions& options, const Common& common) {
  const auto store = common.open(vault::Access::kWrite);
  base::SystemEntropy entropy;
  base::SystemClock clock;
  Talk talk;
  const auto began = std::chrono::steady_clock::now();
  const IssueReport report = issue(*store, options, entropy, clock, talk.supervision());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  talk.clear();
  for (const base::Note& note : report.notes) fmt::print(stderr, "Note: {}\n", note.text);
  if (common.json) {
    print_json({{"schema", "barium.issue/1"},
                {"document", report.document.id},
                {"title", report.document.title},
                {"issued", report.issued},
                {"already", report.already},
                {"bytes", report.bytes},
                {"seconds", seconds},
                {"list", report.list.string()},
                {"notes", to_json(report.notes)}});
    return kDone;
  }
  fmt::print("Issued {} of '{}' in {:.1f} s", counted(report.issued, "copy", "copies"), report.document.title,
             seconds);
  if (report.already > 0) fmt::print("; {} issued before", counted(report.already, "was", "were"));
  fmt::print(".\nEach was read back from its file. Who has which copy: {}\n", report.list.string());
  return kDone;
}

}  // namespace

Action bind_issue(CLI::App& app) {
  // Shared with CLI11, which writes the flags after this returns.
  const auto options = std::make_shared<IssueOptions>();
  app.add_option("DOC", options->document, "The document: its id, its title, or its file")->required();
  app.add_option("--to", options->people, "The recipients, a CSV with a column 'name'")
      ->required()
      ->type_name("PEOPLE.csv");
  app.add_option("--out", options->out, "Directory for the copies and copies.csv")
      ->required()
      ->type_name("DIR");
  return [options](const Common& common) { return issue_copies(*options, common); };
}

}  // namespace barium::app
