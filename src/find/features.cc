#include <algorithm>
#include <cmath>

#include "find/find.h"

namespace barium::find {
namespace {

Frame scaled(const Frame& frame, double by) {
  return {frame.centre * by, frame.along * by, frame.across * by};
}

// A long word says more than a short one, a lone word is cut out of its line more surely than one of a pair.
double telling(const InkWord& word) {
  const double aspect = norm(word.frame.along) / norm(word.frame.across);
  return std::min(aspect, 8.0) * (word.parts == 1 ? 1.5 : 1.0);
}

constexpr int kSpreadColumns = 5;
constexpr int kSpreadRows = 7;

// The most telling words of each part of the page come first, part by part in turn, so that a crop keeps its
// share of the bounded number.
std::vector<std::size_t> spread_order(const std::vector<InkWord>& words, int width, int height) {
  std::vector<std::vector<std::size_t>> parts(kSpreadColumns * kSpreadRows);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto c = words[i].frame.centre;
    const int x = std::clamp(static_cast<int>(c.x * kSpreadColumns / width), 0, kSpreadColumns - 1);
    const int y = std::clamp(static_cast<int>(c.y * kSpreadRows / height), 0, kSpreadRows - 1);
    parts[static_cast<std::size_t>(y * kSpreadColumns + x)].push_back(i);
  }
  for (auto& part : parts)
    std::stable_sort(part.begin(), part.end(),
                     [&](auto a, auto b) { return telling(words[a]) > telling(words[b]); });
  std::vector<std::size_t> order;
  for (std::size_t rank = 0; order.size() < words.size(); ++rank)
    for (const auto& part : parts)
      if (rank < part.size()) order.push_back(part[rank]);
  return order;
}

constexpr std::uint32_t kMagic = 0x54464642;  // "BFFT"
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kPointBytes = 6 * sizeof(std::int16_t) + sizeof(std::uint32_t);

double largest_coordinate(const PageFeatures& features) {
  double largest = 1;
  for (const PagePoint& p : features.points)
    for (const base::Vec2 v : {p.frame.centre, p.frame.along, p.frame.across})
      largest = std::max({largest, std::abs(v.x), std::abs(v.y)});
  return largest;
}

void put_vector(base::ByteWriter& out, base::Vec2 v, float unit_pt) {
  out.put(static_cast<std::int16_t>(std::lround(v.x / unit_pt)));
  out.put(static_cast<std::int16_t>(std::lround(v.y / unit_pt)));
}
base::Vec2 get_vector(base::ByteReader& in, float unit_pt) {
  const double x = in.get<std::int16_t>() * static_cast<double>(unit_pt);
  return {x, in.get<std::int16_t>() * static_cast<double>(unit_pt)};
}

// The long side of a photo keeps few words of the surroundings of the page in its budget of time.
constexpr std::size_t kMostPhotoWords = 1500;

}  // namespace

PageFeatures page_features(const page::RegisteredPage& page) {
  const InkMap map = ink_map(page.raster.picture, Polarity::kDarkOnLight);
  const auto words = ink_words(connected_pieces(map.ink));
  const double pt_per_px = 1 / (map.px_per_photo_px * page.raster.px_per_pt);
  PageFeatures features;
  for (const std::size_t i : spread_order(words, map.ink.width(), map.ink.height())) {
    if (features.points.size() == kMostPagePoints) break;
    features.points.push_back(
        {scaled(words[i].frame, pt_per_px), sign_bits(look_of(map.ink, words[i].frame))});
  }
  return features;
}

PhotoFeatures photo_features(image::GrayView photo, const Manner& manner) {
  InkMap map = ink_map(photo, manner.polarity, manner.focus);
  const auto words = ink_words(connected_pieces(map.ink), manner.print);
  PhotoFeatures seen;
  seen.px_per_photo_px = map.px_per_photo_px;
  for (const std::size_t i : spread_order(words, map.ink.width(), map.ink.height())) {
    if (seen.words.size() == kMostPhotoWords) break;
    seen.words.push_back({scaled(words[i].frame, 1 / map.px_per_photo_px), look_of(map.ink, words[i].frame)});
  }
  seen.picture = std::move(map.gray);
  return seen;
}

base::Bytes serialize(const PageFeatures& features) {
  base::require(features.points.size() <= kMostPagePoints, "a page has a bounded number of points");
  const auto unit_pt = static_cast<float>(largest_coordinate(features) / 32000);
  base::ByteWriter out;
  out.put(kMagic);
  out.put(kVersion);
  out.put(unit_pt);
  out.put(static_cast<std::uint32_t>(features.points.size()));
  for (const PagePoint& p : features.points) {
    for (const base::Vec2 v : {p.frame.centre, p.frame.along, p.frame.across}) put_vector(out, v, unit_pt);
    out.put(p.look);
  }
  return out.take();
}

PageFeatures parse_features(base::ByteView bytes) {
  base::ByteReader in(bytes, "the features of a page");
  if (in.get<std::uint32_t>() != kMagic) in.fail("do not start as such a blob does");
  if (in.get<std::uint16_t>() > kVersion)
    throw base::Error(base::ErrorCode::kVersion, "the features of a page were written by a newer barium");
  const float unit_pt = in.get<float>();
  if (!(unit_pt > 0 && unit_pt < 100)) in.fail("have no sensible unit");
  const std::size_t count = in.get_count(kPointBytes);
  if (count > kMostPagePoints) in.fail("have too many points");
  PageFeatures features;
  for (std::size_t i = 0; i < count; ++i) {
    Frame frame;
    frame.centre = get_vector(in, unit_pt);
    frame.along = get_vector(in, unit_pt);
    frame.across = get_vector(in, unit_pt);
    if (!(std::abs(cross(frame.along, frame.across)) > 0)) in.fail("have a point without extent");
    features.points.push_back({frame, in.get<std::uint32_t>()});
  }
  in.expect_end();
  return features;
}

}  // namespace barium::find
