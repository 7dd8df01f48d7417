#pragma once

// The photo laid on the page's own grid, tile by tile as the words around say, beside the original on the
// same grid: what blank paper, rules and pictures are looked at in.

#include <cstdint>
#include <vector>

#include "align/align.h"
#include "base/geometry.h"
#include "image/image.h"
#include "page/registered_page.h"

namespace barium::verify {

// A step is about a pixel of the photographs of verify_real.
inline constexpr double kLaidStepPt = 0.5;
// Around what was not found in its place nothing is known: it may stand there.
inline constexpr double kLostPt = 12;

// How far a placed word stands from where the others around it say.
struct Surprise {
  base::Vec2 p_in_page;
  double pt = 0;
};

struct LaidPage {
  // 0 black, 1 white; sample (i, j) is the page at kLaidStepPt * (i + 0.5, j + 0.5). All are empty where the
  // page is too large to be looked at.
  image::FloatImage photo;  // of a negative, turned
  image::FloatImage original;
  // The photo laid where its place is known to a few points only, too; and 1 where it is, else 0.
  image::FloatImage rough, laid;
  // Wherever the page's smooth warp, or the words that there are, have it in view: by a few to many points.
  // What is known is laid, and what is laid is in view, but for what lies across the sheet.
  image::FloatImage anywhere, in_view;
  image::FloatImage known;  // 1 where the paper's place is known and in view, else 0
  // 1 under what lies across the sheet from side to side: the caption of a video, a strap. Not in view.
  image::Image<std::uint8_t> across;
  std::vector<Surprise> surprises;
  double unsure_pt = 1e9;  // the median surprise

  double paper = 1;        // its level around the words, on the median
  bool two_tones = false;  // a fax or thresholded scan: greys of the original are black or white in it

  // Burnt out: as light as can be, where the page's paper is not.
  bool is_glare(int x, int y) const { return paper < kGlareBeside && anywhere.at(x, y) >= kGlare; }
  static constexpr float kGlare = 0.99f;
  static constexpr double kGlareBeside = 0.98;

  static constexpr double kNotKnownPt = 1e9;
  // Root mean square of the surprises near by; kNotKnownPt where there are fewer than two.
  double unsure_at(base::Vec2 p_in_page) const;
};

// How dark the page's ink is in a picture on its grid that tells the share of the paper's brightness that
// each sample lacks: the darkest tenth of a word, of the median one. 0 where no word is placed.
double darkness_of_ink(const image::FloatImage& lacks, const page::PageModel& page,
                       const align::Alignment& alignment);

LaidPage lay_page(image::GrayView photo, const page::RegisteredPage& page, const align::Alignment& alignment);

}  // namespace barium::verify
