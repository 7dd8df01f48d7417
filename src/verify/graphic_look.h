#pragma once

// How one part of a rule or of a picture is looked for in a photo that is laid on the page: the original
// there, through the photo's blur, is fitted to it at the places near by.

#include <array>
#include <optional>
#include <vector>

#include "verify/graphic_evidence.h"

namespace barium::verify {

// How the photo shows the page's words: blur as a Gaussian's sigma, samples; gain of the original's tones.
struct Optics {
  double blur = 1, gain = 0;
};
// nullopt where too few words are placed, or hardly show.
std::optional<Optics> optics_of(const LaidPage& laid, const page::PageModel& page,
                                const align::Alignment& alignment);

struct GraphicLook {
  const LaidPage& laid;
  const PageGraphics& page;
  Optics optics;
};
// Looked for within reach_pt of its place, and farther off: whether paper carried it there. nullopt where too
// little of the part is in view, or clear of words.
std::optional<PartEvidence> look_for_rule(const GraphicLook& look, const base::Box& part, bool upright,
                                          double reach_pt);
std::optional<PartEvidence> look_for_picture(const GraphicLook& look, const base::Box& part, double reach_pt);

// Farther off than within reach, pt.
inline constexpr double kFarPt = 9;
inline constexpr double kAlike = 0.75;  // a correlation
// 0 black, 1 white. Chosen: copiers and too much light drop what is lighter.
inline constexpr float kDarkInk = 0.5f;

// What a box covers of a picture on the page's grid.
struct Patch {
  int x0 = 0, y0 = 0, width = 0, height = 0;
};
Patch patch_of(const base::Box& box, const image::FloatImage& within);
// The original there through a blur, sigma in samples.
image::FloatImage blurred(const image::FloatImage& original, const Patch& patch, double sigma);

// Least squares of what is seen on shading (level and slopes) and the original's look.
struct Fit {
  double gain = 0, gain_sigma = 1e9, correlation = 0, contrast = 0;
  double shown = 0;  // root mean square of the photo, shading taken out
  double paper = 1;  // what the photo shows of white there
};
// The samples of one fit.
class Gathered {
 public:
  void add(double x, double y, double look, double seen) { rows_.push_back({1, x, y, look, seen}); }
  std::size_t size() const { return rows_.size(); }
  // A profile across a rule has one slope, a picture two.
  Fit solve(int slopes) const;

 private:
  std::vector<std::array<double, 5>> rows_;
};

PartEvidence evidence_of(const Fit& fit, const Optics& optics, const base::Box& part, base::Vec2 shift_pt);

}  // namespace barium::verify
