#include "sim/sheet_look.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

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

// Threshold of a clustered-dot screen at 45 degrees: cosine hills, made uniform on 0..1.
float screen_threshold(double x_pt, double y_pt, double lpi) {
  const double k = 2 * std::numbers::pi * lpi / kPtPerInch / std::numbers::sqrt2;
  const double hill = (std::cos(k * (x_pt + y_pt)) + std::cos(k * (x_pt - y_pt))) / 4;
  return static_cast<float>(std::clamp(0.5 + hill, 0.02, 0.98));
}

void put_toner(image::FloatImage& coverage, double px_per_pt, const Printer& printer, base::Rng& rng) {
  if (printer.screen_lpi > 0) {
    for (int y = 0; y < coverage.height(); ++y) {
      for (int x = 0; x < coverage.width(); ++x) {
        const float threshold =
            screen_threshold((x + 0.5) / px_per_pt, (y + 0.5) / px_per_pt, printer.screen_lpi);
        const float noise = static_cast<float>(printer.edge_noise * rng.normal());
        // An edge pixel's tone is geometry, not a shade: only flat tones are screened.
        const float tone = coverage.at(x, y);
        if (tone <= 0) continue;  // paper carries no toner to be noisy
        coverage.at(x, y) = tone + noise > (tone < 0.9f ? threshold : 0.5f) ? 1.0f : 0.0f;
      }
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
