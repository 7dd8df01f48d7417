// verify beside what people do without it, on the same real photographs, honest and against altered originals
// (bench/altered_pages.h), each laid on its page by align:
// - tesseract-and-diff: tesseract reads the photo (twice the grid of verify::LaidPage, 288 dpi), and a word
// is
//   called altered where what it reads there is not the original's text. Kinder to it than a diff of the
//   whole text, which the order of columns upsets.
// - pixels: diff-pdf is not in Debian; like it, the photo's pixels are compared with the original's, here
//   after tones are evened out word by word, and a word is called altered where they differ by more than a
//   threshold, the one with the fewest errors in this very run.
//
//   verify_peers [--variants N] [--every N] [--kind NAME] [--invoice ID] [--camera NAME]

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "align/align.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/process.h"
#include "bench/altered_pages.h"
#include "bench/oracle/scratch_folder.h"
#include "bench/photo_suite.h"
#include "image/encode.h"
#include "image/sample.h"
#include "verify/laid_page.h"
#include "verify/verify.h"

namespace {

using namespace barium;
namespace fs = std::filesystem;

constexpr int kUpscale = 2;
constexpr double kGrownPt = 2;  // tesseract's boxes are not the original's to the point

struct ReadWord {
  base::Vec2 centre;  // pt
  std::string text;
};

// By the program on this machine, as anybody would.
std::vector<ReadWord> read_by_tesseract(const verify::LaidPage& laid) {
  const int w = laid.rough.width(), h = laid.rough.height();
  image::GrayImage page(w, h);
  for (std::size_t i = 0; i < page.pixels().size(); ++i)
    page.pixels()[i] =
        static_cast<std::uint8_t>(std::lround(255 * std::clamp(laid.rough.pixels()[i], 0.0f, 1.0f)));
  const image::GrayImage large = image::resize(page.view(), kUpscale * w, kUpscale * h);
  const oracle::ScratchFolder folder;
  const fs::path stem = folder.path() / "page";
  const fs::path picture = stem.string() + ".png", table = stem.string() + ".tsv";
  base::write_file(picture, image::encode_png(large.view()), base::Durability::kVisible, 0600);
  const auto dpi = std::to_string(std::lround(72 / verify::kLaidStepPt * kUpscale));
  const auto ended = base::run_program(
      {"env", "OMP_THREAD_LIMIT=1", "tesseract", picture.string(), stem.string(), "--dpi", dpi, "tsv"}, {});
  if (!ended.ok())
    throw base::Error(base::ErrorCode::kUsage, "tesseract does not run: apt-get install tesseract-ocr");
  std::vector<ReadWord> words;
  std::ifstream rows(table);
  for (std::string row; std::getline(rows, row);) {
    std::vector<std::string> cells;
    std::istringstream in(row);
    for (std::string cell; std::getline(in, cell, '\t');) cells.push_back(cell);
    if (cells.size() < 12 || cells[0] != "5") continue;
    const double pt = verify::kLaidStepPt / kUpscale;
    words.push_back({{pt * (std::stod(cells[6]) + std::stod(cells[8]) / 2),
                      pt * (std::stod(cells[7]) + std::stod(cells[9]) / 2)},
                     cells[11]});
  }
  return words;
}

std::string text_at(const std::vector<ReadWord>& words, const base::Box& box) {
  std::string text;
  for (const ReadWord& word : words)
    if (box.grown(kGrownPt).contains(word.centre)) text += word.text;
  return text;
}

// Root mean square of what is left of the photo there with its tones fitted to the original's, over the
// original's own contrast.
double pixels_differ(const verify::LaidPage& laid, const image::FloatImage& original, const base::Box& box) {
  double n = 0, a = 0, b = 0, aa = 0, ab = 0, bb = 0;
  for (int y = std::max(0, static_cast<int>(box.y0 / verify::kLaidStepPt));
       y < std::min(original.height(), static_cast<int>(box.y1 / verify::kLaidStepPt)); ++y)
    for (int x = std::max(0, static_cast<int>(box.x0 / verify::kLaidStepPt));
         x < std::min(original.width(), static_cast<int>(box.x1 / verify::kLaidStepPt)); ++x) {
      const double o = static_cast<double>(original.at(x, y)), p = static_cast<double>(laid.rough.at(x, y));
      n += 1, a += o, b += p, aa += o * o, ab += o * p, bb += p * p;
    }
  const double oo = aa - a * a / n, op = ab - a * b / n, pp = bb - b * b / n;
  return n > 0 && oo > 0 && pp > 0 ? std::sqrt(std::max(0.0, 1 - std::max(0.0, op) * op / (oo * pp))) : 1;
}

// A word, and what each says of it.
struct Case {
  bool altered = false;  // in truth
  bool barium_altered = false, barium_vouched = false, tesseract_altered = false;
  double pixels = 0;
};

std::vector<Case> examine(const image::GrayImage& pixels, const find::Placement& place,
                          const std::vector<bench::PageVersion>& versions) {
  std::vector<Case> cases;
  std::vector<ReadWord> read;
  for (const bench::PageVersion& version : versions) {
    const page::RegisteredPage& page = version.page;
    const align::Alignment aligned = align::align_page(pixels, page, place.photo_from_page, place.matches);
    const verify::LaidPage laid = verify::lay_page(pixels, page, aligned);
    const std::vector<verify::WordFinding> findings = verify::verify_words(pixels, page, aligned);
    if (&version == &versions.front()) read = read_by_tesseract(laid);
    for (std::size_t i = 0; i < findings.size(); ++i) {
      const page::Word& word = page.model.words[i];
      // Unaltered words of altered pages are those of the honest page again.
      if (version.truth[i] == "beside" || (&version != &versions.front() && version.truth[i].empty()))
        continue;
      cases.push_back({!version.truth[i].empty(), findings[i].state == verify::WordState::kAltered,
                       findings[i].state == verify::WordState::kVouched, text_at(read, word.box) != word.text,
                       pixels_differ(laid, laid.original, word.box)});
    }
  }
  return cases;
}

// Where the sum of both errors' shares is least.
double best_threshold(const std::vector<Case>& cases) {
  std::vector<double> honest, altered;
  for (const Case& one : cases) (one.altered ? altered : honest).push_back(one.pixels);
  std::ranges::sort(honest), std::ranges::sort(altered);
  double best = 0, least = 2;
  for (const double at : altered) {
    const auto below = [&](const std::vector<double>& all) {
      return static_cast<double>(std::ranges::lower_bound(all, at) - all.begin()) /
             static_cast<double>(all.size());
    };
    if (const double errors = below(altered) + 1 - below(honest); errors < least) least = errors, best = at;
  }
  return best;
}

template <class Says>
void row(const char* name, const std::vector<std::vector<Case>>& photos, Says says) {
  int honest = 0, wrong = 0, altered = 0, found = 0, pages = 0, wrong_pages = 0;
  for (const std::vector<Case>& cases : photos) {
    bool any = false;
    for (const Case& one : cases) {
      if (one.altered) ++altered, found += says(one);
      if (!one.altered) ++honest, wrong += says(one), any = any || says(one);
    }
    pages += !cases.empty(), wrong_pages += any;
  }
  fmt::print("{:28} {:7} of {:6} = {:6.2f} % {:6} of {:4} {:8} of {:5} = {:5.1f} %\n", name, wrong, honest,
             100.0 * wrong / std::max(1, honest), wrong_pages, pages, found, altered,
             100.0 * found / std::max(1, altered));
}

int run(const bench::PhotoSettings& settings, const bench::RealPhotos& real) {
  const auto picture_of = [&](const bench::RealPhoto& photo) { return bench::picture_of(photo, settings); };
  const auto places = bench::place_photos(real, picture_of);
  const auto versions = bench::versions_of(real, settings.variants);
  std::vector<std::vector<Case>> photos(real.photos.size());
  base::parallel_for(photos.size(), 0, [&](std::size_t i) {
    if (places[i])
      photos[i] = examine(picture_of(real.photos[i]), *places[i], versions.at(real.photos[i].invoice));
  });
  std::vector<Case> all;
  for (const auto& cases : photos) all.insert(all.end(), cases.begin(), cases.end());
  const double threshold = best_threshold(all);
  fmt::print("{:28} {:>27} {:>14} {:>25}\n", "", "honest words called altered", "such pages",
             "altered words found");
  row("barium", photos, [](const Case& one) { return one.barium_altered; });
  row("tesseract and diff", photos, [](const Case& one) { return one.tesseract_altered; });
  row("pixels, best threshold", photos, [&](const Case& one) { return one.pixels > threshold; });
  const auto share = [&](auto says) {
    return fmt::format("{} of {}", std::ranges::count_if(all, says),
                       std::ranges::count(all, true, &Case::altered));
  };
  fmt::print(
      "altered words passed as the original's: barium {} (the others it calls altered or unreadable), "
      "tesseract {}, pixels {}\n",
      share([](const Case& one) { return one.altered && one.barium_vouched; }),
      share([](const Case& one) { return one.altered && !one.tesseract_altered; }),
      share([&](const Case& one) { return one.altered && one.pixels <= threshold; }));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_photo_suite(argc, argv, {"--variants", "--every", "--kind", "--invoice", "--camera"},
                                run);
}
