#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "app/cli/talk.h"

namespace barium::app {

namespace {

int list_all(const Common& common) {
  const auto store = common.open(vault::Access::kRead);
  const std::vector<vault::Document> documents = store->documents();
  for (const vault::Document& document : documents) {
    const vault::CopyCounts copies = store->count_copies(document.row);
    if (common.json) {
      Json json = to_json(document);
      json["added_at"] = document.added_at;
      json["issued"] = copies.issued;
      json["reserved"] = copies.reserved;
      print_json(json);
    } else {
      fmt::print("{}  {:>11}  {:>16}  {:>14}  {}\n", document.id, counted(document.pages, "page", "pages"),
                 counted(document.carriers, "carrier", "carriers"), counted(copies.issued, "copy", "copies"),
                 document.title);
    }
  }
  if (documents.empty() && !common.json)
    fmt::print("The vault is empty. 'barium add FILE.pdf' registers a document.\n");
  return kDone;
}

}  // namespace

Action bind_list(CLI::App&) { return list_all; }

}  // namespace barium::app
