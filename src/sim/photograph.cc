#include "sim/photograph.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "image/decode.h"
#include "image/encode.h"
#include "image/sample.h"
#include "sim/scene.h"
#include "sim/sensor.h"
#include "sim/sheet_look.h"

namespace barium::sim {

namespace {

using base::Vec2;

// The whole page on width_px x height_px, upright.
PageMesh plain_mesh(image::GrayView page, double px_per_pt, int width_px, int height_px, Vec2 shift) {
  PageMesh mesh(page.width() / px_per_pt, page.height() / px_per_pt, 1, 1);
  for (int row = 0; row <= 1; ++row) {
    for (int column = 0; column <= 1; ++column) {
      mesh.photo_point(column, row) = Vec2{1.0 * column * width_px, 1.0 * row * height_px} + shift;
    }
  }
  return mesh;
}

image::ColorImage coloured(image::GrayView gray) {
  image::ColorImage picture(gray.width(), gray.height(), 3);
  for (int y = 0; y < gray.height(); ++y) {
    for (int x = 0; x < gray.width() * 3; ++x) picture.row(y)[x] = gray.at(x / 3, y);
  }
  return picture;
}

// The viewer's window: the page between grey margins under a tool bar, scrolled somewhere.
Photograph screenshot(image::GrayView page, double px_per_pt, const Camera& camera, base::Rng& rng) {
  const image::GrayImage pixels = display_pixels(page, px_per_pt, camera.screen);
  const int margin = pixels.width() / 10, bar = 64;
  const int shown = std::max(1, static_cast<int>(pixels.height() * camera.pose.view_height));
  const int scroll = static_cast<int>(rng.below(static_cast<std::uint64_t>(pixels.height() - shown + 1)));
  image::GrayImage window(pixels.width() + 2 * margin, shown + bar, 1, 96);
  for (int y = 0; y < bar; ++y) std::fill_n(window.row(y), window.width(), y == bar - 1 ? 150 : 235);
  for (int i = 0; i < 8; ++i) {
    for (int y = 22; y < 42; ++y) std::fill_n(window.row(y) + margin / 2 + i * 40, 20, 120);
  }
  for (int y = 0; y < shown; ++y)
    std::copy_n(pixels.row(y + scroll), pixels.width(), window.row(y + bar) + margin);
  return {coloured(window),
          {},
          plain_mesh(page, px_per_pt, pixels.width(), pixels.height(),
                     {static_cast<double>(margin), static_cast<double>(bar - scroll)})};
}

Photograph rendered(image::GrayView page, double px_per_pt, const Camera& camera) {
  const double scale = camera.flatbed_dpi / 72;
  const int width = static_cast<int>(std::lround(page.width() / px_per_pt * scale));
  const int height = static_cast<int>(std::lround(page.height() / px_per_pt * scale));
  return {coloured(image::resize(page, width, height)), {}, plain_mesh(page, px_per_pt, width, height, {})};
}

Photograph shot(image::GrayView page, double px_per_pt, const Camera& camera, base::Rng& rng) {
  Framing framing = frame_page(page.width() / px_per_pt, page.height() / px_per_pt, camera, rng);
  const bool on_screen = camera.screen.dpi > 0;
  const SheetLook look =
      on_screen ? show(page, px_per_pt, camera.screen) : print(page, px_per_pt, camera, rng);
  image::FloatImage light = light_scene(look, framing, camera, rng);
  return {develop(std::move(light), camera.lens, camera.sensor, rng), {}, std::move(framing.mesh)};
}

void pass_on(Photograph& photo, const Hop& hop) {
  const int long_side = std::max(photo.picture.width(), photo.picture.height());
  if (hop.long_side_px > 0 && long_side > hop.long_side_px) {
    const double scale = static_cast<double>(hop.long_side_px) / long_side;
    const int width = std::max(1, static_cast<int>(std::lround(photo.picture.width() * scale)));
    const int height = std::max(1, static_cast<int>(std::lround(photo.picture.height() * scale)));
    photo.photo_from_page.rescale(static_cast<double>(width) / photo.picture.width(),
                                  static_cast<double>(height) / photo.picture.height(), {});
    photo.picture = image::resize(photo.picture, width, height);
  }
  photo.file = hop.jpeg_quality > 0 ? image::encode_jpeg(photo.picture.view(), hop.jpeg_quality)
                                    : image::encode_png(photo.picture.view());
  if (hop.jpeg_quality > 0) photo.picture = image::decode_photo(photo.file).frames.at(0).pixels;
}

}  // namespace

Photograph photograph(image::GrayView page, double px_per_pt, const Camera& camera, std::uint64_t seed) {
  camera.check();
  base::require(!page.empty() && px_per_pt > 0, "a page to photograph has a size");
  base::Rng rng(seed, "camera");
  Photograph photo = camera.device == Device::kScreenshot ? screenshot(page, px_per_pt, camera, rng)
                     : camera.device == Device::kRender   ? rendered(page, px_per_pt, camera)
                                                          : shot(page, px_per_pt, camera, rng);
  for (const Hop& hop : camera.hops) pass_on(photo, hop);
  if (photo.file.empty()) photo.file = image::encode_png(photo.picture.view());
  return photo;
}

}  // namespace barium::sim
