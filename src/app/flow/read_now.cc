#include "app/flow/read_now.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "align/coarse.h"
#include "align/photo_levels.h"
#include "app/confine/tasks.h"

namespace barium::app {

namespace {

// Letters are shown at the size that tesseract was trained on: a line of 40 px and more. Bench: reads_now.
constexpr double kLinePx = 48, kMostLinePt = 60;
constexpr double kMarginPt = 1.5;  // less than half a space
constexpr int kApartPx = 40;
constexpr int kMostStrips = 200, kMostWidthPx = 4000;
constexpr double kLeastConfidence = 30;

bool is_to_be_read(const AlteredWord& word) {
  return word.reads.empty() && (word.kind == "changed" || word.kind == "added");
}

// The area as it lies on the page; paper is white and ink black.
image::GrayImage cut_out(const align::PhotoLevels& levels, image::GrayView picture, const base::Box& area,
                         const image::Warp& picture_from_page) {
  const double scale = kLinePx / std::clamp(area.height(), 4.0, kMostLinePt);
  const int width = std::clamp(static_cast<int>(area.width() * scale), 1, kMostWidthPx),
            height = std::clamp(static_cast<int>(area.height() * scale), 1, kMostWidthPx);
  const align::PatchGrid grid{{area.x0 + 0.5 / scale, area.y0 + 0.5 / scale}, 1 / scale, width, height};
  const align::WarpLattice lattice(picture_from_page, grid);
  if (!lattice.inside(picture.width(), picture.height())) return {};
  const double px_per_pt = align::px_per_pt_at(picture_from_page.homography, area.centre());
  const std::vector<float> tones = align::sample_patch(levels, levels.level_for(px_per_pt / scale), lattice,
                                                       grid, align::Interpolation::kCubic);
  std::vector<float> sorted = tones;
  std::ranges::sort(sorted);
  // Ground is what there is most of: paper, or the dark band that a table's heads stand in.
  const float middle = sorted[sorted.size() / 2], least = sorted[sorted.size() / 50],
              most = sorted[sorted.size() * 49 / 50];
  const bool light_on_dark = most - middle > middle - least;
  const float ink = light_on_dark ? most : least;
  const float paper = sorted[light_on_dark ? sorted.size() / 10 : sorted.size() * 9 / 10];
  const float contrast = light_on_dark ? std::min(-0.02f, paper - ink) : std::max(0.02f, paper - ink);
  image::GrayImage out(width, height);
  for (std::size_t i = 0; i < tones.size(); ++i)
    out.pixels()[i] =
        static_cast<std::uint8_t>(std::lround(255 * std::clamp((tones[i] - ink) / contrast, 0.0f, 1.0f)));
  return out;
}

// One below the other on white, as lines of a page.
struct Sheet {
  image::GrayImage picture;
  std::vector<int> first_row;  // of each strip; its height is up to the next one's, less kApartPx
};

Sheet sheet_of(const std::vector<image::GrayImage>& strips) {
  Sheet sheet;
  int width = 1, height = kApartPx;
  for (const image::GrayImage& strip : strips) {
    sheet.first_row.push_back(height);
    width = std::max(width, strip.width()), height += strip.height() + kApartPx;
  }
  sheet.picture = image::GrayImage(width + 2 * kApartPx, height, 1, 255);
  for (std::size_t i = 0; i < strips.size(); ++i)
    for (int y = 0; y < strips[i].height(); ++y)
      std::copy_n(strips[i].row(y), strips[i].width(), sheet.picture.row(sheet.first_row[i] + y) + kApartPx);
  return sheet;
}

}  // namespace

void read_now(WordsInfo& words, base::Notes& notes, image::GrayView picture,
              const image::Warp& picture_from_page, const Confinement& confinement) {
  const align::PhotoLevels levels(picture);
  std::vector<image::GrayImage> strips;
  std::vector<AlteredWord*> of_strip;
  for (AlteredWord& word : words.altered) {
    if (!is_to_be_read(word) || strips.size() == kMostStrips) continue;
    image::GrayImage strip = cut_out(levels, picture, word.page_box.grown(kMarginPt), picture_from_page);
    if (strip.empty()) continue;
    strips.push_back(std::move(strip));
    of_strip.push_back(&word);
  }
  if (strips.empty()) return;
  const Sheet sheet = sheet_of(strips);
  std::vector<ReadWord> read;
  try {
    read = read_text(confinement, sheet.picture);
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::kInterrupted) throw;
    notes.push_back(
        {"reads.no_ocr", "What the altered words say now was not read: " + error.message() + "."});
    return;
  }
  for (const ReadWord& one : read) {
    if (one.confidence < kLeastConfidence) continue;
    const auto above = std::ranges::upper_bound(sheet.first_row, static_cast<int>(one.box.centre().y));
    if (above == sheet.first_row.begin()) continue;
    AlteredWord& word = *of_strip[static_cast<std::size_t>(above - sheet.first_row.begin()) - 1];
    word.reads += (word.reads.empty() ? "" : " ") + one.text;
    word.reads_by = "ocr";
  }
}

}  // namespace barium::app
