#include "sim/replay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "image/decode.h"
#include "image/encode.h"
#include "image/filter.h"
#include "image/jpeg_blocks.h"
#include "image/sample.h"
#include "sim/mesh_raster.h"

namespace barium::sim {

namespace {

using base::Vec2;
using image::FloatImage;

constexpr double kCellPt = 4;  // of the mesh; half the shortest length of a PaperField
constexpr int kSamples = 3;    // a side of each photo pixel
constexpr int kLevels = 255;
// Blurs that are tried. px, 1 sigma: from a sharp scan to a thumbnail of a shaken picture.
constexpr std::array<double, 9> kBlursPx{0.4, 0.55, 0.75, 1.0, 1.35, 1.8, 2.4, 3.2, 4.2};
// Blur is judged in tiles of so many pixels, of which the best of three by three count together.
constexpr int kTilePx = 96;
constexpr double kTileSmoothing = 0.5;  // tiles
// Chosen with the suite replay, by its fidelity on hard crumples (0.141 pt without the next four, 0.136
// with). A tile of whose levels ink leaves more than this unexplained is one where page and photo do not lie
// on each other: the widest blur would fit it best.
constexpr double kPlainInk = 0.3;
// What is darker than paper by more than this share of ink is print that the page was not found to have
// there.
constexpr float kStrayInk = 0.4f, kStrayNear = 0.05f;
constexpr double kStrayBlurPx = 2;
// Less ink than this, blurred so many times as much as the photo is, is paper.
constexpr float kPaperInk = 0.02f, kPaperBlur = 1.5f;
// Light changes little over so far; ink's darkness less.
constexpr double kLightPt = 4, kInkPt = 24;

FloatImage sized(const image::GrayView like, float value = 0) {
  return FloatImage(like.width(), like.height(), 1, value);
}

FloatImage product(const FloatImage& a, const FloatImage& b) {
  FloatImage out = a;
  for (std::size_t i = 0; i < out.pixels().size(); ++i) out.pixels()[i] *= b.pixels()[i];
  return out;
}

// A blur of any width at the price of a narrow one: on a smaller picture.
FloatImage wide_blur(const FloatImage& picture, double sigma_px) {
  const int factor = std::max(1, static_cast<int>(sigma_px / 3));
  if (factor == 1) return image::gaussian_blur(picture, sigma_px);
  const FloatImage small =
      image::gaussian_blur(image::resize(picture.view(), std::max(1, picture.width() / factor),
                                         std::max(1, picture.height() / factor)),
                           sigma_px / factor);
  return image::resize(small.view(), picture.width(), picture.height());
}

// Weighted local mean; where there is little weight, over wider and wider surroundings.
FloatImage local_mean(const FloatImage& value, const FloatImage& weight, double sigma_px) {
  constexpr int kDoublings = 5;
  constexpr float kLittle = 1e-2f;  // of weight
  const FloatImage weighted = product(value, weight);
  const double total = std::reduce(weight.pixels().begin(), weight.pixels().end(), 0.0);
  const double mean =
      std::reduce(weighted.pixels().begin(), weighted.pixels().end(), 0.0) / std::max(total, 1.0);
  FloatImage out(value.width(), value.height(), 1, static_cast<float>(mean));
  for (int k = kDoublings; k >= 0; --k) {
    const FloatImage sum = wide_blur(weighted, sigma_px * (1 << k)),
                     weights = wide_blur(weight, sigma_px * (1 << k));
    for (std::size_t i = 0; i < out.pixels().size(); ++i) {
      const float w = std::max(weights.pixels()[i], 0.0f);
      out.pixels()[i] = (sum.pixels()[i] + kLittle * out.pixels()[i]) / (w + kLittle);
    }
  }
  return out;
}

PageMesh mesh_of(const SeenPage& seen, const PaperField& paper) {
  const double width = seen.original.model.width_pt, height = seen.original.model.height_pt;
  PageMesh mesh(width, height, static_cast<int>(std::ceil(width / kCellPt)),
                static_cast<int>(std::ceil(height / kCellPt)));
  for (int row = 0; row <= mesh.rows(); ++row)
    for (int column = 0; column <= mesh.columns(); ++column) {
      const Vec2 p = mesh.page_point(column, row);
      mesh.photo_point(column, row) = seen.photo_from_page.homography * (p + paper.at(p));
      mesh.shade(column, row) = 1;
    }
  return mesh;
}

// How the page lies on the original's: scaled to fit, centred. p_in_raster = px_per_pt * (p - shift).
struct Fit {
  double px_per_pt = 1;
  Vec2 shift_pt;
};

Fit fit_onto(const PageMesh& mesh, const page::PageRaster& raster) {
  const Vec2 end = mesh.page_point(mesh.columns(), mesh.rows());
  const double width = raster.picture.width() / raster.px_per_pt,
               height = raster.picture.height() / raster.px_per_pt;
  const double scale = std::min(end.x / width, end.y / height);
  return {raster.px_per_pt / scale, {(end.x - scale * width) / 2, (end.y - scale * height) / 2}};
}

// Ink on each photo pixel, 0 to 1, before any blur; and, where it is wanted, which pixels the page covers.
FloatImage ink_on_photo(const PageMesh& mesh, const page::PageRaster& raster, image::GrayView photo,
                        FloatImage* covered = nullptr) {
  const Fit fit = fit_onto(mesh, raster);
  FloatImage ink = sized(photo);
  const double wide = raster.picture.width(), high = raster.picture.height();
  rasterize(mesh, photo.width(), photo.height(), [&](int x, int y, Vec2 p, Vec2 per_x, Vec2 per_y, float) {
    float sum = 0;
    for (int j = 0; j < kSamples; ++j)
      for (int i = 0; i < kSamples; ++i) {
        const Vec2 q =
            (p + per_x * ((i + 0.5) / kSamples - 0.5) + per_y * ((j + 0.5) / kSamples - 0.5) - fit.shift_pt) *
            fit.px_per_pt;
        const bool on_page = q.x >= 0 && q.y >= 0 && q.x <= wide && q.y <= high;
        sum += on_page ? kLevels - image::sample_bilinear(raster.picture.view(), q) : 0;
      }
    ink.at(x, y) = sum / (kSamples * kSamples * kLevels);
    if (covered != nullptr) covered->at(x, y) = 1;
  });
  return ink;
}

// What of the photo's levels in a window no straight line of the ink explains, and over how many pixels.
struct Misfit {
  double n = 0, ink = 0, level = 0, ink2 = 0, level2 = 0, both = 0;
  void add(double i, double l) {
    n += 1, ink += i, level += l, ink2 += i * i, level2 += l * l, both += i * l;
  }
  double value() const {
    if (n < 2) return 0;
    const double vi = ink2 - ink * ink / n, c = both - ink * level / n;
    return vi > 1e-3 * n ? all() - c * c / vi : 0;
  }
  double all() const { return n < 2 ? 0 : level2 - level * level / n; }
};

// Photo pixels of the words that were placed: elsewhere the page's ink and the photo's are not at one place.
FloatImage words_on_photo(const PageMesh& mesh, const SeenPage& seen) {
  constexpr double kMarginPt = 2;
  const page::PageModel& page = seen.original.model;
  image::GrayImage of_words(static_cast<int>(std::ceil(page.width_pt)) + 1,
                            static_cast<int>(std::ceil(page.height_pt)) + 1);
  for (const page::WordMeasurement& word : seen.words) {
    if (!word.placed) continue;
    const base::Box box = page.words[word.word].box.grown(kMarginPt);
    for (int y = std::max(0, static_cast<int>(box.y0));
         y < std::min(of_words.height(), static_cast<int>(std::ceil(box.y1))); ++y)
      for (int x = std::max(0, static_cast<int>(box.x0));
           x < std::min(of_words.width(), static_cast<int>(std::ceil(box.x1))); ++x)
        of_words.at(x, y) = 1;
  }
  FloatImage out = sized(seen.photo);
  rasterize(mesh, seen.photo.width(), seen.photo.height(), [&](int x, int y, Vec2 p, Vec2, Vec2, float) {
    const int u = static_cast<int>(p.x), v = static_cast<int>(p.y);
    if (u >= 0 && v >= 0 && u < of_words.width() && v < of_words.height()) out.at(x, y) = of_words.at(u, v);
  });
  return out;
}

// Blur in each tile: the candidate of least misfit over the words of the tile and those around it, between
// candidates by a parabola; where there are none, that of the nearest tiles with some.
FloatImage estimate_blur(image::GrayView photo, const std::vector<FloatImage>& blurred,
                         const FloatImage& of_words) {
  const int wide = photo.width() / kTilePx + 1, high = photo.height() / kTilePx + 1;
  std::vector<std::array<double, kBlursPx.size()>> misfit(static_cast<std::size_t>(wide * high));
  std::vector<double> all(misfit.size());
  for (std::size_t b = 0; b < kBlursPx.size(); ++b) {
    std::vector<Misfit> tiles(misfit.size());
    for (int y = 0; y < photo.height(); ++y)
      for (int x = 0; x < photo.width(); ++x)
        if (of_words.at(x, y) > 0)
          tiles[static_cast<std::size_t>(y / kTilePx * wide + x / kTilePx)].add(blurred[b].at(x, y),
                                                                                photo.at(x, y));
    for (std::size_t t = 0; t < tiles.size(); ++t) misfit[t][b] = tiles[t].value(), all[t] = tiles[t].all();
  }
  FloatImage tiles(wide, high), known(wide, high);
  for (int y = 0; y < high; ++y)
    for (int x = 0; x < wide; ++x) {
      std::array<double, kBlursPx.size()> sum{};
      double spread = 0;
      for (int v = std::max(0, y - 1); v <= std::min(high - 1, y + 1); ++v)
        for (int u = std::max(0, x - 1); u <= std::min(wide - 1, x + 1); ++u) {
          const auto t = static_cast<std::size_t>(v * wide + u);
          for (std::size_t b = 0; b < sum.size(); ++b) sum[b] += misfit[t][b];
          if (misfit[t].front() > 0) spread += all[t];
        }
      if (sum.front() <= 0 || *std::ranges::min_element(sum) > kPlainInk * spread) continue;
      known.at(x, y) = 1;
      const auto best = static_cast<std::size_t>(std::ranges::min_element(sum) - sum.begin());
      double at = static_cast<double>(best);
      if (best > 0 && best + 1 < sum.size()) {
        const double bend = sum[best - 1] + sum[best + 1] - 2 * sum[best];
        if (bend > 0) at += 0.5 * (sum[best - 1] - sum[best + 1]) / bend;
      }
      const auto below = std::min(static_cast<std::size_t>(at), kBlursPx.size() - 2);
      const double part = at - static_cast<double>(below);
      tiles.at(x, y) = static_cast<float>(kBlursPx[below] + part * (kBlursPx[below + 1] - kBlursPx[below]));
    }
  tiles = local_mean(tiles, known, kTileSmoothing);
  FloatImage blur = sized(photo);
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x)
      blur.at(x, y) = image::sample_bilinear(tiles.view(), {(x + 0.5) / kTilePx, (y + 0.5) / kTilePx});
  return blur;
}

std::vector<FloatImage> all_blurs(const FloatImage& ink) {
  std::vector<FloatImage> out;
  for (const double sigma : kBlursPx) out.push_back(image::gaussian_blur(ink, sigma));
  return out;
}

FloatImage blurred_by(const std::vector<FloatImage>& blurred, const FloatImage& blur_px) {
  FloatImage out = blurred.front();
  for (std::size_t i = 0; i < out.pixels().size(); ++i) {
    const double sigma = blur_px.pixels()[i];
    std::size_t below = 0;
    while (below + 2 < kBlursPx.size() && kBlursPx[below + 1] <= sigma) ++below;
    const double part =
        std::clamp((sigma - kBlursPx[below]) / (kBlursPx[below + 1] - kBlursPx[below]), 0.0, 1.0);
    out.pixels()[i] =
        static_cast<float>((1 - part) * blurred[below].pixels()[i] + part * blurred[below + 1].pixels()[i]);
  }
  return out;
}

// Under ink there is the noise of paper near by.
void fill_noise(FloatImage& noise, const FloatImage& is_paper) {
  constexpr int kStepPx = 5, kMostSteps = 24;
  const FloatImage seen = noise;
  for (int y = 0; y < noise.height(); ++y)
    for (int x = 0; x < noise.width(); ++x) {
      if (is_paper.at(x, y) > 0) continue;
      for (int k = 1; k <= kMostSteps; ++k) {
        constexpr std::array<std::array<int, 2>, 8> kWays{
            {{0, 1}, {1, 0}, {0, -1}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}}};
        const auto found = std::ranges::find_if(kWays, [&](const auto& way) {
          const int u = x + k * kStepPx * way[0], v = y + k * kStepPx * way[1];
          return u >= 0 && v >= 0 && u < noise.width() && v < noise.height() && is_paper.at(u, v) > 0;
        });
        if (found == kWays.end()) continue;
        noise.at(x, y) = seen.at(x + k * kStepPx * (*found)[0], y + k * kStepPx * (*found)[1]);
        break;
      }
    }
}

// Words that were not placed stand where the page is thought to be blank.
void leave_out_stray_ink(const Channel& channel, const FloatImage& levels, FloatImage& is_paper) {
  FloatImage stray = is_paper;
  for (std::size_t i = 0; i < stray.pixels().size(); ++i)
    if (channel.paper.pixels()[i] - levels.pixels()[i] <= kStrayInk * channel.ink.pixels()[i])
      stray.pixels()[i] = 0;
  stray = image::gaussian_blur(stray, kStrayBlurPx);
  for (std::size_t i = 0; i < stray.pixels().size(); ++i)
    if (stray.pixels()[i] > kStrayNear) is_paper.pixels()[i] = 0;
}

void estimate_tones(Channel& channel, const FloatImage& ink, const FloatImage& covered,
                    const FloatImage& of_words, double px_per_pt) {
  const image::GrayView photo = channel.photo.view();
  const std::vector<FloatImage> blurred = all_blurs(ink);
  channel.blur_px = estimate_blur(photo, blurred, of_words);
  FloatImage wider_px = channel.blur_px;
  for (float& sigma : wider_px.pixels()) sigma *= kPaperBlur;
  const FloatImage inked = blurred_by(blurred, channel.blur_px), spread = blurred_by(blurred, wider_px);
  FloatImage is_paper = covered;
  for (std::size_t i = 0; i < is_paper.pixels().size(); ++i)
    if (spread.pixels()[i] > kPaperInk) is_paper.pixels()[i] = 0;
  const FloatImage levels = image::to_float(photo);
  channel.paper = local_mean(levels, is_paper, kLightPt * px_per_pt);
  FloatImage darker = channel.paper, weight = product(inked, of_words);
  for (std::size_t i = 0; i < darker.pixels().size(); ++i) {
    const float by = inked.pixels()[i];
    darker.pixels()[i] = by > 0.05f ? (channel.paper.pixels()[i] - levels.pixels()[i]) / by : 0;
    weight.pixels()[i] = by > 0.05f ? weight.pixels()[i] * by : 0;
  }
  channel.ink = local_mean(darker, weight, kInkPt * px_per_pt);
  leave_out_stray_ink(channel, levels, is_paper);
  channel.paper = local_mean(levels, is_paper, kLightPt * px_per_pt);
  channel.noise = sized(photo);
  for (std::size_t i = 0; i < is_paper.pixels().size(); ++i)
    if (is_paper.pixels()[i] > 0) channel.noise.pixels()[i] = levels.pixels()[i] - channel.paper.pixels()[i];
  fill_noise(channel.noise, is_paper);
}

// Not from the alignment's smooth field, which is a polynomial: where there are no words it may fold the
// page.
std::vector<SeenOffset> offsets_of(const SeenPage& seen) {
  std::vector<SeenOffset> offsets;
  for (const page::WordMeasurement& word : seen.words) {
    if (!word.placed) continue;
    const Vec2 at = seen.original.model.words[word.word].box.centre();
    offsets.push_back({at, seen.photo_from_page.displacement.at(at) + word.offset_pt, word.offset_sigma_pt});
  }
  return offsets;
}

}  // namespace

Channel estimate_channel(const SeenPage& seen, std::uint64_t seed) {
  base::require(!seen.photo.empty() && seen.words.size() == seen.original.model.words.size(),
                "a channel is seen on a photo, with a measurement for each word");
  std::vector<SeenOffset> offsets = offsets_of(seen);
  offsets = believable(offsets, paper_law(offsets));
  const PaperLaw law = paper_law(offsets);
  base::Rng rng(seed, "replay");
  Channel channel{.photo_from_page = mesh_of(seen, PaperField(offsets, law, rng)),
                  .photo = image::GrayImage(seen.photo.width(), seen.photo.height()),
                  .law = law,
                  .jpeg_quality = seen.jpeg_quality};
  for (int y = 0; y < seen.photo.height(); ++y)
    std::copy_n(seen.photo.row(y), seen.photo.width(), channel.photo.row(y));
  FloatImage covered = sized(seen.photo);
  // Light, ink and blur are told where the page's ink and the photo's lie on each other as well as they can.
  const PageMesh likeliest = mesh_of(seen, PaperField::mean(offsets, law));
  const FloatImage ink = ink_on_photo(likeliest, seen.original.raster, seen.photo, &covered);
  const Vec2 centre{seen.original.model.width_pt / 2, seen.original.model.height_pt / 2};
  const double px_per_pt = std::sqrt(std::abs(seen.photo_from_page.homography.area_scale(centre)));
  const bool any_word = std::ranges::any_of(seen.words, &page::WordMeasurement::placed);
  estimate_tones(channel, ink, covered, any_word ? words_on_photo(likeliest, seen) : covered, px_per_pt);
  return channel;
}

image::GrayImage replay(const Channel& channel, const page::PageRaster& page) {
  FloatImage covered = sized(channel.photo);
  const FloatImage ink = blurred_by(
      all_blurs(ink_on_photo(channel.photo_from_page, page, channel.photo, &covered)), channel.blur_px);
  FloatImage levels = image::to_float(channel.photo);
  for (std::size_t i = 0; i < levels.pixels().size(); ++i)
    if (covered.pixels()[i] > 0)
      levels.pixels()[i] =
          channel.paper.pixels()[i] - channel.ink.pixels()[i] * ink.pixels()[i] + channel.noise.pixels()[i];
  const base::Bytes file = image::encode_jpeg(image::to_bytes(levels).view(), channel.jpeg_quality);
  return image::decode_photo(file).frames.front().pixels;
}

int jpeg_quality_of(base::ByteView jpeg) {
  // T.81, table K.1, first row and column's corner, in natural order; IJG scales it by 5000 / q below 50,
  // else by 200 - 2 q, in percent.
  constexpr std::array<int, 8> kStandard{16, 11, 10, 16, 24, 40, 51, 61};
  const image::JpegBlocks blocks = image::read_jpeg_blocks(jpeg, 100'000'000);
  const auto& table = blocks.tables.at(blocks.components.at(0).table);
  if (!table) throw base::Error(base::ErrorCode::kMalformed, "the JPEG has no quantisation table");
  double percent = 0;
  for (std::size_t i = 0; i < kStandard.size(); ++i)
    percent += 100.0 * (*table)[i] / kStandard[i] / static_cast<double>(kStandard.size());
  const double quality = percent > 100 ? 5000 / percent : (200 - percent) / 2;
  return std::clamp(static_cast<int>(std::lround(quality)), 1, 100);
}

}  // namespace barium::sim
