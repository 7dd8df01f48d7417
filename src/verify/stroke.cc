#include "verify/stroke.h"

#include <algorithm>
#include <cmath>

#include "verify/tones.h"

namespace barium::verify {

double stroke_pt(const image::FloatImage& picture, double step_pt, const base::Box& word) {
  const base::Box whole{0, 0, picture.width() * step_pt, picture.height() * step_pt};
  const base::Box seen = base::intersected(word, whole);
  if (!(seen.width() > 0 && seen.height() > 0)) return 0;
  const Tones tones = tones_of(picture, step_pt, word);
  const auto sample = [&](double pt, int size) {
    return std::clamp(static_cast<int>(pt / step_pt), 1, std::max(1, size - 2));
  };
  double ink = 0, outline = 0;
  for (int y = sample(word.y0, picture.height()); y <= sample(word.y1, picture.height()); ++y)
    for (int x = sample(word.x0, picture.width()); x <= sample(word.x1, picture.width()); ++x) {
      if (x + 1 >= picture.width() || y + 1 >= picture.height()) continue;
      ink += (picture.at(x, y) - tones.paper) / tones.contrast;
      outline += std::hypot(picture.at(x + 1, y) - picture.at(x - 1, y),
                            picture.at(x, y + 1) - picture.at(x, y - 1)) /
                 (2 * std::abs(tones.contrast));
    }
  return std::isfinite(outline) && outline > 0 ? 2 * ink / outline * step_pt : 0;
}

}  // namespace barium::verify
