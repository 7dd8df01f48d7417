#include "sim/sheet_look.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "image/filter.h"
#include "image/sample.h"
#include "sim/glyph_snap.h"

namespace barium::sim {

namespace {

constexpr double kPtPerInch = 72;
constexpr int kPixelsPerStripe = 2;  // of a photographed display: three stripes of two make a display pixel
constexpr int kPixelsPerCell = 3 * kPixelsPerStripe;

image::FloatImage coverage_of(image::GrayView page) {  // 0 paper, 1 ink, by tone
  image::FloatImage coverage(page.width(), page.height());
  for (int y = 0; y < page.height(); ++y) {
    for (int x = 0; x < page.width(); ++x) coverage.at(x, y) = 1 - static_cast<float>(page.at(x, y)) / 255;
  }
  return coverage;
}

// Scanned, decided black or white, and on to the next pass.
void photocopy(image::FloatImage& coverage, double px_per_pt, const Copier& copier, base::Rng& rng) {
  for (int pass = 0; pass < copier.passes; ++pass) {
    coverage = image::gaussian_blur(coverage, copier.blur_pt * px_per_pt);
    // The scanner's noise has the grain of its own pixels, about 300 dpi: blurred, then brought back to
    // strength.
    image::FloatImage grain(coverage.width(), coverage.height());
    for (float& value : grain.pixels()) value = static_cast<float>(rng.normal());
    const double sigma = px_per_pt * kPtPerInch / 300 / 2;
    grain = image::gaussian_blur(grain, sigma);
    const float strength =
        static_cast<float>(copier.noise * std::max(1.0, 2 * std::sqrt(std::numbers::pi) * sigma));
    for (std::size_t i = 0; i < coverage.pixels().size(); ++i) {
      coverage.pixels()[i] =
          coverage.pixels()[i] + strength * grain.pixels()[i] > copier.threshold ? 1.0f : 0.0f;
    }
  }
}

// Threshold of a clustered-dot screen at 45 degrees: cosine hills, made uniform on 0..1 by their own
// distribution, so that a tone covers just its share of the paper.
class DotScreen {
 public:
  DotScreen(double lpi, double px_per_pt)
      : per_px_(2 * std::numbers::pi * lpi / kPtPerInch / std::numbers::sqrt2 / px_per_pt),
        // The hills' mean slope is about 1/4 of a tone a radian of each wave.
        step_(static_cast<float>(std::max(1.0, 4 / std::max(1e-3, per_px_ * std::numbers::sqrt2)))) {
    std::vector<float> hills;
    for (int i = 0; i < kSamples; ++i) {
      for (int j = 0; j < kSamples; ++j) {
        const double a = 2 * std::numbers::pi * i / kSamples, b = 2 * std::numbers::pi * j / kSamples;
        hills.push_back(static_cast<float>((std::cos(a) + std::cos(b)) / 2));
      }
    }
    std::sort(hills.begin(), hills.end());
    for (std::size_t i = 0; i < rank_.size(); ++i) {
      const float hill = 2 * static_cast<float>(i) / (kRanks - 1) - 1;
      const auto below = std::lower_bound(hills.begin(), hills.end(), hill) - hills.begin();
      rank_[i] = static_cast<float>(below) / static_cast<float>(hills.size());
    }
  }
  // The part of pixel (x, y) that toner covers, 0 to 1, for the tone 0 to 1: the mean of four places in it,
  // each shaken within its quarter, for the raster's pitch would otherwise beat with the screen's.
  float covered(float tone, int x, int y, base::Rng& rng) const {
    constexpr double kQuarter = 0.5 / 256;  // a byte of chance, in pixels
    std::uint64_t chance = rng.bits();
    float sum = 0;
    for (int i = 0; i < 4; ++i, chance >>= 16) {
      const double dx = (i % 2) * 0.5 + static_cast<double>(chance & 255) * kQuarter;
      const double dy = (i / 2) * 0.5 + static_cast<double>(chance >> 8 & 255) * kQuarter;
      sum += covered_at(tone, x + dx, y + dy);
    }
    return sum / 4;
  }

 private:
  // The step from toner to paper is as wide as a pixel; near black and white it is steeper, which keeps the
  // mean over the screen equal to the tone.
  float covered_at(float tone, double x_px, double y_px) const {
    const double a = per_px_ * (x_px + y_px), b = per_px_ * (x_px - y_px);
    const auto at = static_cast<std::size_t>((std::cos(a) + std::cos(b) + 2) / 4 * (kRanks - 1));
    const float step = std::max({step_, 0.5f / std::max(tone, 1e-3f), 0.5f / std::max(1 - tone, 1e-3f)});
    return std::clamp(0.5f + step * (tone - rank_[at]), 0.0f, 1.0f);
  }

  static constexpr int kSamples = 128;
  double per_px_;
  float step_;
  static constexpr int kRanks = 1024;
  std::array<float, kRanks> rank_{};
};

// The darkest tone within one pixel: of a glyph's edge pixel, the tone of the glyph.
image::FloatImage darkest_near(const image::FloatImage& coverage) {
  image::FloatImage rows = coverage, result = coverage;
  for (int y = 0; y < coverage.height(); ++y) {
    for (int x = 1; x + 1 < coverage.width(); ++x) {
      rows.at(x, y) = std::max({coverage.at(x - 1, y), coverage.at(x, y), coverage.at(x + 1, y)});
    }
  }
  for (int y = 1; y + 1 < coverage.height(); ++y) {
    for (int x = 0; x < coverage.width(); ++x) {
      result.at(x, y) = std::max({rows.at(x, y - 1), rows.at(x, y), rows.at(x, y + 1)});
    }
  }
  return result;
}

// The share of the paper that toner must cover to look like the tone; 0 paper, 1 black, on the sRGB curve.
float ink_for(float tone) { return 1 - linear_from_srgb(255 * (1 - tone)); }

// What a printer makes of a page: a shape is decided at its edge, where it covers half of a pixel, and only
// its tone is screened. Without a screen, edges and tones are as they are.
void put_toner(image::FloatImage& coverage, double px_per_pt, const Printer& printer, base::Rng& rng) {
  constexpr float kEdgeStep = 2, kSolid = 0.9f;
  const bool screened = printer.screen_lpi > 0;
  const DotScreen screen(printer.screen_lpi, px_per_pt);
  const image::FloatImage tones = darkest_near(coverage);
  for (int y = 0; y < coverage.height(); ++y) {
    for (int x = 0; x < coverage.width(); ++x) {
      float& pixel = coverage.at(x, y);
      if (pixel <= 0) continue;  // paper carries no toner to be noisy
      const float tone = tones.at(x, y), ink = tone > kSolid ? 1 : ink_for(tone), part = pixel / tone;
      if (!screened) {
        pixel = part * ink;
        continue;
      }
      const float noise = static_cast<float>(printer.edge_noise * rng.normal());
      const float shape = std::clamp(0.5f + kEdgeStep * (part - 0.5f + noise), 0.0f, 1.0f);
      pixel = shape * (ink < 1 ? screen.covered(std::clamp(ink + noise * ink, 0.0f, 1.0f), x, y, rng) : 1);
    }
  }
  coverage = image::gaussian_blur(coverage, printer.dot_gain_pt * px_per_pt);
}

}  // namespace

float linear_from_srgb(float value) {  // IEC 61966-2-1
  const float v = value / 255;
  return v <= 0.04045f ? v / 12.92f : std::pow((v + 0.055f) / 1.055f, 2.4f);
}

float srgb_from_linear(float value) {
  const float v = std::clamp(value, 0.0f, 1.0f);
  return 255 * (v <= 0.0031308f ? 12.92f * v : 1.055f * std::pow(v, 1 / 2.4f) - 0.055f);
}

SheetLook print(image::GrayView page, double px_per_pt, const Camera& camera, base::Rng& rng) {
  image::FloatImage coverage = coverage_of(page);
  photocopy(coverage, px_per_pt, camera.copier, rng);
  put_toner(coverage, px_per_pt, camera.printer, rng);
  for (float& value : coverage.pixels()) {  // Murray and Davies 1936: areas of ink and paper add their light
    value = 1 - std::clamp(value, 0.0f, 1.0f) * static_cast<float>(1 - camera.printer.ink_reflectance);
  }
  return {std::move(coverage), {px_per_pt, px_per_pt}};
}

image::GrayImage display_pixels(image::GrayView page, double px_per_pt, const Screen& screen) {
  const double scale = screen.dpi / kPtPerInch / px_per_pt;
  const int width = std::max(1, static_cast<int>(std::lround(page.width() * scale)));
  const int height = std::max(1, static_cast<int>(std::lround(page.height() * scale)));
  if (!screen.snap_glyphs) return image::resize(page, width, height);
  return image::resize(snap_glyphs(page, 1 / scale), width, height);
}

SheetLook show(image::GrayView page, double px_per_pt, const Screen& screen) {
  const image::GrayImage pixels = display_pixels(page, px_per_pt, screen);
  SheetLook look{image::FloatImage(pixels.width() * kPixelsPerCell, pixels.height() * kPixelsPerCell, 3),
                 {px_per_pt * pixels.width() * kPixelsPerCell / page.width(),
                  px_per_pt * pixels.height() * kPixelsPerCell / page.height()}};
  const float lit = static_cast<float>(1 - screen.subpixel_gap);
  for (int y = 0; y < look.value.height(); ++y) {
    const bool between_rows = y % kPixelsPerCell == 0;
    for (int x = 0; x < look.value.width(); ++x) {
      const int stripe = x % kPixelsPerCell / kPixelsPerStripe;
      const float light = linear_from_srgb(pixels.at(x / kPixelsPerCell, y / kPixelsPerCell));
      look.value.at(x, y, stripe) = between_rows ? 0.2f * light : 3 * lit * light;
    }
  }
  return look;
}

}  // namespace barium::sim
