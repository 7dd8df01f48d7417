#include "app/flow/registered.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "app/confine/answer.h"
#include "app/flow/add.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"

namespace barium::app {

namespace {

constexpr std::size_t kMostTitleBytes = 500;

constexpr const char* kDamaged = "the vault is damaged";

[[noreturn]] void damaged(const std::string& how) {
  throw base::Error(base::ErrorCode::kMalformed, kDamaged + (": " + how));
}

bool is_file(const std::string& name) {
  std::error_code error;
  return std::filesystem::is_regular_file(name, error);
}

std::vector<vault::Document> titled(vault::Store& store, const std::string& name) {
  const std::string title = title_of(name);
  std::vector<vault::Document> found;
  for (vault::Document& document : store.documents())
    if (document.title == title) found.push_back(std::move(document));
  return found;
}

}  // namespace

std::string title_of(const std::string& text) { return plain_text(text, kMostTitleBytes); }

vault::Document find_document(vault::Store& store, const std::string& name) {
  if (auto document = store.find_document(name)) return *document;
  const bool file = is_file(name);
  if (file)
    if (auto document = store.find_document(base::sha256(base::read_file(name, kMostPdfBytes))))
      return *document;
  const std::vector<vault::Document> candidates = titled(store, name);
  if (candidates.empty()) {
    throw base::Error(base::ErrorCode::kNotFound, "there is no document '" + name + "' in the vault", {},
                      "'barium list' shows the documents; 'barium add' registers one");
  }
  if (file) {
    throw base::Error(base::ErrorCode::kUsage,
                      "the file '" + name + "' is another than the document of that title", {},
                      "Register it with 'barium add', or name the document by its id: " + candidates[0].id);
  }
  if (candidates.size() > 1) {
    throw base::Error(base::ErrorCode::kUsage,
                      std::to_string(candidates.size()) + " documents are called '" + name + "'", {},
                      "Name it by its id: 'barium list' shows them");
  }
  return candidates.front();
}

page::DocumentModel load_model(vault::Store& store, const vault::Document& document) try {
  std::vector<vault::PageInfo> pages;
  for (const vault::PageInfo& page : store.pages())
    if (page.document == document.row) pages.push_back(page);
  std::ranges::sort(pages, {}, &vault::PageInfo::number);
  if (pages.size() != document.pages) damaged("'" + document.title + "' lacks pages");
  page::DocumentModel model;
  for (const vault::PageInfo& page : pages) {
    if (page.number != model.pages.size() + 1) damaged("'" + document.title + "' lacks a page");
    model.pages.push_back(page::parse_page(store.page_blob(page.row, vault::PageBlob::kModel)));
  }
  if (model.carrier_count() != document.carriers)
    damaged("the words of '" + document.title + "' that carry a mark do not add up");
  return model;
} catch (const base::Error& error) {
  throw of_vault(error);
}

std::uint64_t codeword_hash(const std::vector<std::int8_t>& codeword) {
  const base::Digest digest =
      base::sha256({reinterpret_cast<const std::uint8_t*>(codeword.data()), codeword.size()});
  std::uint64_t hash = 0;
  std::memcpy(&hash, digest.data(), sizeof hash);
  return hash;
}

base::Error of_vault(const base::Error& error) {
  if (error.code() != base::ErrorCode::kMalformed) return error;
  const std::string& message = error.message();
  return base::Error(base::ErrorCode::kStorage,
                     message.starts_with(kDamaged) ? message : kDamaged + (": " + message), error.place(),
                     "Restore it from a backup; 'barium doctor' tells more");
}

}  // namespace barium::app
