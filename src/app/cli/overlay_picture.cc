#include "app/cli/overlay_picture.h"

#include <algorithm>
#include <cmath>

namespace barium::app {
namespace {

constexpr int kBetween = 12;  // px
constexpr int kFrame = 2;
constexpr int kHatchStep = 6, kHatchLine = 2;
constexpr double kAroundWord = 1.5;  // pt

struct Colour {
  std::uint8_t red, green, blue;
};
constexpr Colour kAltered{192, 57, 43}, kUnreadable{27, 108, 168};

// One of the two pictures on the sheet, its left edge at x0.
class Pane {
 public:
  Pane(image::ColorImage& sheet, int x0, image::GrayView shown)
      : sheet_(sheet), x0_(x0), width_(shown.width()), height_(shown.height()) {
    for (int y = 0; y < height_; ++y)
      for (int x = 0; x < width_; ++x) paint(x, y, {shown.at(x, y), shown.at(x, y), shown.at(x, y)});
  }

  void frame(const base::Box& px) {
    each_pixel(px, [&](int x, int y, int from_edge) {
      if (from_edge < kFrame) paint(x, y, kAltered);
    });
  }
  void hatch(const base::Box& px) {
    each_pixel(px, [&](int x, int y, int) {
      if ((x + y) % kHatchStep < kHatchLine) paint(x, y, kUnreadable);
    });
  }

 private:
  void paint(int x, int y, Colour colour) {
    sheet_.at(x0_ + x, y, 0) = colour.red;
    sheet_.at(x0_ + x, y, 1) = colour.green;
    sheet_.at(x0_ + x, y, 2) = colour.blue;
  }
  template <class Visit>
  void each_pixel(const base::Box& px, Visit visit) {
    const int left = static_cast<int>(std::floor(px.x0)), right = static_cast<int>(std::ceil(px.x1)) - 1;
    const int top = static_cast<int>(std::floor(px.y0)), bottom = static_cast<int>(std::ceil(px.y1)) - 1;
    for (int y = std::max(top, 0); y <= std::min(bottom, height_ - 1); ++y)
      for (int x = std::max(left, 0); x <= std::min(right, width_ - 1); ++x)
        visit(x, y, std::min({x - left, right - x, y - top, bottom - y}));
  }

  image::ColorImage& sheet_;
  int x0_, width_, height_;
};

}  // namespace

image::ColorImage overlay_picture(const PagePictures& pictures) {
  using Found = PagePictures::Word::Found;
  const int width = pictures.original.width(), height = pictures.original.height();
  image::ColorImage sheet(2 * width + kBetween, height, 3, 255);
  Pane panes[] = {{sheet, 0, pictures.original.view()}, {sheet, width + kBetween, pictures.photo.view()}};
  for (Pane& pane : panes)
    for (const Found found : {Found::kUnreadable, Found::kAltered})
      for (const PagePictures::Word& word : pictures.words) {
        if (word.found != found) continue;
        const base::Box box = found == Found::kAltered ? word.box.grown(kAroundWord) : word.box;
        const double s = pictures.px_per_pt;
        const base::Box px{s * box.x0, s * box.y0, s * box.x1, s * box.y1};
        found == Found::kAltered ? pane.frame(px) : pane.hatch(px);
      }
  return sheet;
}

}  // namespace barium::app
