#pragma once

// One individually marked copy of a document for each person of a list. Killed at any moment and run again,
// it issues nobody twice and loses nobody: a copy is reserved in the vault before it is made, made the same
// way every time, and marked issued when its file has been written, read back and is on disk.

#include <filesystem>

#include "app/flow/supervision.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/note.h"
#include "vault/store.h"

namespace barium::app {

struct IssueOptions {
  std::string document;          // see find_document
  std::filesystem::path people;  // the list
  std::filesystem::path out;     // made if absent
  unsigned threads = 0;          // 0: one a core
};

struct IssueReport {
  vault::Document document;
  std::uint64_t issued = 0;   // by this run
  std::uint64_t already = 0;  // by earlier ones
  std::uint64_t bytes = 0;    // of the files that this run wrote
  std::filesystem::path list;
  base::Notes notes;
};

// Throws base::Error: kInterrupted where supervision.stop said so, after everything made so far is safe.
IssueReport issue(vault::Store& store, const IssueOptions& options, base::Entropy& entropy,
                  base::Clock& clock, const Supervision& supervision = {});

}  // namespace barium::app
