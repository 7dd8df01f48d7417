#pragma once

// A document as the vault holds it, found by what people call it.

#include <string>

#include "base/error.h"
#include "page/word.h"
#include "vault/store.h"

namespace barium::app {

// A title as it is kept: fit to be shown.
std::string title_of(const std::string& text);

// name: an id ("d-7k3m9q2x"), the path of a file that was added, or a title that only one document has. A
// file that was not added does not stand for a document whose title is its name: it may be a later version.
// Throws base::Error(kNotFound, kUsage).
vault::Document find_document(vault::Store& store, const std::string& name);

// Its pages, which add up to what the document says of itself, else the vault is damaged.
page::DocumentModel load_model(vault::Store& store, const vault::Document& document);

// What the vault keeps of a copy's codeword, so that no two copies have one and a damaged key is noticed.
std::uint64_t codeword_hash(const std::vector<std::int8_t>& codeword);

// What reading from a vault throws. Malformed there is not the fault of a file that the user named: it
// becomes Error(kStorage) that calls the vault damaged.
base::Error of_vault(const base::Error& error);

}  // namespace barium::app
