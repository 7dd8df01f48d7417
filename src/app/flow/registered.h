#pragma once

// A document as the vault holds it, found by what people call it.

#include <string>

#include "page/word.h"
#include "vault/store.h"

namespace barium::app {

// name: an id ("d-7k3m9q2x"), a title that only one document has, or the path of a file that was added.
// Throws base::Error(kNotFound, kUsage).
vault::Document find_document(vault::Store& store, const std::string& name);

page::DocumentModel load_model(vault::Store& store, const vault::Document& document);

}  // namespace barium::app
