#pragma once

// A page's words looked for in a photo, one by one: what check and the comparison of rival pages share.

#include <vector>

#include "find/find.h"
#include "find/local_map.h"

namespace barium::find {

// A word of the page as it is looked for: a grid of samples of the original around its box.
struct Template {
  base::Vec2 centre, along, across;  // pt; along and across are one step of the grid
  int columns = 0, rows = 0;
  double weight = 0;          // length in heights, at most 4
  std::vector<float> values;  // rows x columns, mean zero
  double energy = 0;
};

// At most `most` words, evenly taken from the page's order.
std::vector<Template> templates_of(const page::RegisteredPage& page, std::size_t most);
// Of those that the photo shows, or nearly, if the page lies so, and not where another page is.
std::vector<Template> templates_in_view(const page::RegisteredPage& page, std::size_t most,
                                        const PhotoFeatures& seen, const image::Homography& photo_from_page);

// What another page shows where the word stands, moved by so many pt; energy 0 if that is blank.
Template same_place(const page::PageRaster& other, const Template& word, base::Vec2 moved);
// Normalised, of two templates on one grid.
double correlation(const Template& a, const Template& b);

// How far a word may be from where the map puts it, in steps of its grid.
struct Margin {
  int along, across;
};

struct Sighting {
  bool in_view = false;  // all of it
  double match = 0;      // normalised correlation, best of all shifts
  base::Vec2 in_photo;
};

Sighting look_for(const image::GrayImage& picture, double px_per_photo_px, const LocalMap& map,
                  const Template& word, Margin margin);

// Correlation of a word with itself through a camera: 0.7 and more; with another word of the same length,
// best of all shifts: rarely 0.6. Measured by bench/suites/find_real.
inline constexpr double kAgrees = 0.62;

struct CheckedPage {
  Placement placement;  // matches: the words that agree
  double agreeing = 0;  // their weight
  // Where words in view that were looked for do not agree. Of a dense page not every word is looked for.
  std::vector<Match> missed;
};

std::optional<CheckedPage> check_words(const PhotoFeatures& seen, const page::RegisteredPage& page,
                                       const Candidate& candidate);

// A page where it may lie in the photo.
struct Rival {
  CheckedPage checked;
  page::RegisteredPage page;
  base::Vec2 shift;  // pt; rivals show like words at places that differ by the difference of their shifts
};

// Two rivals that both pass, told apart by the words in which their pictures differ. kSame: there are none;
// kAlike: the photo says next to nothing of them; kUndecided: it says something for each.
enum class Verdict { kFirst, kSecond, kSame, kAlike, kUndecided };
Verdict decide(const PhotoFeatures& seen, const Rival& first, const Rival& second);

}  // namespace barium::find
