#include <algorithm>
#include <cmath>
#include <span>

#include "find/word_check.h"
#include "image/sample.h"

namespace barium::find {
namespace {

using base::Vec2;

// About this many samples over a line's height: letters stay legible, and a photo of 700 px still has them.
constexpr double kRowsPerWord = 12;
constexpr int kMostColumns = 72;
constexpr double kLeastAspect = 1.3;
// More words than this add time and no certainty.
constexpr std::size_t kMostWords = 160;
// Grey levels; below it a patch is blank.
constexpr double kLeastContrast = 2.5;

double mean_at(image::GrayView picture, Vec2 p, Vec2 u, Vec2 v) {
  double sum = 0;
  for (const double a : {-0.33, 0.0, 0.33})
    for (const double b : {-0.33, 0.0, 0.33}) sum += image::sample_bilinear(picture, p + u * a + v * b);
  return sum / 9;
}

// Fills the template's values from a picture of the page, mean zero.
void sample_page(const page::PageRaster& raster, Template& t) {
  const double s = raster.px_per_pt;
  double sum = 0;
  for (int y = 0; y < t.rows; ++y) {
    for (int x = 0; x < t.columns; ++x) {
      const Vec2 p = t.centre + t.along * (x - (t.columns - 1) / 2.0) + t.across * (y - (t.rows - 1) / 2.0);
      t.values.push_back(static_cast<float>(mean_at(raster.picture, p * s, t.along * s, t.across * s)));
      sum += t.values.back();
    }
  }
  const auto mean = static_cast<float>(sum / static_cast<double>(t.values.size()));
  for (float& value : t.values) {
    value -= mean;
    t.energy += static_cast<double>(value) * static_cast<double>(value);
  }
}

Template template_of(const page::PageRaster& raster, Vec2 centre, Vec2 along, double length, double height) {
  Template t;
  const double step = std::max(height / kRowsPerWord, 0.4);
  t.centre = centre;
  t.along = along * step;
  t.across = Vec2{-along.y, along.x} * step;
  t.rows = std::max(4, static_cast<int>(std::lround(height / step)));
  t.columns = std::clamp(static_cast<int>(std::lround(length / step)) + 2, 4, kMostColumns);
  t.weight = std::min(length / height, 4.0);
  sample_page(raster, t);
  return t;
}

struct WordBox {
  Vec2 centre, along;
  double length = 0, height = 0;
};

std::vector<WordBox> boxes_of_words(const page::PageModel& model) {
  std::vector<WordBox> boxes;
  for (const page::Word& word : model.words) {
    if (word.obstacle == page::Obstacle::kInvisible) continue;
    const bool upright = std::abs(word.along.x) >= std::abs(word.along.y);
    const double length = upright ? word.box.width() : word.box.height();
    const double height = upright ? word.box.height() : word.box.width();
    const Vec2 along = norm(word.along) > 0 ? word.along * (1 / norm(word.along)) : Vec2{1, 0};
    boxes.push_back({word.box.centre(), along, length, height});
  }
  return boxes;
}

// A page without text that the file knows of: a scan, or letters drawn as curves.
std::vector<WordBox> boxes_of_ink(const page::PageRaster& raster) {
  const InkMap map = ink_map(raster.picture, Polarity::kDarkOnLight);
  std::vector<WordBox> boxes;
  const double pt_per_px = 1 / (map.px_per_photo_px * raster.px_per_pt);
  for (const InkWord& word : ink_words(connected_pieces(map.ink))) {
    if (word.parts > 1) continue;
    const double length = norm(word.frame.along);
    boxes.push_back({word.frame.centre * pt_per_px, word.frame.along * (1 / length),
                     3.46 * length * pt_per_px, 5 * norm(word.frame.across) * pt_per_px});
  }
  return boxes;
}

constexpr std::size_t kFewWords = 6;
// Of the picture's longer side: what bends may be in view though a plane says that it is not.
constexpr double kBeyondView = 0.1;

std::vector<WordBox> boxes_of(const page::RegisteredPage& page) {
  auto boxes = boxes_of_words(page.model);
  if (boxes.size() < kFewWords) boxes = boxes_of_ink(page.raster);
  std::erase_if(boxes,
                [](const WordBox& b) { return !(b.height > 2 && b.length > kLeastAspect * b.height); });
  return boxes;
}

std::vector<Template> templates_of(const page::RegisteredPage& page, std::span<const WordBox> boxes,
                                   std::size_t most) {
  std::vector<Template> templates;
  const std::size_t count = std::min(boxes.size(), most);
  for (std::size_t i = 0; i < count; ++i) {
    const WordBox& b = boxes[i * boxes.size() / count];
    Template t = template_of(page.raster, b.centre, b.along, b.length, b.height);
    if (t.energy > kLeastContrast * kLeastContrast * static_cast<double>(t.values.size()))
      templates.push_back(std::move(t));
  }
  return templates;
}

}  // namespace

std::vector<Template> templates_of(const page::RegisteredPage& page, std::size_t most) {
  return templates_of(page, boxes_of(page), most);
}

std::vector<Template> templates_in_view(const page::RegisteredPage& page, std::size_t most,
                                        const PhotoFeatures& seen, const image::Homography& photo_from_page) {
  const double width = seen.picture.width() / seen.px_per_photo_px,
               height = seen.picture.height() / seen.px_per_photo_px;
  const base::Box view = base::Box{0, 0, width, height}.grown(kBeyondView * std::max(width, height));
  auto boxes = boxes_of(page);
  std::erase_if(boxes, [&](const WordBox& b) {
    const Vec2 in_photo = photo_from_page * b.centre;
    return !view.contains(in_photo) || seen.is_taken(in_photo);
  });
  return templates_of(page, boxes, most);
}

Template same_place(const page::PageRaster& other, const Template& word, Vec2 moved) {
  Template there = word;
  there.centre = word.centre + moved;
  there.values.clear();
  there.energy = 0;
  sample_page(other, there);
  if (there.energy < kLeastContrast * kLeastContrast * static_cast<double>(there.values.size()))
    there.energy = 0;
  return there;
}

double correlation(const Template& a, const Template& b) {
  double product = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i)
    product += static_cast<double>(a.values[i]) * static_cast<double>(b.values[i]);
  return a.energy > 0 && b.energy > 0 ? product / std::sqrt(a.energy * b.energy) : 0;
}

namespace {

// The photo around a word, on the word's grid with a margin.
struct Patch {
  int columns = 0, rows = 0;
  std::vector<float> values;
  bool inside = false;
};

Patch patch_of(const image::GrayImage& picture, double s, const LocalMap& map, const Template& t,
               Margin margin) {
  const Vec2 centre = map * t.centre * s;
  const double half = t.columns / 3.0;
  const Vec2 u =
      (map * (t.centre + t.along * half) * s - map * (t.centre - t.along * half) * s) * (0.5 / half);
  const Vec2 v = (map * (t.centre + t.across * 4) * s - map * (t.centre - t.across * 4) * s) * (1 / 8.0);
  Patch patch{t.columns + 2 * margin.along, t.rows + 2 * margin.across, {}, false};
  // A word that the frame cuts agrees with nothing, wherever the page lies.
  const base::Box frame{0, 0, static_cast<double>(picture.width()), static_cast<double>(picture.height())};
  patch.inside = norm(u) > 0.2 && norm(u) < 30 && norm(v) < 30;
  for (const double along : {-0.5, 0.5})
    for (const double across : {-0.5, 0.5})
      patch.inside = patch.inside && frame.contains(centre + u * (along * t.columns) + v * (across * t.rows));
  if (!patch.inside) return patch;
  patch.values.reserve(static_cast<std::size_t>(patch.columns) * static_cast<std::size_t>(patch.rows));
  for (int y = 0; y < patch.rows; ++y)
    for (int x = 0; x < patch.columns; ++x)
      patch.values.push_back(image::sample_bilinear(
          picture.view(), centre + u * (x - (patch.columns - 1) / 2.0) + v * (y - (patch.rows - 1) / 2.0)));
  return patch;
}

// Normalised correlation of the template with the patch, its first sample at (x0, y0).
double correlation(const Template& t, const Patch& patch, int x0, int y0) {
  float product = 0, sum = 0, squares = 0;
  for (int y = 0; y < t.rows; ++y) {
    const float* of_template = t.values.data() + static_cast<std::ptrdiff_t>(y) * t.columns;
    const float* of_patch = patch.values.data() + static_cast<std::ptrdiff_t>(y0 + y) * patch.columns + x0;
    for (int x = 0; x < t.columns; ++x) {
      product += of_template[x] * of_patch[x];
      sum += of_patch[x];
      squares += of_patch[x] * of_patch[x];
    }
  }
  const double count = static_cast<double>(t.values.size());
  const double energy =
      static_cast<double>(squares) - static_cast<double>(sum) * static_cast<double>(sum) / count;
  if (energy < kLeastContrast * kLeastContrast * count) return 0;
  return static_cast<double>(product) / std::sqrt(energy * t.energy);
}

}  // namespace

Sighting look_for(const image::GrayImage& picture, double px_per_photo_px, const LocalMap& map,
                  const Template& t, Margin margin) {
  const Patch patch = patch_of(picture, px_per_photo_px, map, t, margin);
  Sighting best{patch.inside, 0, {}};
  if (!patch.inside) return best;
  int best_x = 0, best_y = 0;
  for (int y = 0; y <= 2 * margin.across; ++y) {
    for (int x = 0; x <= 2 * margin.along; ++x) {
      const double match = correlation(t, patch, x, y);
      if (match > best.match) best.match = match, best_x = x, best_y = y;
    }
  }
  best.in_photo = map * (t.centre + t.along * (best_x - margin.along) + t.across * (best_y - margin.across));
  return best;
}

namespace {

struct Round {
  Margin margin;
  double reach_pt;
};
constexpr Round kRounds[] = {{{9, 7}, 70}, {{6, 5}, 45}, {{4, 4}, 35}};

// What it takes to be this page: words, and their share of what should be in view, both by weight.
constexpr double kLeastWeight = 12;
constexpr double kLeastShare = 0.35;
// Or, where paper bends out of sight (the half of a page past a bend is in view and illegible): words, a
// fifth of what should be in view, and nearly all of what stands about them. A page that shares phrases with
// this one, or a form filled in otherwise, has other words among them.
constexpr double kLeastWeightInPart = 20;
constexpr double kLeastShareInPart = 0.2, kLeastShareAround = 0.7;
constexpr double kAroundPt = 40;

// The same text typeset anew, in another size or measure, agrees word by word on a map that is squeezed
// between its lines; its letters are not squeezed. Such words fit better by this much where they are
// stretched by this much; 77 to 100 % of the words of a page typeset anew do, and none to 1 % of the page
// itself (innocent_pictures).
constexpr double kStretch = 1.18;
constexpr double kFitsBetter = 0.03;
constexpr double kMostStretched = 0.5;

bool letters_are_stretched(const PhotoFeatures& seen, std::span<const Template> templates,
                           const LocalMap& map, double stretch) {
  double stretched = 0, all = 0;
  for (const Template& word : templates) {
    const auto match = [&](const Template& t) {
      return look_for(seen.picture, seen.px_per_photo_px, map, t, kRounds[2].margin).match;
    };
    const double as_mapped = match(word);
    if (as_mapped < kAgrees) continue;
    Template taller = word;
    taller.across = word.across * stretch;
    all += word.weight;
    if (match(taller) > as_mapped + kFitsBetter) stretched += word.weight;
  }
  return stretched > kMostStretched * all;
}

struct Tally {
  double agreeing = 0, in_view = 0;
  int words = 0;
  std::vector<Match> matches, missed;
};

Tally tally(const std::vector<Template>& templates, const std::vector<Sighting>& sightings) {
  Tally sum;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    if (!sightings[i].in_view) continue;
    sum.in_view += templates[i].weight;
    const bool agrees = sightings[i].match >= kAgrees;
    (agrees ? sum.matches : sum.missed).push_back({templates[i].centre, sightings[i].in_photo});
    if (!agrees) continue;
    sum.agreeing += templates[i].weight;
    ++sum.words;
  }
  return sum;
}

// The share by weight of the words in view, near one that agrees, that agree.
double share_around(const std::vector<Template>& templates, const std::vector<Sighting>& sightings) {
  double agreeing = 0, all = 0;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    if (!sightings[i].in_view) continue;
    bool near = false;
    for (std::size_t k = 0; k < templates.size() && !near; ++k)
      near = k != i && sightings[k].in_view && sightings[k].match >= kAgrees &&
             norm(templates[k].centre - templates[i].centre) < kAroundPt;
    if (!near) continue;
    all += templates[i].weight;
    if (sightings[i].match >= kAgrees) agreeing += templates[i].weight;
  }
  return all > 0 ? agreeing / all : 0;
}

bool is_there(const Tally& sum, const std::vector<Template>& templates,
              const std::vector<Sighting>& sightings) {
  const double share = sum.agreeing / sum.in_view;
  if (sum.agreeing >= kLeastWeight && share >= kLeastShare) return true;
  return sum.agreeing >= kLeastWeightInPart && share >= kLeastShareInPart &&
         share_around(templates, sightings) >= kLeastShareAround;
}

}  // namespace

std::optional<CheckedPage> check_words(const PhotoFeatures& seen, const page::RegisteredPage& page,
                                       const Candidate& candidate) {
  const auto templates = templates_in_view(page, kMostWords, seen, candidate.photo_from_page);
  image::Homography homography = candidate.photo_from_page;
  std::vector<Match> matches = candidate.matches;
  Tally sum;
  std::vector<Sighting> sightings;
  for (const Round& round : kRounds) {
    const LocalMap map(homography, matches, round.reach_pt);
    sightings.clear();
    for (const Template& t : templates)
      sightings.push_back(look_for(seen.picture, seen.px_per_photo_px, map, t, round.margin));
    sum = tally(templates, sightings);
    if (sum.matches.size() < 3) return std::nullopt;
    matches = sum.matches;
    if (const auto better = robust_homography(matches, 4 / seen.px_per_photo_px)) homography = *better;
  }
  if (!is_there(sum, templates, sightings)) return std::nullopt;
  const LocalMap map(homography, matches, kRounds[2].reach_pt);
  for (const double stretch : {kStretch, 1 / kStretch})
    if (letters_are_stretched(seen, templates, map, stretch)) return std::nullopt;
  return CheckedPage{{candidate.page,
                      homography.normalized(),
                      sum.agreeing / sum.in_view,
                      sum.words,
                      std::move(sum.matches),
                      {}},
                     sum.agreeing,
                     std::move(sum.missed)};
}

std::optional<Placement> check(const PhotoFeatures& seen, const page::RegisteredPage& page,
                               const Candidate& candidate) {
  const auto checked = check_words(seen, page, candidate);
  return checked ? std::optional(checked->placement) : std::nullopt;
}

}  // namespace barium::find
