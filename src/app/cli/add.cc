#include "app/flow/add.h"

#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "app/cli/talk.h"
#include "app/confine/answer.h"
#include "base/error.h"

namespace barium::app {

namespace {

struct AddFlags {
  std::vector<std::string> files;
  AddOptions options;
};

Json to_json(const AddReport& report) {
  Json pages = Json::array();
  for (const AddedPage& page : report.pages) {
    Json entry{{"page", page.number}, {"words", page.words}, {"carriers", page.carriers}};
    if (!page.unmarked_reason.empty()) entry["unmarked_reason"] = page.unmarked_reason;
    if (!page.notes.empty()) entry["notes"] = app::to_json(page.notes);
    pages.push_back(std::move(entry));
  }
  Json json = app::to_json(report.document);
  json["was_there"] = report.was_there;
  json["page_list"] = std::move(pages);
  json["notes"] = app::to_json(report.document.notes);
  return json;
}

void tell(const AddReport& report) {
  const vault::Document& document = report.document;
  fmt::print("{}  {}: {}, {} that can carry a mark{}\n", document.id, document.title,
             counted(document.pages, "page", "pages"), counted(document.carriers, "word", "words"),
             report.was_there ? " (was registered already)" : "");
  for (const AddedPage& page : report.pages)
    if (!page.unmarked_reason.empty())
      fmt::print("  page {} carries no mark: {}\n", page.number, page.unmarked_reason);
  for (const base::Note& note : document.notes) fmt::print("  {}\n", note.text);
  if (document.carriers == 0)
    fmt::print("  No page of it can carry a mark: it can be recognised in photographs, but not issued.\n");
}

int add_all(const AddFlags& flags, const Common& common) {
  if (flags.files.size() > 1 && !flags.options.title.empty())
    throw base::Error(base::ErrorCode::kUsage, "--title names one document, but there are several files");
  const auto store = common.open(vault::Access::kWrite);
  base::SystemEntropy entropy;
  base::SystemClock clock;
  Talk talk;
  const Confinement confinement = common.confinement(talk.supervision());
  bool failed = false;
  for (const std::string& file : flags.files) {
    try {
      const AddReport report =
          add_document(*store, file, flags.options, confinement, entropy, clock, talk.supervision());
      talk.clear();
      if (common.json) {
        print_json(to_json(report));
      } else {
        tell(report);
      }
    } catch (const base::Error& error) {
      using base::ErrorCode;
      if (flags.files.size() == 1 || error.code() == ErrorCode::kInterrupted) throw;
      talk.clear();
      fmt::print(stderr, "barium: {}\n", plain_text(error.what(), 4096));
      failed = true;
    }
  }
  return failed ? kFailed : kDone;
}

}  // namespace

Action bind_add(CLI::App& app) {
  // Shared with CLI11, which writes the flags after this returns.
  const auto flags = std::make_shared<AddFlags>();
  app.add_option("FILE", flags->files, "PDFs to register")->required();
  app.add_option("--title", flags->options.title, "Title (default: the file's name)");
  app.add_option("--strength", flags->options.strength_pt, "Displacement of a word, points (default 0.25)")
      ->check(between(0.05, 1.0));
  add_password(app, flags->options.password);
  app.add_flag("--break-signatures", flags->options.break_signatures,
               "Accept a signed PDF; its copies fail their signature");
  app.add_flag("--again", flags->options.again, "Register a file that is registered already once more");
  return [flags](const Common& common) { return add_all(*flags, common); };
}

}  // namespace barium::app
