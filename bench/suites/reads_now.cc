// What tesseract reads of words that are taken for altered: every seventh word of the 180 real photographs,
// or of simulated pictures of their originals, as examine cuts it out. Right: the word's text, to the letter;
// and without what stands around letters and digits.
//
//   reads_now [--camera NAME] [--every N] [--kind NAME] [--invoice ID]

#include <fmt/format.h>

#include <cctype>
#include <map>

#include "align/align.h"
#include "app/flow/read_now.h"
#include "base/parallel.h"
#include "bench/photo_suite.h"

namespace {

using namespace barium;

constexpr std::size_t kWordsApart = 7;

struct Tally {
  int photos = 0, words = 0, read = 0, right = 0, nearly = 0;
  double px_per_pt = 0;
  void add(const Tally& other) {
    photos += other.photos, words += other.words, read += other.read, right += other.right;
    nearly += other.nearly, px_per_pt += other.px_per_pt;
  }
};

// Without ASCII that is neither letter nor digit, and without what Unicode calls general punctuation (U+2000
// to U+206F, E2 80 80 to E2 81 AF): quotes and dashes that a crease looks like.
std::string letters_of(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    const auto last = i + 2 < text.size() ? static_cast<unsigned char>(text[i + 2]) : 0;
    if (c == 0xE2 && (next == 0x80 || (next == 0x81 && last <= 0xAF)))
      i += 2;
    else if (std::isalnum(c) != 0 || (c & 0x80) != 0)
      out += text[i];
  }
  return out;
}

Tally examine(const image::GrayImage& picture, const page::RegisteredPage& page,
              const find::Placement& place) {
  const align::Alignment aligned = align::align_page(picture, page, place.photo_from_page, place.matches);
  app::WordsInfo words;
  for (std::size_t i = 0; i < page.model.words.size(); i += kWordsApart)
    if (const page::Word& word = page.model.words[i];
        aligned.words[i].placed && !letters_of(word.text).empty())
      words.altered.push_back({.kind = "changed", .expected = word.text, .page_box = word.box});
  base::Notes notes;
  app::read_now(words, notes, picture, aligned.photo_from_page,
                app::Confinement(app::Walls::kConfined, "build/release/barium"));
  for (const base::Note& note : notes) fmt::print("{}\n", note.text);
  const base::Vec2 middle{page.model.width_pt / 2, page.model.height_pt / 2};
  Tally tally{.photos = 1,
              .words = static_cast<int>(words.altered.size()),
              .px_per_pt = std::sqrt(std::abs(place.photo_from_page.area_scale(middle)))};
  for (const app::AlteredWord& word : words.altered) {
    tally.read += !word.reads.empty();
    tally.right += word.reads == word.expected;
    tally.nearly += letters_of(word.reads) == letters_of(word.expected);
  }
  return tally;
}

int run(const bench::PhotoSettings& settings, const bench::RealPhotos& real) {
  const auto picture_of = [&](const bench::RealPhoto& photo) { return bench::picture_of(photo, settings); };
  const auto places = bench::place_photos(real, picture_of);
  std::vector<Tally> tallies(real.photos.size());
  base::parallel_for(tallies.size(), 0, [&](std::size_t i) {
    if (places[i])
      tallies[i] = examine(picture_of(real.photos[i]), real.originals.at(real.photos[i].invoice), *places[i]);
  });
  std::map<std::string, Tally> rows;
  for (std::size_t i = 0; i < tallies.size(); ++i) rows[real.photos[i].kind()].add(tallies[i]);
  fmt::print("{:14} {:>7} {:>10} {:>7} {:>6} {:>10} {:>18}\n",
             settings.camera.empty() ? "photographs" : settings.camera, "photos", "px per pt", "words",
             "read", "to letter", "letters and digits");
  for (const auto& [name, t] : rows)
    fmt::print("{:14} {:7} {:10.2f} {:7} {:6} {:8.1f} % {:16.1f} %\n", name, t.photos,
               t.px_per_pt / std::max(1, t.photos), t.words, t.read, 100.0 * t.right / std::max(1, t.words),
               100.0 * t.nearly / std::max(1, t.words));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_photo_suite(argc, argv, {"--camera", "--every", "--kind", "--invoice"}, run);
}
