#pragma once

// From hits (this word of the photo looks like that word of a page) to a placement that many of them agree
// on. Each hit alone gives an affine map, because a word carries its frame.

#include <cstdint>
#include <span>
#include <vector>

#include "find/find.h"

namespace barium::find {

struct Hit {
  std::uint32_t word = 0;   // of the photo
  std::uint16_t point = 0;  // of the page
  bool reversed = false;    // the word's frame is turned by half a circle
  float weight = 0;
};

// x' = a x + b y + c, y' = d x + e y + f.
struct Affine {
  double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0;

  base::Vec2 operator*(base::Vec2 p) const { return {a * p.x + b * p.y + c, d * p.x + e * p.y + f}; }
  base::Vec2 turn(base::Vec2 v) const { return {a * v.x + b * v.y, d * v.x + e * v.y}; }
  image::Homography homography() const { return {{a, b, c, d, e, f, 0, 0, 1}}; }
};

// Takes one frame to the other.
Affine affine_between(const Frame& source, const Frame& target);

// Does the word have the direction and the size that the map gives the point?
bool same_shape(const Affine& photo_from_page, const Frame& in_page, const Frame& in_photo);

// The best agreement among the hits on one page; votes 0 where fewer than three agree.
Candidate agree(std::span<const Hit> hits, std::span<const PagePoint> points, const PhotoFeatures& seen);

// Looks again where the candidate's map expects each point, now that few words come in question: more
// matches, and a better map.
void grow(Candidate& candidate, std::span<const PagePoint> points, const PhotoFeatures& seen);

}  // namespace barium::find
