#pragma once

// What a document can bear, before it is issued: how many of its pages must be photographed to name the
// leaker, or one of a few who mixed their copies.

#include <string>
#include <vector>

#include "app/confine/confinement.h"
#include "base/note.h"
#include "vault/store.h"

namespace barium::app {

struct ForecastFlowOptions {
  std::string document;         // see find_document; or a PDF that is in no vault
  std::uint64_t copies = 1000;  // of the circulation
  double alpha = 1e-6;          // bound on accusing anybody innocent
  double strength_pt = 0.25;    // of a PDF that is in no vault
  std::string password;
};

struct ForecastLine {
  int colluders = 1;
  double power = 0.99;         // chance to name at least one of them
  double carriers_needed = 0;  // the colluders take each word from one of them at random
  double carriers_worst = 0;   // the colluders' best known strategy
  double pages = 0;            // carriers_needed in pages of this document
  double pages_worst = 0;
  bool within_document = false;  // the document has carriers_worst
};

struct ForecastReport {
  std::string title;
  std::string id;                             // empty: in no vault
  std::vector<std::size_t> carriers;          // by page
  std::vector<std::string> unmarked_reasons;  // by page
  std::uint64_t copies = 0;
  double alpha = 0;
  double largest_circulation = 0;  // see capacity.h
  std::vector<ForecastLine> lines;
  base::Notes notes;

  std::size_t carrier_count() const;
  double carriers_a_page() const;  // of the pages that carry
};

// store: may be null where the document is a file.
ForecastReport forecast(vault::Store* store, const ForecastFlowOptions& options,
                        const Confinement& confinement);

}  // namespace barium::app
