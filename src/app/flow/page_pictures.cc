#include "app/flow/page_pictures.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "align/coarse.h"
#include "align/photo_levels.h"

namespace barium::app {

namespace {

// Where the page lies outside of the photo there is mid-grey.
image::GrayImage laid_out(image::GrayView photo, const image::Warp& photo_from_page, double px_per_pt,
                          int width, int height) {
  const align::PhotoLevels levels(photo);
  const align::PatchGrid grid{{0.5 / px_per_pt, 0.5 / px_per_pt}, 1 / px_per_pt, width, height};
  const align::WarpLattice lattice(photo_from_page, grid);
  const double scale = std::sqrt(
      std::abs(photo_from_page.homography.area_scale({width / px_per_pt / 2, height / px_per_pt / 2})));
  const int level = levels.level_for(scale / px_per_pt);
  const std::vector<float> tones =
      align::sample_patch(levels, level, lattice, grid, align::Interpolation::kLinear);
  image::GrayImage out(width, height, 1, 128);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const base::Vec2 p = photo_from_page * grid.at(x, y);
      if (p.x < 0 || p.y < 0 || p.x >= photo.width() || p.y >= photo.height()) continue;
      const float tone =
          tones[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
      out.at(x, y) = static_cast<std::uint8_t>(std::lround(255 * std::clamp(tone, 0.0f, 1.0f)));
    }
  return out;
}

std::string in_plain_words(verify::Reason reason) {
  switch (reason) {
    case verify::Reason::kNone:
      return "";
    case verify::Reason::kOutOfView:
      return "outside of the picture";
    case verify::Reason::kFaint:
      return "too faint on the original already";
    case verify::Reason::kTooCoarse:
      return "the picture is too coarse here: a changed letter might not be seen";
    case verify::Reason::kCovered:
      return "something dark lies on it, or a deep shadow";
    case verify::Reason::kDoubtful:
      return "it looks different, but not surely like another word";
  }
  return "";
}

constexpr const char* kOtherGraphic = "a line or picture that is not the original's";
constexpr const char* kInkOnBlankPaper = "ink where the page is blank";

PagePictures::Word::Found found(verify::WordState state) {
  using Found = PagePictures::Word::Found;
  return state == verify::WordState::kVouched   ? Found::kVouched
         : state == verify::WordState::kAltered ? Found::kAltered
                                                : Found::kUnreadable;
}

}  // namespace

std::shared_ptr<const PagePictures> page_pictures(image::GrayView photo, const page::RegisteredPage& page,
                                                  const align::Alignment& aligned,
                                                  std::span<const verify::WordFinding> findings,
                                                  std::span<const verify::AddedInk> added,
                                                  std::span<const verify::GraphicFinding> graphics) {
  auto pictures = std::make_shared<PagePictures>();
  // 100 dpi of the usual raster: letters are read, and a report is a megabyte or two.
  page::PageRaster original = align::halved(page.raster);
  pictures->px_per_pt = original.px_per_pt;
  pictures->original = std::move(original.picture);
  pictures->photo = laid_out(photo, aligned.photo_from_page, pictures->px_per_pt, pictures->original.width(),
                             pictures->original.height());
  for (std::size_t i = 0; i < findings.size(); ++i)
    pictures->words.push_back(
        {page.model.words[i].box, found(findings[i].state), in_plain_words(findings[i].reason)});
  for (const verify::AddedInk& ink : added)
    pictures->words.push_back({ink.where, PagePictures::Word::Found::kAltered, kInkOnBlankPaper});
  for (const verify::GraphicFinding& graphic : graphics)
    if (graphic.state == verify::GraphicFinding::State::kAltered)
      pictures->words.push_back({graphic.where, PagePictures::Word::Found::kAltered, kOtherGraphic});
  return pictures;
}

}  // namespace barium::app
