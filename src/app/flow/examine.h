#pragma once

// What a photo shows: document and page, and whose copy it is of, with a proven bound on the chance of
// accusing anybody innocent. The plain structs here become the lines of docs/formats/examination.md.

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/confine/confinement.h"
#include "app/flow/leak.h"
#include "app/flow/supervision.h"
#include "app/flow/versions.h"
#include "base/error.h"
#include "base/geometry.h"
#include "base/note.h"
#include "image/image.h"
#include "vault/store.h"
#include "verify/verdict.h"

namespace barium::app {

using verify::Verdict;
// As the JSON has it.
const char* name_of(Verdict verdict);

struct PhotoInfo {
  std::string file;
  std::string sha256;  // hex
  int page = 0;        // of a PDF or multipage picture, from 1; 0: the file is one picture
  int width = 0, height = 0;
};

struct PlacementInfo {
  std::string document, title;
  int page = 0;
  double score = 0;
  std::array<double, 9> photo_from_page{};
};

struct AlteredWord {
  std::string kind;      // "changed", "missing", "blacked_out", "added"
  std::string expected;  // what the original says
  std::string reads;     // what the photo seems to say; empty: not known
  std::string reads_by;  // "glyphs": one of the page's own glyphs each; "ocr": tesseract
  base::Box page_box;    // pt: of the word, or of the ink that was added
  std::array<double, 8>
      photo_quad{};  // its corners in the photo, px: top left, top right, bottom right, bottom left
  double p_value = 1;
};

// A word that does not look as it should, and is not surely another.
struct DoubtfulWord {
  std::string expected;
  std::string why;                     // "different"; "covered": by something dark
  base::Box page_box;                  // pt
  std::array<double, 8> photo_quad{};  // as of AlteredWord
};

// Words of the page, compared with the original.
struct WordsInfo {
  int on_page = 0, vouched = 0, unreadable = 0;
  std::vector<AlteredWord> altered;
  std::vector<DoubtfulWord> doubtful;  // of the unreadable ones
  // Of the page's own: without what was added.
  std::size_t words_altered() const {
    return altered.size() -
           static_cast<std::size_t>(std::ranges::count(altered, "added", &AlteredWord::kind));
  }
};

struct AlteredGraphic {
  std::string what;                    // "rule": a line, or the edge of a bar or box; "picture"
  std::string kind;                    // "changed"; "missing": blank paper
  base::Box page_box;                  // pt
  std::array<double, 8> photo_quad{};  // as of AlteredWord
  double p_value = 1;
};

// Rules and pictures of the page, compared with the original.
struct GraphicsInfo {
  int on_page = 0, vouched = 0, unreadable = 0;
  std::vector<AlteredGraphic> altered;
};

// For a report: the original's page and what the photo shows of it, on one scale.
struct PagePictures {
  image::GrayImage original, photo;
  double px_per_pt = 0;
  struct Word {
    base::Box box;  // pt
    enum class Found { kVouched, kAltered, kUnreadable } found = Found::kUnreadable;
    std::string why;  // of an unreadable one, in plain words
  };
  std::vector<Word> words;
};

struct Examination {
  PhotoInfo photo;
  std::optional<PlacementInfo> placement;
  Verdict verdict = Verdict::kUndetermined;
  bool spliced = false;  // the sheet was put together of this page and of others, in `also`
  WordsInfo words;
  GraphicsInfo graphics;
  int carriers_on_page = 0;
  int carriers_read = 0;
  std::vector<OtherVersion> versions;  // that the vault holds too, and the picture speaks against
  std::vector<AccusedCopy> accused;
  std::uint64_t tested_copies = 0;
  double alpha = 1e-6;  // this page's share of the picture's
  base::Notes notes;
  std::optional<base::Error> error;              // the photo could not be examined
  std::shared_ptr<const PagePictures> pictures;  // where ExamineOptions asks for them
  std::vector<Examination> also;  // of the other pages in the picture; they have no `also` of their own
};

struct ExamineOptions {
  std::string document;  // only this one; see find_document
  int page = 0;          // only this one; 0: all
  std::string password;  // of encrypted PDFs
  double alpha = 1e-6;   // bound on accusing anybody innocent: by one photo, or by one leak
  // kTogether: all pictures are of one leak. Copies are named once, from all of them, not picture by picture.
  enum class Leaks { kEach, kTogether } leaks = Leaks::kEach;
  unsigned threads = 0;   // 0: one a core
  bool pictures = false;  // for reports
};

struct ExamineSummary {
  std::uint64_t photos = 0, placed = 0, named = 0, failed = 0;
  std::vector<LeakFinding> together;  // of Leaks::kTogether
};

// Every file, every picture in every directory (also below), every page of every PDF. `report` is called in
// the order of the input. A bad file becomes a result with an error. Throws base::Error for the vault, a
// document that does not exist, kInterrupted.
ExamineSummary examine(vault::Store& store, const std::vector<std::filesystem::path>& inputs,
                       const ExamineOptions& options, const Confinement& confinement,
                       const std::function<void(const Examination&)>& report,
                       const Supervision& supervision = {});

}  // namespace barium::app
