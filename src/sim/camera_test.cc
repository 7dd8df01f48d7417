#include "sim/camera.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "image/filter.h"
#include "sim/photograph.h"

namespace barium::sim {
namespace {

using base::Vec2;

constexpr double kPxPerPt = 4;
constexpr double kDotRadiusPt = 4;

// White, with round dots at known places.
image::GrayImage dotted_page(const std::vector<Vec2>& dots_pt) {
  image::GrayImage page(static_cast<int>(200 * kPxPerPt), static_cast<int>(280 * kPxPerPt), 1, 255);
  for (int y = 0; y < page.height(); ++y) {
    for (int x = 0; x < page.width(); ++x) {
      for (const Vec2 dot : dots_pt) {
        const double inside = kDotRadiusPt - base::norm(Vec2{x + 0.5, y + 0.5} * (1 / kPxPerPt) - dot);
        if (inside > 0)
          page.at(x, y) = static_cast<std::uint8_t>(255 - 255 * std::min(1.0, inside * kPxPerPt));
      }
    }
  }
  return page;
}

// Centre of darkness around a place in the picture.
Vec2 dark_centre(const image::ColorImage& picture, Vec2 about, double radius_px) {
  Vec2 sum;
  double weight = 0;
  for (int y = std::max(0, static_cast<int>(about.y - radius_px));
       y < about.y + radius_px && y < picture.height(); ++y) {
    for (int x = std::max(0, static_cast<int>(about.x - radius_px));
         x < about.x + radius_px && x < picture.width(); ++x) {
      const Vec2 p{x + 0.5, y + 0.5};
      if (base::norm(p - about) > radius_px) continue;
      const double dark = std::max(0.0, 150.0 - picture.at(x, y, 1));
      sum = sum + p * dark;
      weight += dark;
    }
  }
  return sum * (1 / weight);
}

Camera preset(const std::string& name) {
  std::ifstream file("bench/cameras/" + name + ".camera");
  std::stringstream text;
  text << file.rdbuf();
  Camera camera = parse_camera(text.str(), name);
  camera.sensor.long_side_px = std::min(camera.sensor.long_side_px, 1000);  // small pages, quick tests
  return camera;
}

class EveryPreset : public testing::TestWithParam<const char*> {};

// The truth that benches measure against: a dot is where photo_from_page says. Centroids of a tilted,
// compressed dot are good to a fifth of a pixel at most; a mesh off by half a pixel fails.
TEST_P(EveryPreset, DotsLandWhereTheTruthSays) {
  Camera camera = preset(GetParam());
  camera.copier.passes = 0;
  camera.screen.snap_glyphs = false;  // moves the dots on purpose
  const std::vector<Vec2> dots = {{50, 60}, {150, 70}, {100, 140}, {60, 220}, {145, 215}};
  const Photograph photo = photograph(dotted_page(dots), kPxPerPt, camera, 5);
  double error_sum = 0;
  for (const Vec2 dot : dots) {
    const Vec2 expected = photo.photo_from_page * dot;
    const double radius =
        1.6 * kDotRadiusPt * base::norm(photo.photo_from_page * (dot + Vec2{1, 0}) - expected);
    error_sum += base::norm(dark_centre(photo.picture, expected, radius) - expected);
  }
  EXPECT_LT(error_sum / static_cast<double>(dots.size()), 0.3) << GetParam();
}

// Without noise and compression nothing hides the truth: bent, folded, tilted and distorted, every dot lies
// within a twentieth of a pixel of it.
TEST(Camera, WithoutNoiseTheTruthIsExact) {
  const std::vector<Vec2> dots = {{50, 60}, {150, 70}, {60, 220}, {145, 215}};
  for (const char* shape :
       {"paper.bend_pt = 6", "paper.folds_across = 1\npaper.fold_deg = 8", "lens.k1 = -0.03\nlens.k2 = 0.01",
        "pose.roll_deg = 180", "lens.defocus_px = 2"}) {
    const Camera camera = parse_camera(
        std::string("sensor.bayer = 0\nsensor.long_side_px = 1600\npose.tilt_deg = 8\n") + shape, "clean");
    const Photograph photo = photograph(dotted_page(dots), kPxPerPt, camera, 11);
    for (const Vec2 dot : dots) {
      const Vec2 expected = photo.photo_from_page * dot;
      const double radius =
          1.6 * kDotRadiusPt * base::norm(photo.photo_from_page * (dot + Vec2{1, 0}) - expected);
      EXPECT_LT(base::norm(dark_centre(photo.picture, expected, radius) - expected), 0.05) << shape;
    }
  }
}

// A halftone must neither lighten nor darken what it prints.
TEST(Camera, TheScreenKeepsTones) {
  for (const int tone : {245, 200, 128, 90}) {
    const image::GrayImage page(600, 600, 1, static_cast<std::uint8_t>(tone));
    const std::string preset = "sensor.bayer = 0\nsensor.long_side_px = 300\nprinter.ink_reflectance = 0\n";
    const auto mean = [&](const std::string& printer) {
      const Photograph photo = photograph(page, kPxPerPt, parse_camera(preset + printer, "tone"), 1);
      const Vec2 middle = photo.photo_from_page * Vec2{75, 75};
      double sum = 0;
      for (int y = -40; y < 40; ++y) {
        for (int x = -40; x < 40; ++x) {
          const double value =
              photo.picture.at(static_cast<int>(middle.x) + x, static_cast<int>(middle.y) + y);
          sum += std::pow(value / 255, 2.2);  // light, not stored values, is what adds up
        }
      }
      return sum / 6400;
    };
    EXPECT_NEAR(mean("printer.screen_lpi = 100"), mean(""), 0.03) << tone;
  }
}

TEST_P(EveryPreset, SameSeedSameBytesOtherSeedOtherPicture) {
  const Camera camera = preset(GetParam());
  const image::GrayImage page = dotted_page({{100, 140}});
  const base::Bytes first = photograph(page, kPxPerPt, camera, 1).file;
  EXPECT_EQ(first, photograph(page, kPxPerPt, camera, 1).file);
  if (camera.device == Device::kCamera) {
    EXPECT_NE(first, photograph(page, kPxPerPt, camera, 2).file);
  }
}

INSTANTIATE_TEST_SUITE_P(Presets, EveryPreset,
                         testing::Values("photo_1600", "photo_1280", "messenger_twice", "folded_four",
                                         "scan_150", "photocopy", "screenshot", "leaked_pdf", "screen_96"),
                         [](const auto& test) { return std::string(test.param); });

TEST(Camera, PresetsInTheFolderAllParse) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("bench/cameras")) {
    EXPECT_NO_THROW(preset(entry.path().stem().string())) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 13);
}

TEST(Camera, AWrongLineIsNamed) {
  const auto message = [](const char* text) -> std::string {
    try {
      parse_camera(text, "my.camera");
    } catch (const base::Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message("pose.tilt_deg = 3\nlens.blurr_px = 1\n"),
              testing::HasSubstr("my.camera: line 2: there is no parameter"));
  EXPECT_THAT(message("# fine\n\npose.tilt_deg = steep"),
              testing::HasSubstr("line 3: 'steep' is not a number"));
  EXPECT_THAT(message("hop = 1600"), testing::HasSubstr("line 1: a hop is"));
  EXPECT_THAT(message("device"), testing::HasSubstr("line 1: is not 'key = value'"));
  EXPECT_THAT(message("pose.view_width = 2"), testing::HasSubstr("view_width"));
}

// A parameter that changes nothing is a defect.
TEST(Camera, EveryParameterChangesThePicture) {
  const image::GrayImage page = dotted_page({{50, 60}, {100, 140}, {145, 215}});
  const std::string base_preset =
      "sensor.long_side_px = 300\npose.tilt_deg = 5\npaper.fold_deg = 10\nsensor.full_well = 1000\n";
  // What only shows where another parameter is on.
  const auto changes = [&](const std::string& on, const std::string& line) {
    return photograph(page, kPxPerPt, parse_camera(base_preset + on, "on"), 3).file !=
           photograph(page, kPxPerPt, parse_camera(base_preset + on + line, "line"), 3).file;
  };
  EXPECT_TRUE(changes("printer.screen_lpi = 100\n", "printer.edge_noise = 0.2"));
  EXPECT_TRUE(changes("copier.passes = 1\n", "copier.blur_pt = 0.5"));
  EXPECT_TRUE(changes("copier.passes = 1\n", "copier.noise = 0.3"));
  EXPECT_TRUE(changes("copier.passes = 1\n", "copier.threshold = 0.2"));
  EXPECT_TRUE(changes("paper.bend_pt = 20\n", "paper.bend_waves = 3"));
  EXPECT_TRUE(changes("paper.crumple_pt = 2\n", "paper.crumple_length_pt = 30"));
  EXPECT_TRUE(changes("paper.bend_pt = 20\n", "light.shading = 0.8"));
  EXPECT_TRUE(changes("light.shadow = 0.5\n", "light.shadow_edge_pt = 5"));
  EXPECT_TRUE(changes("screen.dpi = 96\n", "screen.snap_glyphs = 1"));
  EXPECT_TRUE(changes("screen.dpi = 96\n", "screen.subpixel_gap = 0.6"));
  EXPECT_TRUE(changes("sensor.sharpen = 1\n", "sensor.sharpen_px = 3"));
  EXPECT_TRUE(changes("device = flatbed\n", "flatbed_dpi = 100"));
  const base::Bytes plain = photograph(page, kPxPerPt, parse_camera(base_preset, "base"), 3).file;
  for (const char* line : {"printer.screen_lpi = 100",
                           "printer.dot_gain_pt = 0.3",
                           "printer.ink_reflectance = 0.2",
                           "copier.passes = 1",
                           "paper.bend_pt = 20",
                           "paper.folds_across = 1",
                           "paper.folds_along = 2",
                           "paper.crumple_pt = 2",
                           "screen.dpi = 96",
                           "pose.tilt_deg = 20",
                           "pose.roll_deg = 20",
                           "pose.distance_pt = 900",
                           "pose.fill = 0.7",
                           "pose.view_width = 0.6",
                           "pose.view_height = 0.5",
                           "pose.off_centre = 0.1",
                           "lens.k1 = 0.05",
                           "lens.k2 = 0.05",
                           "lens.blur_px = 1",
                           "lens.defocus_px = 2",
                           "lens.motion_px = 5",
                           "lens.vignetting = 0.4",
                           "light.slope = 0.3",
                           "light.shadow = 0.4",
                           "light.cast = 0.1",
                           "sensor.bayer = 0",
                           "sensor.full_well = 500",
                           "sensor.read_noise = 30",
                           "sensor.white = 0.5",
                           "sensor.sharpen = 1",
                           "hop = 200 60",
                           "device = flatbed"}) {
    EXPECT_NE(plain, photograph(page, kPxPerPt, parse_camera(base_preset + line, "one"), 3).file) << line;
  }
}

}  // namespace
}  // namespace barium::sim
