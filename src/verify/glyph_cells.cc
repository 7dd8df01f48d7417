#include "verify/glyph_cells.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>

#include "base/utf8.h"
#include "image/sample.h"
#include "verify/expected_page.h"
#include "verify/stroke.h"
#include "verify/tones.h"

namespace barium::verify {
namespace {

// Samples of a cell: an em is kPerEm long.
constexpr int kReduced = 2;  // raster pixels a sample
constexpr double kLeastSizePt = 0.5;
constexpr int kPerEm = 14, kAcross = 16, kDown = 19;
constexpr double kAscentEm = 0.95, kLeftEm = 0.1;
// Words in a picture have no pens: windows about a letter wide.
constexpr double kWindowEm = 0.5;
// Of the sum of both inks' energy: below, two cells without names hold the same glyph.
constexpr double kSameLook = 0.10;
// And two glyphs with names are the same picture: an a and an o of a light slanted hand differ by 0.06 to
// 0.10, and where such pairs were no rivals, of 1,325 single characters that were decided on 12 passed.
constexpr double kIdentical = 0.03;
// Cells with the same character differ by less in one style (neighbours reach in), by more in another.
constexpr double kSameStyle = 0.4;
constexpr double kSameSize = 0.03;
constexpr double kSameAdvanceEm = 0.12;
constexpr std::size_t kMostLooks = 500, kMostRivals = 40, kLeastRivals = 3;

enum class Kind { kUnknown, kDigit, kLower, kUpper, kOther };

Kind kind_of(char32_t c) {
  if (c == 0) return Kind::kUnknown;
  if (c >= U'0' && c <= U'9') return Kind::kDigit;
  if ((c >= U'a' && c <= U'z') || (c >= 0xDF && c <= 0xFF)) return Kind::kLower;
  if ((c >= U'A' && c <= U'Z') || (c >= 0xC0 && c <= 0xDE)) return Kind::kUpper;
  return c < 0x80 ? Kind::kOther : Kind::kUnknown;
}

struct Sampled {
  std::array<float, kAcross * kDown> ink{};  // 0 paper, 1 the word's darkest (or, on dark ground, lightest)
  double energy = 0;
};

double difference(const Sampled& a, const Sampled& b) {
  using Ink = Eigen::Map<const Eigen::Array<float, kAcross * kDown, 1>>;
  const float sum = (Ink(a.ink.data()) - Ink(b.ink.data())).square().sum();
  return sum / std::max(1e-9, a.energy + b.energy);
}

class Sampler {
 public:
  // picture: of the page, reduced.
  Sampler(const page::RegisteredPage& page, const image::FloatImage& picture)
      : page_(page), picture_(picture), px_per_pt_(page.raster.px_per_pt / kReduced) {}

  Sampled sample(const GlyphCell& cell) const {
    const page::Word& word = page_.model.words[cell.word];
    const base::Vec2 u = word.along, v{-u.y, u.x};
    const base::Vec2 pen = word.origin + cell.t0 * u;
    const double step = word.size_pt / kPerEm;
    Sampled out;
    const auto [paper, contrast] = tones_of(picture_, 1 / px_per_pt_, word.box);
    if (std::abs(contrast) < 1e-3f) return out;
    for (int j = 0; j < kDown; ++j)
      for (int i = 0; i < kAcross; ++i) {
        const double t = (i + 0.5) * step - kLeftEm * word.size_pt;
        if (t < -0.05 * word.size_pt || t > cell.t1 - cell.t0 + 0.05 * word.size_pt) continue;
        const base::Vec2 p = pen + t * u + ((j + 0.5) * step - kAscentEm * word.size_pt) * v;
        float& value = out.ink[static_cast<std::size_t>(j * kAcross + i)];
        value = (image::sample_bilinear(picture_.view(), px_per_pt_ * p) - paper) / contrast;
        out.energy += value * value;
      }
    return out;
  }

 private:
  const page::RegisteredPage& page_;
  const image::FloatImage& picture_;
  double px_per_pt_;
};

void cut_word(const page::Word& word, std::uint32_t index, std::vector<GlyphCell>& cells) {
  if (word.pens.empty()) {
    const int windows =
        std::max(1, static_cast<int>(std::lround(word.length_pt / (kWindowEm * word.size_pt))));
    for (int i = 0; i < windows; ++i)
      cells.push_back({index, 0, static_cast<std::size_t>(i), i * word.length_pt / windows,
                       (i + 1) * word.length_pt / windows, 0});
    return;
  }
  std::u32string text = characters_of_glyphs(word);
  if (text.empty()) text.assign(word.pens.size(), 0);
  for (std::size_t i = 0; i < word.pens.size(); ++i) {
    const double end = i + 1 < word.pens.size() ? word.pens[i + 1] : word.length_pt;
    if (end - word.pens[i] < 0.02 * word.size_pt) continue;  // an accent over the next
    cells.push_back({index, text[i], i, word.pens[i], end, 0});
  }
}

bool may_become(char32_t a, char32_t b) {
  if (a != 0 && a == b) return false;
  const Kind x = kind_of(a), y = kind_of(b);
  return x == y || x == Kind::kUnknown || y == Kind::kUnknown;
}

bool joins(char32_t c) {
  return (c >= 0x600 && c <= 0x8FF) || (c >= 0xFB50 && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFF);
}

// Of what differs by less, one is not the other's rival. A glyph without a name may be the same one in
// another neighbourhood; letters that join look as their neighbours have them.
double same_below(char32_t a, char32_t b) {
  if (a == 0 || b == 0) return kSameStyle;
  return joins(a) || joins(b) ? kSameLook : kIdentical;
}

// One glyph and several characters of the text. Longer ones first.
constexpr std::pair<std::u32string_view, char32_t> kLigatures[] = {
    {U"ffi", 0xFB03}, {U"ffl", 0xFB04}, {U"ff", 0xFB00}, {U"fi", 0xFB01}, {U"fl", 0xFB02}};

std::u32string with_ligatures(std::u32string text) {
  for (const auto& [letters, ligature] : kLigatures)
    for (std::size_t at; (at = text.find(letters)) != std::u32string::npos;)
      text.replace(at, letters.size(), 1, ligature);
  return text;
}

std::u32string decoded(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char lead = static_cast<unsigned char>(text[i]);
    const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t c = more == 0 ? lead : lead & (0x3F >> more);
    for (int k = 1; k <= more && i + static_cast<std::size_t>(k) < text.size(); ++k)
      c = c << 6 | (static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0x3F);
    out.push_back(c);
    i += static_cast<std::size_t>(more) + 1;
  }
  return out;
}

double size_of(const GlyphLook& look, const page::RegisteredPage& page, const GlyphCells& glyphs) {
  return page.model.words[glyphs.cells[look.cell].word].size_pt;
}

// Gives each cell the look that it shares with others of its character and size; the samples of the looks.
std::vector<Sampled> find_looks(const page::RegisteredPage& page, const image::FloatImage& picture,
                                GlyphCells& glyphs) {
  const Sampler sampler(page, picture);
  std::vector<Sampled> samples;
  for (std::uint32_t i = 0; i < glyphs.cells.size(); ++i) {
    GlyphCell& cell = glyphs.cells[i];
    const Sampled seen = sampler.sample(cell);
    const double size = page.model.words[cell.word].size_pt;
    std::size_t best = samples.size();
    double least = 1;
    for (std::size_t k = 0; k < samples.size(); ++k) {
      if (glyphs.cells[glyphs.looks[k].cell].character != cell.character ||
          std::abs(size_of(glyphs.looks[k], page, glyphs) - size) > kSameSize * size)
        continue;
      const double d = difference(seen, samples[k]);
      if (d < least) least = d, best = k;
    }
    if (best == samples.size() ||
        (least > (cell.character != 0 ? kSameStyle : kSameLook) && samples.size() < kMostLooks)) {
      best = samples.size();
      samples.push_back(seen);
      glyphs.looks.push_back({i, {}, {}});
    }
    cell.look = static_cast<std::uint32_t>(best);
    glyphs.looks[best].cells.push_back(i);
  }
  return samples;
}

// The looks that could stand in its place: those of its size, the most similar first; then characters that
// this size has none of, which a forger may take from elsewhere on the page.
std::vector<std::uint32_t> rivals_of(std::uint32_t look, const std::vector<Sampled>& samples,
                                     const page::RegisteredPage& page, const GlyphCells& glyphs) {
  const auto cell_of = [&](std::uint32_t one) -> const GlyphCell& {
    return glyphs.cells[glyphs.looks[one].cell];
  };
  const GlyphCell& own = cell_of(look);
  const double size = size_of(glyphs.looks[look], page, glyphs);
  std::vector<std::pair<double, std::uint32_t>> near, other_size;
  for (std::uint32_t k = 0; k < samples.size(); ++k) {
    const GlyphCell& other = cell_of(k);
    if (k == look || !may_become(own.character, other.character)) continue;
    // Another advance moves the rest of the word: more is to be seen.
    const double other_em = size_of(glyphs.looks[k], page, glyphs);
    if (std::abs((own.t1 - own.t0) / size - (other.t1 - other.t0) / other_em) > kSameAdvanceEm) continue;
    const double d = difference(samples[look], samples[k]);
    if (d > same_below(own.character, other.character))
      (std::abs(other_em - size) > kSameSize * size ? other_size : near).emplace_back(d, k);
  }
  std::ranges::sort(near);
  std::ranges::sort(other_size);
  for (const auto& candidate : other_size) {
    const char32_t c = cell_of(candidate.second).character;
    const bool is_new = c != 0 && std::ranges::none_of(near, [&](const auto& one) {
                          return cell_of(one.second).character == c;
                        });
    if (is_new || near.size() < kLeastRivals) near.push_back(candidate);
  }
  std::vector<std::uint32_t> rivals;
  for (const auto& [d, k] : near)
    if (rivals.size() < kMostRivals) rivals.push_back(k);
  return rivals;
}

}  // namespace

bool has_joined_letters(const page::Word& word) { return std::ranges::any_of(decoded(word.text), joins); }

std::u32string characters_of_glyphs(const page::Word& word) {
  std::u32string out = decoded(word.text);
  if (out.size() > word.pens.size()) out = with_ligatures(out);
  return out.size() == word.pens.size() ? out : std::u32string();
}

std::string text_of_glyphs(std::u32string_view characters) {
  std::string out;
  for (const char32_t c : characters) {
    const auto* ligature = std::ranges::find(kLigatures, c, [](const auto& one) { return one.second; });
    if (ligature == std::end(kLigatures))
      base::append_utf8(out, c);
    else
      for (const char32_t letter : ligature->first) base::append_utf8(out, letter);
  }
  return out;
}

const GlyphCell& GlyphCells::like_those_of(std::uint32_t word, std::uint32_t look) const {
  return cells[*std::ranges::min_element(looks[look].cells, {}, [&](std::uint32_t cell) {
    return std::abs(stroke_em[cells[cell].word] - stroke_em[word]);
  })];
}

GlyphCells glyph_cells(const page::RegisteredPage& page) {
  GlyphCells out;
  const image::FloatImage picture = reduced(page.raster, kReduced);
  for (std::uint32_t i = 0; i < page.model.words.size(); ++i) {
    const page::Word& word = page.model.words[i];
    out.first.push_back(out.cells.size());
    out.stroke_em.push_back(0);
    if (!(word.size_pt > kLeastSizePt)) continue;
    out.stroke_em.back() = stroke_pt(picture, kReduced / page.raster.px_per_pt, word.box) / word.size_pt;
    cut_word(word, i, out.cells);
  }
  out.first.push_back(out.cells.size());
  const std::vector<Sampled> samples = find_looks(page, picture, out);
  for (std::uint32_t look = 0; look < out.looks.size(); ++look)
    out.looks[look].rivals = rivals_of(look, samples, page, out);
  return out;
}

}  // namespace barium::verify
