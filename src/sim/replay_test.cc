#include "sim/replay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "image/encode.h"
#include "image/filter.h"
#include "image/sample.h"

namespace barium::sim {
namespace {

using base::Vec2;

std::vector<SeenOffset> offsets_of(const PaperLaw& law, std::uint64_t seed, double sigma_pt) {
  base::Rng rng(seed, "replay_test");
  const PaperField truth({}, law, rng);
  std::vector<SeenOffset> seen;
  for (int i = 0; i < 120; ++i) {
    const Vec2 p{rng.uniform(0, 595), rng.uniform(0, 842)};
    seen.push_back(
        {p, truth.at(p) + Vec2{sigma_pt * rng.normal(), sigma_pt * rng.normal()}, {sigma_pt, sigma_pt}});
  }
  return seen;
}

TEST(PaperField, AgreesWithWhatWasSeenAsFarAsThatIsSure) {
  const PaperLaw law{0.5, 60, 0.05};
  for (const double sigma : {1e-3, 0.05}) {
    const auto seen = offsets_of(law, 1, sigma);
    base::Rng rng(2, "field");
    const PaperField field(seen, law, rng);
    double off2 = 0;
    for (const SeenOffset& s : seen) {
      const Vec2 off = field.at(s.p_in_page) - s.offset_pt;
      off2 += base::dot(off, off) / 2 / static_cast<double>(seen.size());
    }
    EXPECT_LT(std::sqrt(off2), 2 * sigma + 0.002);
  }
}

// Between the sightings two draws differ, and are as rough as paper of that law.
TEST(PaperField, IsAsRoughBetweenSightingsAsItsLawSays) {
  const PaperLaw law{0.4, 40, 0.02};
  double square = 0;
  int count = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    base::Rng a(seed, "a");
    const PaperField field({}, law, a);
    for (double x = 0; x < 600; x += 50)
      for (double y = 0; y < 800; y += 50, count += 2) {
        const Vec2 v = field.at({x, y});
        square += base::dot(v, v);
      }
  }
  EXPECT_NEAR(std::sqrt(square / count), std::hypot(law.rough_pt, law.fine_pt), 0.06);
}

TEST(PaperLaw, IsFoundWithinAFactorOfTwo) {
  for (const PaperLaw& law : {PaperLaw{0.4, 40, 0.03}, PaperLaw{0.1, 100, 0.01}, PaperLaw{1.5, 25, 0.2}}) {
    const PaperLaw found = paper_law(offsets_of(law, 3, 0.01));
    EXPECT_GT(found.rough_pt, law.rough_pt / 2);
    EXPECT_LT(found.rough_pt, law.rough_pt * 2);
    EXPECT_GT(found.length_pt, law.length_pt / 2);
    EXPECT_LT(found.length_pt, law.length_pt * 2.1);
  }
}

TEST(PaperLaw, TellsTheSheetsBendFromItsCrumples) {
  const PaperLaw law{0.1, 40, 0.01, 9, 180};
  const PaperLaw found = paper_law(offsets_of(law, 5, 0.01));
  EXPECT_GT(found.bend_pt, 2);
  EXPECT_LT(found.rough_pt, 0.4);
}

// On the mean the paper goes the shortest way: nearer to where it is than any draw.
TEST(PaperField, IsOnTheMeanNearestToThePaper) {
  const PaperLaw law{0.4, 60, 0.05};
  base::Rng truth_rng(6, "replay_test"), draw_rng(7, "draw");
  const PaperField truth({}, law, truth_rng);
  const auto seen = offsets_of(law, 6, 0.01);
  const PaperField mean = PaperField::mean(seen, law), draw(seen, law, draw_rng);
  double of_mean = 0, of_draw = 0;
  for (double x = 50; x < 550; x += 20)
    for (double y = 50; y < 800; y += 20) {
      of_mean += base::norm(mean.at({x, y}) - truth.at({x, y}));
      of_draw += base::norm(draw.at({x, y}) - truth.at({x, y}));
    }
  EXPECT_LT(of_mean, 0.85 * of_draw);
}

TEST(Believable, LeavesOutWhatWasTakenForAnother) {
  const PaperLaw law{0.4, 60, 0.02};
  auto seen = offsets_of(law, 8, 0.01);
  EXPECT_GE(believable(seen, law).size(), seen.size() - 1);
  seen[40].offset_pt = seen[40].offset_pt + Vec2{0, 9};
  seen[90].offset_pt = seen[90].offset_pt + Vec2{-12, 2};
  const auto left = believable(seen, law);
  for (const SeenOffset& s : left) {
    EXPECT_NE(s.p_in_page, seen[40].p_in_page);
    EXPECT_NE(s.p_in_page, seen[90].p_in_page);
  }
}

TEST(PaperLaw, OfTooFewWordsLeavesThePaperFlat) {
  const auto seen = offsets_of({0.4, 40, 0.03}, 4, 0.01);
  base::Rng rng(1, "flat");
  const PaperLaw law = paper_law(std::span(seen).first(3));
  EXPECT_EQ(PaperField({}, law, rng).at({100, 100}), Vec2{});
}

TEST(JpegQuality, IsToldFromTheTables) {
  const image::GrayImage picture(64, 64, 1, 128);
  for (const int quality : {30, 50, 70, 75, 85, 92, 95})
    EXPECT_NEAR(jpeg_quality_of(image::encode_jpeg(picture.view(), quality)), quality, 1);
  EXPECT_THROW(jpeg_quality_of(base::as_bytes("no JPEG")), base::Error);
}

// A page of bars the size of words, photographed at 2 px a point: darker to the right, blurred, noisy.
class FlatPhoto : public testing::Test {
 protected:
  FlatPhoto() {
    original_.model.width_pt = 300, original_.model.height_pt = 400;
    original_.raster = raster(0);
    warp_.homography.m = {2, 0, 20, 0, 2, 30, 0, 0, 1};
    image::FloatImage clean(640, 860, 1, 40);
    for (int y = 0; y < 800; ++y)
      for (int x = 0; x < 600; ++x) {
        float level = 0;  // the mean of 3 x 3 raster pixels
        for (int k = 0; k < 9; ++k) level += original_.raster.picture.at(3 * x + k % 3, 3 * y + k / 3);
        const float paper = 230 - 0.15f * static_cast<float>(x);
        clean.at(x + 20, y + 30) = paper - kInk * (1 - level / 9 / 255);
      }
    clean = image::gaussian_blur(clean, kBlurPx);
    base::Rng rng(7, "noise");
    for (float& v : clean.pixels()) v += static_cast<float>(kNoise * rng.normal());
    photo_ = image::to_bytes(clean);
  }

  // Bars of 3 x 8 pt, 5 to a word. moved_px: of the raster, of every other word.
  static page::PageRaster raster(int moved_px) {
    page::PageRaster raster{image::GrayImage(1800, 2400, 1, 255), 6};
    for (int row = 0; row < 24; ++row)
      for (int word = 0; word < 6; ++word)
        for (int bar = 0; bar < 5; ++bar)
          for (int y = 0; y < 48; ++y)
            for (int x = 0; x < 18; ++x)
              raster.picture.at(120 + word * 270 + bar * 36 + x + (word % 2 ? moved_px : 0),
                                120 + row * 90 + y) = 0;
    return raster;
  }

  static constexpr float kInk = 150;
  static constexpr double kBlurPx = 1.5, kNoise = 3;
  page::RegisteredPage original_;
  image::Warp warp_;
  image::GrayImage photo_;
};

double mean_difference(const image::GrayImage& a, const image::GrayImage& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels().size(); ++i) sum += std::abs(a.pixels()[i] - b.pixels()[i]);
  return sum / static_cast<double>(a.pixels().size());
}

TEST_F(FlatPhoto, ShowsItsBlurItsLightAndItsNoise) {
  const Channel channel = estimate_channel({photo_.view(), 95, original_, warp_, {}}, 1);
  EXPECT_NEAR(channel.blur_px.at(320, 430), kBlurPx, 0.15);
  EXPECT_NEAR(channel.paper.at(320, 430), 230 - 0.15 * 300, 3);
  EXPECT_NEAR(channel.ink.at(320, 430), kInk, 8);
  double square = 0;  // away from the page's edge, where the table begins
  for (int y = 50; y < 810; ++y)
    for (int x = 40; x < 600; ++x) square += channel.noise.at(x, y) * channel.noise.at(x, y) / (760.0 * 560);
  EXPECT_NEAR(std::sqrt(square), kNoise, 0.4);
}

// The lower half was placed 2 pt off, and its words are known not to be where the warp has them: blur would
// hide that best.
TEST_F(FlatPhoto, TakesItsBlurFromWordsThatWerePlaced) {
  std::vector<page::WordMeasurement> words;
  for (int row = 0; row < 24; ++row)
    for (int word = 0; word < 6; ++word) {
      const double x = 20 + 45 * word, y = 20 + 15 * row;
      original_.model.words.push_back({.box = {x, y, x + 27, y + 8}, .along = {1, 0}});
      words.push_back(
          {.word = static_cast<std::uint32_t>(words.size()), .placed = row < 12, .sigma_pt = 0.02});
    }
  for (int y = 0; y < 1200; ++y)  // of the raster's lower half
    std::rotate(original_.raster.picture.row(1200 + y), original_.raster.picture.row(1200 + y) + 12,
                original_.raster.picture.row(1200 + y) + 1800);
  const Channel channel = estimate_channel({photo_.view(), 95, original_, warp_, words}, 1);
  EXPECT_NEAR(channel.blur_px.at(320, 230), kBlurPx, 0.2);
  EXPECT_NEAR(channel.blur_px.at(320, 700), kBlurPx, 0.3);
}

// Print that the page is not known to have there is not the paper's: it would stand among the next page's
// words.
TEST_F(FlatPhoto, KeepsNoWordThatThePageDoesNotHave) {
  for (int y = 400; y < 416; ++y)
    for (const int x : {580, 581, 582, 583, 592, 593, 594, 595}) photo_.at(x, y) = 70;
  const Channel channel = estimate_channel({photo_.view(), 95, original_, warp_, {}}, 1);
  for (int y = 405; y < 411; ++y)
    EXPECT_NEAR(channel.paper.at(581, y) + channel.noise.at(581, y), 230 - 0.15 * 561, 15);
}

TEST_F(FlatPhoto, IsWhatItsOriginalReplaysAs) {
  const Channel channel = estimate_channel({photo_.view(), 95, original_, warp_, {}}, 1);
  EXPECT_LT(mean_difference(replay(channel, original_.raster), photo_), 1.5 * kNoise);
  EXPECT_EQ(replay(channel, original_.raster), replay(channel, original_.raster));
}

TEST_F(FlatPhoto, ReplaysAnotherPageWithItsOwnWords) {
  const Channel channel = estimate_channel({photo_.view(), 95, original_, warp_, {}}, 1);
  const image::GrayImage moved = replay(channel, raster(18));
  // The second word of the first row: where its first bar was is paper now, its light as everywhere.
  const int x = 20 + (120 + 270) / 3 + 3, y = 30 + 120 / 3 + 8;
  EXPECT_LT(photo_.at(x, y), 130);
  EXPECT_GT(moved.at(x, y), 160);
}

}  // namespace
}  // namespace barium::sim
