#include "app/flow/registered.h"

#include <filesystem>

#include "app/flow/add.h"
#include "base/error.h"
#include "base/file.h"

namespace barium::app {

namespace {

std::optional<vault::Document> by_file(vault::Store& store, const std::string& name) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(name, error)) return std::nullopt;
  return store.find_document(base::sha256(base::read_file(name, kMostPdfBytes)));
}

}  // namespace

vault::Document find_document(vault::Store& store, const std::string& name) {
  if (auto document = store.find_document(name)) return *document;
  std::vector<vault::Document> titled;
  for (vault::Document& document : store.documents())
    if (document.title == name) titled.push_back(std::move(document));
  if (titled.size() == 1) return titled.front();
  if (titled.size() > 1) {
    throw base::Error(base::ErrorCode::kUsage,
                      std::to_string(titled.size()) + " documents are called '" + name + "'", {},
                      "Name it by its id: 'barium list' shows them");
  }
  if (auto document = by_file(store, name)) return *document;
  throw base::Error(base::ErrorCode::kNotFound, "there is no document '" + name + "' in the vault", {},
                    "'barium list' shows the documents; 'barium add' registers one");
}

page::DocumentModel load_model(vault::Store& store, const vault::Document& document) {
  page::DocumentModel model;
  model.pages.resize(document.pages);
  for (const vault::PageInfo& page : store.pages())
    if (page.document == document.row && page.number >= 1 && page.number <= document.pages)
      model.pages[page.number - 1] = page::parse_page(store.page_blob(page.row, vault::PageBlob::kModel));
  return model;
}

}  // namespace barium::app
