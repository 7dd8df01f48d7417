#pragma once

// Registers originals: read in a confined worker, pictured, described for finding, stored.

#include <filesystem>
#include <optional>

#include "app/confine/confinement.h"
#include "app/flow/supervision.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "page/word.h"
#include "vault/store.h"

namespace barium::app {

inline constexpr std::uint64_t kMostPdfBytes = 100'000'000;  // docs/limits.md

struct AddOptions {
  std::string title;          // empty: the file's name
  double strength_pt = 0.25;  // displacement of a carrier
  std::string password;       // of an encrypted original
  bool break_signatures = false;
  bool again = false;    // also where this very file is registered already
  unsigned threads = 0;  // 0: one a core
};

struct AddedPage {
  int number = 0;
  std::size_t words = 0;
  std::size_t carriers = 0;
  std::string unmarked_reason;  // empty where it carries
  base::Notes notes;
};

struct AddReport {
  vault::Document document;
  std::vector<AddedPage> pages;
  bool was_there = false;  // nothing was added: this file is registered
};

// What reading an original gives, before it is in any vault; for forecast of a file too.
struct ReadOriginal {
  page::DocumentModel model;
  base::Bytes copy_template;
  base::Bytes pdf;
};
ReadOriginal read_original(const std::filesystem::path& file, const AddOptions& options,
                           const Confinement& confinement);

AddReport add_document(vault::Store& store, const std::filesystem::path& file, const AddOptions& options,
                       const Confinement& confinement, base::Entropy& entropy, base::Clock& clock,
                       const Supervision& supervision = {});

}  // namespace barium::app
