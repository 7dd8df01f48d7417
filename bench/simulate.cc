// simulate PAGE.png CAMERA SEED OUT [--px-per-pt N]: puts a rendered page through a camera preset.
// PAGE: a picture of the page at N pixels a point (default 400/72). OUT: .jpg or .png, as the preset's last
// hop says. Prints the truth as JSON: where a grid of page points lies in the picture.

#include <fmt/format.h>

#include <exception>
#include <string>

#include "base/file.h"
#include "image/decode.h"
#include "image/sample.h"
#include "sim/photograph.h"

namespace {

constexpr std::uint64_t kFileLimit = 500'000'000;

std::string truth_as_json(const barium::sim::PageMesh& mesh, double width_pt, double height_pt) {
  std::string json = "[";
  for (int j = 0; j <= 10; ++j) {
    for (int i = 0; i <= 10; ++i) {
      const barium::base::Vec2 p{width_pt * i / 10, height_pt * j / 10}, q = mesh * p;
      json += fmt::format("{}[{:.3f},{:.3f},{:.4f},{:.4f}]", json.size() > 1 ? "," : "", p.x, p.y, q.x, q.y);
    }
  }
  return json + "]";
}

int simulate(const std::vector<std::string>& arguments) {
  using namespace barium;
  if (arguments.size() != 5 && arguments.size() != 7) {
    fmt::print(stderr, "usage: simulate PAGE.png CAMERA SEED OUT [--px-per-pt N]\n");
    return 2;
  }
  const double px_per_pt = arguments.size() == 7 ? std::stod(arguments[6]) : 400.0 / 72;
  image::DecodeOptions options{.color = image::DecodedColor::kGray};
  options.limits.side_px = 20'000;
  options.limits.pixels = 200'000'000;
  const auto page =
      image::decode_photo(base::read_file(arguments[1], kFileLimit), options).frames.at(0).pixels;
  const base::Bytes preset = base::read_file(arguments[2], 100'000);
  const sim::Camera camera = sim::parse_camera(base::as_text(preset), arguments[2]);
  const sim::Photograph photo = sim::photograph(page, px_per_pt, camera, std::stoull(arguments[3]));
  base::write_file(arguments[4], photo.file, base::Durability::kVisible);
  fmt::print("{{\"width\":{},\"height\":{},\"page_to_photo\":{}}}\n", photo.picture.width(),
             photo.picture.height(),
             truth_as_json(photo.photo_from_page, page.width() / px_per_pt, page.height() / px_per_pt));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return simulate({argv, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "simulate: {}\n", error.what());
    return 3;
  }
}
