// What tesseract reads of words that are taken for altered: every seventh word of the 180 real photographs,
// or of simulated pictures of their originals, as examine cuts it out. Right: the word's text, to the letter;
// and without what stands around letters and digits.
//
//   reads_now [--camera NAME] [--every N]

#include <fmt/format.h>

#include <cctype>
#include <map>

#include "align/align.h"
#include "app/flow/read_now.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "bench/corpus.h"
#include "bench/page_vault.h"
#include "bench/real_photos.h"

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

std::string letters_of(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0) out += c;
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

}  // namespace

int main(int argc, char** argv) {
  std::string camera;
  std::size_t every = 1;
  for (int i = 1; i + 1 < argc; i += 2)
    if (std::string(argv[i]) == "--camera")
      camera = argv[i + 1];
    else if (std::string(argv[i]) == "--every")
      every = static_cast<std::size_t>(std::max(1, std::atoi(argv[i + 1])));
  const auto data = bench::VaultSettings().data;
  if (!std::filesystem::exists(data / "photos/inv3d_real")) {
    fmt::print("skipped: no photographs under {}\n", (data / "photos/inv3d_real").string());
    return 0;
  }
  const bench::RealPhotos real = bench::read_real_photos(data);
  const auto picture_of = [&](const bench::RealPhoto& photo) {
    if (camera.empty()) return bench::pixels_of(photo);
    const base::Bytes pdf = base::read_file(photo.file.parent_path() / "original.pdf", 1ull << 28);
    return bench::photograph_page(pdf, 0, bench::read_camera(camera),
                                  base::Rng(1, photo.invoice + "/" + photo.stem).bits());
  };
  bench::RealPhotos taken{real.originals, {}};
  for (std::size_t i = 0; i < real.photos.size(); i += every) taken.photos.push_back(real.photos[i]);
  const auto places = bench::place_photos(taken, picture_of);
  std::vector<Tally> tallies(taken.photos.size());
  base::parallel_for(tallies.size(), 0, [&](std::size_t i) {
    if (places[i])
      tallies[i] =
          examine(picture_of(taken.photos[i]), real.originals.at(taken.photos[i].invoice), *places[i]);
  });
  std::map<std::string, Tally> rows;
  for (std::size_t i = 0; i < tallies.size(); ++i) rows[taken.photos[i].kind()].add(tallies[i]);
  fmt::print("{:14} {:>7} {:>10} {:>7} {:>6} {:>10} {:>18}\n", camera.empty() ? "photographs" : camera,
             "photos", "px per pt", "words", "read", "to letter", "letters and digits");
  for (const auto& [name, t] : rows)
    fmt::print("{:14} {:7} {:10.2f} {:7} {:6} {:8.1f} % {:16.1f} %\n", name, t.photos,
               t.px_per_pt / std::max(1, t.photos), t.words, t.read, 100.0 * t.right / std::max(1, t.words),
               100.0 * t.nearly / std::max(1, t.words));
}
