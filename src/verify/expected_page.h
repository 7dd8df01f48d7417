#pragma once

// How the whole original would look through this photo's optics: its picture under the one linear filter that
// explains the photo's words best (blur, sharpening by the camera, ink spread).

#include <vector>

#include "image/image.h"
#include "page/registered_page.h"

namespace barium::verify {

// Taps over kTaps x kTaps samples; their sum is 1.
inline constexpr int kTaps = 7;
using Filter = std::vector<double>;

Filter gaussian_filter(double sigma_samples);

// The picture at every `step`-th raster pixel, 0 (black) to 1 (white), averaged over step x step.
image::FloatImage reduced(const page::PageRaster& raster, int step);
image::FloatImage filtered(const image::FloatImage& picture, const Filter& filter);

// The least-squares filter from pairs of patches.
class FilterFit {
 public:
  FilterFit();
  // original: where the photo's samples (width x height) lie in `picture`, from (x0, y0); photo: on the
  // original's scale of tones.
  void add(const image::FloatImage& picture, int x0, int y0, const std::vector<float>& photo, int width,
           int height);
  Filter solve() const;

 private:
  std::vector<double> normal_, right_;
  double samples_ = 0;
};

}  // namespace barium::verify
