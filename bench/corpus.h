#pragma once

// What end-to-end suites share: a list of documents and cameras in a text file, the documents registered as a
// vault would hold them, and the way from a picture to an accusation, by library calls.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "code/codebook.h"
#include "find/find.h"
#include "image/image.h"
#include "mark/reading.h"
#include "page/document.h"
#include "page/registered_page.h"
#include "sim/camera.h"
#include "trace/trace.h"

namespace barium::bench {

// Lines of "key value", '#' comments; the keys are the names of the fields, `document`, `foreign` and
// `camera` as often as wanted. Throws base::Error(kMalformed) that names the line.
struct Suite {
  std::uint64_t seed = 1;
  std::uint64_t recipients = 1000;
  int leaks = 10;                     // of each document through each camera
  int min_carriers = 100;             // a leak shows a page that has as many, where the document has one
  double strength_pt = 0.25;          // displacement of a carrier
  std::vector<std::string> document;  // files of pdf/core
  std::vector<std::string> foreign;   // the same, never registered
  std::vector<std::string> camera;    // presets of bench/cameras
  std::string paper;                  // only real photographs of this kind; all where empty
};
Suite read_suite(const std::filesystem::path& path);

// $BARIUM_DATA, else ../shared/data beside the checkout; nullopt where neither is there.
std::optional<std::filesystem::path> data_folder();
sim::Camera read_camera(const std::string& name);

struct RegisteredDocument {
  std::string name;
  page::OpenedDocument opened;
  std::vector<page::RegisteredPage> pages;
  code::Codebook codebook;
  std::vector<int> leakable;  // indices of the pages that a leak may show
};
RegisteredDocument register_document(const std::filesystem::path& path, const Suite& suite,
                                     std::uint64_t number);

// Documents and the index over all their pages.
class Vault {
 public:
  explicit Vault(std::vector<RegisteredDocument> documents);

  const std::vector<RegisteredDocument>& documents() const { return documents_; }

  struct Place {
    std::size_t document = 0;
    std::size_t page = 0;  // index
    image::Homography photo_from_page;
    std::vector<image::Match> matches;
  };
  // None: not found; several: the photo's words do not tell which.
  std::vector<Place> find(image::GrayView photo) const;

 private:
  std::vector<RegisteredDocument> documents_;
  std::vector<Place> place_of_;  // by PageId
  find::Index index_;
};

struct Examination {
  std::optional<Vault::Place> place;
  mark::Reading reading;
  trace::TraceResult traced;
};
Examination examine(const Vault& vault, image::GrayView photo, std::uint64_t copies);
// What was read, numbered through the document of the place.
std::vector<trace::Evidence> evidence_of(const Vault& vault, const Examination& seen);

// The simulated camera wants a page finer than its own sensor.
inline constexpr double kSimulatedPxPerPt = 400.0 / 72.0;

// A page of a PDF as the camera passes it on, decoded again. page: index.
image::GrayImage photograph_page(base::ByteView pdf, std::size_t page, const sim::Camera& camera,
                                 std::uint64_t seed);

// The same through a channel by its name: a preset of bench/cameras; or a renderer and dots per inch,
// "poppler_115", "mupdf_150", what a screenshot of another program's window shows. A renderer has no seed.
image::GrayImage take_picture(base::ByteView pdf, std::size_t page, const std::string& channel,
                              std::uint64_t seed);

}  // namespace barium::bench
