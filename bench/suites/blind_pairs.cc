// A blind test of the marks, for readers: pictures at 100 % zoom (96 dpi) that each show one passage twice,
// once of the original and once of a copy. Which of the two was marked? Who sees nothing is right in half.
//
//   blind_pairs write FOLDER [--documents N] [--leaks N] [--seed N]      leaks: pairs a document and strength
//   blind_pairs score FOLDER ANSWERS                       a line a picture: 007 upper (or 007 lower)
//
// FOLDER gets 001.png, 002.png and so on, and key.csv, which readers must not see.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "base/file.h"
#include "base/rng.h"
#include "bench/corpus.h"
#include "bench/options.h"
#include "bench/results.h"
#include "image/encode.h"
#include "mark/signs.h"
#include "page/render.h"

namespace {

using namespace barium;
namespace fs = std::filesystem;

constexpr std::array kStrengthsPt = {0.10, 0.15, 0.20, 0.25, 0.40, 0.80};
constexpr double kScreenPxPerPt = 96.0 / 72;
constexpr int kWidth = 620, kHeight = 240, kBetween = 40;
constexpr std::size_t kLeastCarriers = 30;
constexpr int kTries = 200;
constexpr std::uint64_t kFileLimit = 1ull << 28;

struct Pair {
  double strength_pt = 0;
  std::string document;
  int page = 0;
  bool upper_is_marked = false;
  image::GrayImage picture;
};

// A place where the passage shows many carriers; {-1, -1} where the page has none.
std::pair<int, int> passage_of(const page::PageModel& page, const image::GrayImage& picture, base::Rng& rng) {
  if (picture.width() < kWidth || picture.height() < kHeight) return {-1, -1};
  for (int i = 0; i < kTries; ++i) {
    const auto place = [&](int room) {
      return static_cast<int>(rng.below(static_cast<std::uint64_t>(room + 1)));
    };
    const int x = place(picture.width() - kWidth), y = place(picture.height() - kHeight);
    const base::Box box{x / kScreenPxPerPt, y / kScreenPxPerPt, (x + kWidth) / kScreenPxPerPt,
                        (y + kHeight) / kScreenPxPerPt};
    std::size_t carriers = 0;
    for (const page::Carrier& carrier : page.carriers) {
      const base::Box& word = page.words[carrier.word].box;
      carriers += box.contains({word.x0, word.y0}) && box.contains({word.x1, word.y1});
    }
    if (carriers >= kLeastCarriers) return {x, y};
  }
  return {-1, -1};
}

void paste(image::ImageView<const std::uint8_t> from, int y0, image::GrayImage& to) {
  for (int y = 0; y < from.height(); ++y)
    for (int x = 0; x < from.width(); ++x) to.at(x, y0 + y) = from.at(x, y);
}

std::vector<Pair> pairs_of(const bench::Suite& suite, const fs::path& data) {
  std::vector<Pair> pairs;
  for (const double strength : kStrengthsPt) {
    bench::Suite at = suite;
    at.strength_pt = strength;
    for (std::size_t d = 0; d < suite.document.size(); ++d) {
      const fs::path file = data / "pdf/core" / suite.document[d];
      const bench::RegisteredDocument document = bench::register_document(file, at, d);
      const base::Bytes original = base::read_file(file, kFileLimit);
      // Passages are drawn alike at each strength; where carriers differ, so may they.
      base::Rng where(suite.seed, "blind pairs, where", d),
          which(suite.seed, "blind pairs, which", pairs.size());
      for (int i = 0; i < suite.leaks && !document.leakable.empty(); ++i) {
        const int number = document.leakable[where.below(document.leakable.size())] + 1;
        const base::Bytes copy =
            page::write_copy(document.opened.copy_template,
                             mark::signs_of_copy(document.opened.model, document.codebook,
                                                 static_cast<std::uint32_t>(which.below(1000))));
        const auto draw = [&](base::ByteView pdf) {
          return page::render_pages(pdf, number, number, {.px_per_pt = kScreenPxPerPt}).at(0).picture;
        };
        const image::GrayImage plain = draw(original), marked = draw(copy);
        const auto [x, y] =
            passage_of(document.opened.model.pages[static_cast<std::size_t>(number - 1)], plain, where);
        if (x < 0) continue;
        Pair pair{strength, suite.document[d], number, which.below(2) == 1,
                  image::GrayImage(kWidth, 2 * kHeight + kBetween)};
        std::ranges::fill(pair.picture.pixels(), std::uint8_t{128});
        paste((pair.upper_is_marked ? marked : plain).view().crop(x, y, kWidth, kHeight), 0, pair.picture);
        paste((pair.upper_is_marked ? plain : marked).view().crop(x, y, kWidth, kHeight), kHeight + kBetween,
              pair.picture);
        pairs.push_back(std::move(pair));
      }
    }
  }
  return pairs;
}

int write(const fs::path& folder, const bench::Suite& suite, const fs::path& data) {
  fs::create_directories(folder);
  std::vector<Pair> pairs = pairs_of(suite, data);
  base::Rng order(suite.seed, "blind pairs, order");
  for (std::size_t i = pairs.size(); i > 1; --i) std::swap(pairs[i - 1], pairs[order.below(i)]);
  std::ofstream key(folder / "key.csv");
  key << "picture,strength_pt,marked,document,page\n";
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::string number = fmt::format("{:03}", i + 1);
    base::write_file(folder / (number + ".png"), image::encode_png(pairs[i].picture.view()),
                     base::Durability::kVisible);
    key << fmt::format("{},{:.2f},{},{},{}\n", number, pairs[i].strength_pt,
                       pairs[i].upper_is_marked ? "upper" : "lower", pairs[i].document, pairs[i].page);
  }
  fmt::print("{} pairs in {}\n", pairs.size(), folder.string());
  return key.good() ? 0 : 3;
}

int score(const fs::path& folder, const fs::path& answers_file) {
  std::map<std::string, std::string> answers;
  std::ifstream file(answers_file), key(folder / "key.csv");
  if (!file || !key) {
    fmt::print(stderr, "{} cannot be read\n", (file ? folder / "key.csv" : answers_file).string());
    return 3;
  }
  for (std::string picture, answer; file >> picture >> answer;) {
    if (answer != "upper" && answer != "lower") {
      fmt::print(stderr, "{}: '{}' is no answer to {}; write upper or lower\n", answers_file.string(), answer,
                 picture);
      return 3;
    }
    answers[picture] = answer;
  }
  std::map<double, std::pair<std::uint64_t, std::uint64_t>> right_of;
  std::string line;
  std::getline(key, line);
  while (std::getline(key, line)) {
    std::istringstream fields(line);
    std::string picture, strength, marked;
    std::getline(fields, picture, ','), std::getline(fields, strength, ','),
        std::getline(fields, marked, ',');
    if (!answers.contains(picture)) continue;
    auto& [right, all] = right_of[std::stod(strength)];
    right += answers[picture] == marked, ++all;
  }
  if (right_of.empty()) {
    fmt::print(stderr, "no answer in {} names a picture of {}\n", answers_file.string(), folder.string());
    return 3;
  }
  fmt::print("{:>12} {:>8} {:>8} {:>20}\n", "strength, pt", "pairs", "right", "95 % interval");
  for (const auto& [strength, counts] : right_of) {
    const bench::Figure share = bench::share(counts.first, counts.second);
    fmt::print("{:12.2f} {:8} {:7.0f} % {:9.0f} to {:.0f} %\n", strength, counts.second, 100 * share.value,
               100 * share.low, 100 * share.high);
    bench::record(fmt::format("{:.2f}.told", strength), share);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() == 3 && arguments[0] == "score") return score(arguments[1], arguments[2]);
  if (arguments.size() < 2 || arguments[0] != "write") {
    fmt::print(stderr, "blind_pairs write FOLDER [suite options] | score FOLDER ANSWERS\n");
    return 2;
  }
  return bench::run_suite(
      {arguments.begin() + 2, arguments.end()}, "bench/suites/name_copies.suite",
      [&](const bench::Suite& suite, const fs::path& data) { return write(arguments[1], suite, data); });
}
