#pragma once

// How far each word of a photo stands from its place on the original, paper and lens taken out: the
// registration alone, without a vault. The plain structs here become the lines of
// docs/formats/measurement.md.

#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/confine/confinement.h"
#include "app/flow/photo_source.h"
#include "app/flow/supervision.h"
#include "base/geometry.h"
#include "base/note.h"

namespace barium::app {

struct MeasuredWord {
  std::string text;  // empty where the original has no text for it, as in a picture
  base::Box box;     // pt, page frame
  double dx_pt = 0, dy_pt = 0, sigma_pt = 0, match = 0;  // as page::WordMeasurement
  bool carrier = false;
};

struct MeasuredPlace {
  int page = 0;  // of the original, from 1
  double score = 0;
  std::array<double, 9> photo_from_page{};
};

struct Measurement {
  PhotoInfo photo;
  std::optional<MeasuredPlace> placement;
  int words_on_page = 0;
  std::vector<MeasuredWord> words;  // those that were placed, in the page's order
  base::Notes notes;
};

struct MeasureOptions {
  int page = 0;          // of the original: only this one; 0: all
  std::string password;  // of encrypted PDFs
};

// original: a PDF or a picture of the page. photo: a picture, or a PDF whose pages are. `report` is called
// for each page of the original that a picture of the photo shows, and once for a picture that shows none.
// Throws base::Error for either file, kUsage for a page that is not there,
// kInterrupted.
void measure(const std::filesystem::path& original, const std::filesystem::path& photo,
             const MeasureOptions& options, const Confinement& confinement,
             const std::function<void(const Measurement&)>& report, const Supervision& supervision = {});

}  // namespace barium::app
