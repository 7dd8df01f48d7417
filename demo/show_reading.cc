// show_reading ORIGINAL.pdf PHOTO EXAMINATION.json FOLDER: draws what was read from a photo.
//
// FOLDER/page.png is the page of the original; FOLDER/reading.svg shows the photo with an arrow for each
// carrier, its displacement magnified. For the demo: the original is our own, and is read without
// confinement.

#include <fmt/format.h>
#include <sodium.h>

#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "align/align.h"
#include "base/file.h"
#include "image/decode.h"
#include "image/encode.h"
#include "mark/reading.h"
#include "page/document.h"
#include "page/render.h"

namespace {

using namespace barium;

constexpr std::uint64_t kFileLimitBytes = 100'000'000;
constexpr double kMagnified = 32;  // a quarter of a point becomes eight points, less than a word's height

struct Seen {
  int page = 0;  // counts from 1
  image::Homography photo_from_page;
};

Seen seen_in(const std::filesystem::path& examination) {
  const base::Bytes bytes = base::read_file(examination, kFileLimitBytes);
  const auto placement = nlohmann::json::parse(base::as_text(bytes)).at("placement");
  Seen seen{.page = placement.at("page").get<int>(), .photo_from_page = {}};
  const auto numbers = placement.at("photo_from_page").get<std::vector<double>>();
  std::copy_n(numbers.begin(), 9, seen.photo_from_page.m.begin());
  return seen;
}

page::RegisteredPage registered(base::ByteView pdf, int page) {
  page::PageModel model = page::read_document(pdf).model.pages.at(static_cast<std::size_t>(page) - 1);
  auto rendered = page::render_pages(pdf, page, page).at(0);
  return {std::move(model), {std::move(rendered.picture), rendered.px_per_pt}};
}

std::string arrow(base::Vec2 from, base::Vec2 to, double width_px, bool forward) {
  const base::Vec2 along = to - from;
  const base::Vec2 barb = 0.35 * along, side{-0.35 * along.y, 0.35 * along.x};
  const base::Vec2 a = to - barb + side, b = to - barb - side;
  return fmt::format(
      "<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}\" "
      "stroke=\"{}\" stroke-width=\"{:.2f}\"/>\n",
      from.x, from.y, to.x, to.y, a.x, a.y, to.x, to.y, b.x, b.y, forward ? "#0057b8" : "#d0342c", width_px);
}

std::string arrows(const page::PageModel& page, const align::Alignment& alignment,
                   const mark::Reading& reading, double px_per_pt) {
  std::string drawn;
  for (const mark::SoftBit& bit : reading.bits) {
    const page::Word& word = page.words[page.carriers[bit.carrier].word];
    const base::Vec2 centre = word.box.centre();
    const base::Vec2 tip = centre + word.along * (bit.displacement_pt * kMagnified);
    drawn += arrow(alignment.photo_from_page * centre, alignment.photo_from_page * tip, 0.9 * px_per_pt,
                   bit.displacement_pt > 0);
  }
  return drawn;
}

// How many photo pixels a point of the page takes, in its middle.
double scale_at_middle(const page::PageModel& page, const image::Warp& photo_from_page) {
  const base::Vec2 middle{page.width_pt / 2, page.height_pt / 2};
  return norm(photo_from_page * (middle + base::Vec2{1, 0}) - photo_from_page * middle);
}

// A browser shows a picture inside a picture only where it is part of the file (RFC 2397).
std::string data_uri(base::ByteView jpeg) {
  std::string text(sodium_base64_ENCODED_LEN(jpeg.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), jpeg.data(), jpeg.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return "data:image/jpeg;base64," + text;
}

void show_reading(const std::vector<std::string>& arguments) {
  const base::Bytes pdf = base::read_file(arguments[1], kFileLimitBytes);
  const base::Bytes photo_bytes = base::read_file(arguments[2], kFileLimitBytes);
  const std::filesystem::path folder = arguments[4];
  const Seen seen = seen_in(arguments[3]);
  const page::RegisteredPage page = registered(pdf, seen.page);
  const auto photo =
      image::decode_photo(photo_bytes, {.color = image::DecodedColor::kGray}).frames.at(0).pixels;
  const align::Alignment alignment = align::align_page(photo, page, seen.photo_from_page);
  const mark::Reading reading = mark::read_marks(page.model, alignment.words);

  const std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" fill=\"none\">\n"
      "<image href=\"{2}\" width=\"{0}\" height=\"{1}\" opacity=\".55\"/>\n{3}</svg>\n",
      photo.width(), photo.height(), data_uri(photo_bytes),
      arrows(page.model, alignment, reading, scale_at_middle(page.model, alignment.photo_from_page)));
  base::write_file(folder / "reading.svg", base::as_bytes(svg), base::Durability::kVisible);
  base::write_file(folder / "page.png", image::encode_png(page.raster.picture), base::Durability::kVisible);
  fmt::print("{} of {} words that carry were read; the noise is {:.3f} pt, a mark is 0.25 pt\n",
             reading.bits.size(), page.model.carriers.size(), alignment.residual_sigma_pt);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 5) {
    fmt::print(stderr, "usage: show_reading ORIGINAL.pdf PHOTO EXAMINATION.json FOLDER\n");
    return 2;
  }
  show_reading({argv, argv + argc});
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "show_reading: {}\n", error.what());
  return 3;
}
