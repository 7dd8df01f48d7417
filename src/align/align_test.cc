#include "align/align.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "align/synthetic_page_test.h"

namespace barium::align {
namespace {

image::Warp bent_paper(const synthetic::Page& page, double bend_pt) {
  image::Warp warp;
  warp.homography.m = {2.1, 0.15, 40, -0.12, 2.05, 80, 1e-4, 5e-5, 1};
  warp.displacement.domain = {0, 0, page.model.width_pt, page.model.height_pt};
  warp.displacement.degree = 3;
  warp.displacement.x = {0, 0, 0, bend_pt, 0.2 * bend_pt, -0.3 * bend_pt, 0.2 * bend_pt, 0, 0, 0};
  warp.displacement.y = {0, 0, 0, 0.3 * bend_pt, 0, -0.6 * bend_pt, 0, 0.1 * bend_pt, 0, 0};
  return warp;
}

struct Errors {
  double placed = 0, median_pt = 0, rms_over_sigma = 0, within_90 = 0, sigma_pt = 0, wrong_signs = 0;
};

Errors errors_of(const page::PageModel& page, const Alignment& a, const std::vector<double>& truth) {
  Errors e;
  std::vector<double> size;
  double square = 0, within = 0, wrong = 0, carriers = 0, sigma = 0;
  for (const page::WordMeasurement& m : a.words) {
    if (!m.placed) continue;
    const double error = m.dx_pt - truth[m.word];
    size.push_back(std::abs(error));
    square += error * error / (m.sigma_pt * m.sigma_pt);
    within += std::abs(error) < 1.645 * m.sigma_pt;
    sigma += m.sigma_pt;
    if (truth[m.word] != 0) {
      carriers += 1;
      wrong += m.dx_pt * truth[m.word] < 0;
    }
  }
  const double n = static_cast<double>(size.size());
  std::sort(size.begin(), size.end());
  e.placed = n / static_cast<double>(page.words.size());
  if (n == 0) return e;
  e.median_pt = size[size.size() / 2];
  e.rms_over_sigma = std::sqrt(square / n);
  e.within_90 = within / n;
  e.sigma_pt = sigma / n;
  e.wrong_signs = carriers > 0 ? wrong / carriers : 0;
  return e;
}

constexpr double kFoldPt = 2.5;

struct Trial {
  synthetic::Page page = synthetic::make_page(3, 36);
  std::vector<double> marks = synthetic::random_marks(page.model, 5);
  image::Warp truth = bent_paper(page, 4);
  synthetic::Camera camera;

  image::GrayImage photo() const { return synthetic::photograph(page, marks, truth, camera); }
  // The true homography, its page end moved.
  image::Homography start(double off_pt) const {
    image::Homography shift;
    shift.m = {1, 0, off_pt, 0, 1, -0.7 * off_pt, 0, 0, 1};
    return truth.homography * shift;
  }
  Errors measure(double off_pt, const AlignOptions& options = {}) const {
    const page::RegisteredPage registered = synthetic::registered(page);
    return errors_of(page.model, align_page(photo().view(), registered, start(off_pt), {}, options), marks);
  }
};

// Twice as far off as the wide search looks, but for a tenth of the words, seen to a point.
TEST(Align, StartsFromWordsThatWereSeenAlready) {
  const Trial trial;
  base::Rng rng(9, "seen already");
  std::vector<image::Match> seen;
  for (std::size_t i = 0; i < trial.page.model.words.size(); i += 10) {
    const base::Vec2 p = trial.page.model.words[i].box.centre();
    seen.push_back({p, trial.truth * (p + base::Vec2{rng.normal(), rng.normal()})});
  }
  const page::RegisteredPage registered = synthetic::registered(trial.page);
  const auto placed = [&](std::span<const image::Match> matches) {
    return errors_of(trial.page.model, align_page(trial.photo().view(), registered, trial.start(30), matches),
                     trial.marks)
        .placed;
  };
  EXPECT_GT(placed(seen), 0.98);
  EXPECT_LT(placed({}), 0.5);
}

TEST(Align, ReadsEveryMarkOfABentPageAndKnowsItsSigma) {
  const Errors e = Trial{}.measure(3);
  EXPECT_EQ(e.placed, 1);
  EXPECT_LT(e.median_pt, 0.01);
  EXPECT_EQ(e.wrong_signs, 0);
  EXPECT_NEAR(e.within_90, 0.9, 0.05);
  EXPECT_NEAR(e.rms_over_sigma, 1, 0.15);
}

TEST(Align, KnowsItsSigmaUnderStrongNoiseToo) {
  Trial trial;
  trial.camera.noise = 30;
  const Errors e = trial.measure(3);
  EXPECT_GT(e.placed, 0.98);
  EXPECT_GT(e.sigma_pt, 0.02);
  EXPECT_NEAR(e.within_90, 0.9, 0.05);
  EXPECT_EQ(e.wrong_signs, 0);
}

TEST(Align, StartsFromAHomographyThatIsALineOff) {
  const Errors e = Trial{}.measure(9);
  EXPECT_EQ(e.placed, 1);
  EXPECT_LT(e.median_pt, 0.01);
}

TEST(Align, FindsNoMarksOnAnUnmarkedPage) {
  for (const AlignOptions::Marks marks : {AlignOptions::Marks::kExpected, AlignOptions::Marks::kUnmarked}) {
    Trial trial;
    trial.marks.assign(trial.page.model.words.size(), 0.0);
    AlignOptions options;
    options.marks = marks;
    const Errors e = trial.measure(3, options);
    EXPECT_EQ(e.placed, 1);
    EXPECT_LT(e.median_pt, 0.01);
    EXPECT_NEAR(e.within_90, 0.9, 0.06);
  }
}

// A line whose marks all agree looks like paper that has moved there, but for its ends and its neighbours.
TEST(Align, DoesNotSwallowMarksThatAgreeAlongALine) {
  Trial trial;
  for (const page::Carrier& c : trial.page.model.carriers)
    trial.marks[c.word] = trial.page.model.words[c.word].line % 3 == 0 ? 0.25 : -0.25;
  const Errors e = trial.measure(3);
  EXPECT_LT(e.median_pt, 0.02);
  EXPECT_EQ(e.wrong_signs, 0);
}

// Paper that bends within a word's length: what the neighbours' centres say of a word is off by more than a
// mark.
struct CrumpledTrial {
  synthetic::Page page = synthetic::make_page(7, 14, 300, 270);
  image::Warp truth;
  synthetic::Camera camera{.width = 700, .height = 660};

  explicit CrumpledTrial(std::uint64_t seed) {
    base::Rng rng(seed, "crumpled paper");
    truth.homography.m = {2.1, 0.05, 20, -0.04, 2.05, 30, 1e-5, 5e-6, 1};
    truth.displacement.domain = {0, 0, page.model.width_pt, page.model.height_pt};
    truth.displacement.degree = 16;
    for (int k = 0; k < image::SmoothField::coefficients(16); ++k) {
      truth.displacement.x.push_back(0.22 * rng.normal());
      truth.displacement.y.push_back(0.22 * rng.normal());
    }
  }
  Alignment align(const std::vector<double>& marks) const {
    const image::GrayImage photo = synthetic::photograph(page, marks, truth, camera);
    return align_page(photo.view(), synthetic::registered(page), truth.homography);
  }
};

TEST(Align, FollowsPaperThatBendsWithinAWord) {
  const CrumpledTrial trial(11);
  const std::vector<double> still(trial.page.model.words.size(), 0.0);
  const Errors e = errors_of(trial.page.model, trial.align(still), still);
  EXPECT_GT(e.placed, 0.95);
  EXPECT_LT(e.median_pt, 0.08);
}

// Words that stand side by side off their places by a mark, on paper that bends as much between them.
TEST(Align, ReadsMarksOnPaperThatBendsWithinAWord) {
  double agree = 0, all = 0, wrong_signs = 0, median_pt = 0;
  constexpr std::uint64_t kSheets[] = {11, 12, 13};
  for (const std::uint64_t seed : kSheets) {
    const CrumpledTrial trial(seed);
    const std::vector<double> marks = synthetic::random_marks(trial.page.model, seed + 2);
    const Alignment a = trial.align(marks);
    for (const page::WordMeasurement& m : a.words) {
      if (!m.placed) continue;
      agree += m.dx_pt * marks[m.word];
      all += marks[m.word] * marks[m.word];
    }
    const Errors e = errors_of(trial.page.model, a, marks);
    median_pt += e.median_pt / std::size(kSheets);
    wrong_signs += e.wrong_signs / std::size(kSheets);
  }
  EXPECT_NEAR(agree / all, 1, 0.2) << "share of a mark that is read";
  EXPECT_LT(median_pt, 0.08);
  EXPECT_LT(wrong_signs, 0.12);
}

TEST(Align, ReadsTextThatRunsDownThePage) {
  Trial trial;
  const double height = trial.page.model.height_pt;
  // The same paper, described in a frame turned by a quarter: p_turned = (y, width - x) upside the other way.
  synthetic::Page turned = trial.page;
  turned.model.width_pt = height;
  turned.model.height_pt = trial.page.model.width_pt;
  const auto turn = [&](const base::Box& b) { return base::Box{height - b.y1, b.x0, height - b.y0, b.x1}; };
  for (page::Word& word : turned.model.words) {
    word.box = turn(word.box);
    word.along = {0, 1};
  }
  page::RegisteredPage registered = synthetic::registered(trial.page);
  registered.model = turned.model;
  registered.raster.picture = image::turned(registered.raster.picture.view(), 1);
  const double raster_height_pt = registered.raster.picture.width() / registered.raster.px_per_pt;
  image::Homography page_from_turned;
  page_from_turned.m = {0, 1, 0, -1, 0, raster_height_pt, 0, 0, 1};
  const Errors e =
      errors_of(turned.model, align_page(trial.photo().view(), registered, trial.start(2) * page_from_turned),
                trial.marks);
  EXPECT_GT(e.placed, 0.99);
  EXPECT_LT(e.median_pt, 0.02);
  EXPECT_EQ(e.wrong_signs, 0);
}

TEST(Align, LeavesOutWhatIsCoveredOrOutside) {
  Trial trial;
  image::GrayImage photo = trial.photo();
  const auto covered = [&](base::Vec2 p) { return p.x > 300 && p.x < 600 && p.y > 300 && p.y < 700; };
  for (int y = 0; y < photo.height(); ++y)
    for (int x = 0; x < photo.width(); ++x)
      if (covered({x + 0.5, y + 0.5})) photo.at(x, y) = 90;
  const page::RegisteredPage registered = synthetic::registered(trial.page);
  const Alignment a = align_page(photo.view(), registered, trial.start(2));
  for (const page::WordMeasurement& m : a.words) {
    const base::Box box = trial.page.model.words[m.word].box;
    const bool hidden = covered(trial.truth * base::Vec2{box.x0, box.centre().y}) &&
                        covered(trial.truth * base::Vec2{box.x1, box.centre().y});
    EXPECT_FALSE(hidden && m.placed) << "word " << m.word;
  }
  EXPECT_LT(errors_of(trial.page.model, a, trial.marks).median_pt, 0.01);
}

// A line between two folds, further from its place than the smooth field can follow.
TEST(Align, FindsALineBetweenTwoFolds) {
  Trial trial;
  const page::RegisteredPage registered = synthetic::registered(trial.page);
  const auto in_strip = [&](std::size_t word) {
    const int line = trial.page.model.words[word].line;
    return line == 16;
  };
  for (synthetic::Ink& ink : trial.page.ink)
    if (in_strip(ink.word)) ink.box = {ink.box.x0, ink.box.y0 + kFoldPt, ink.box.x1, ink.box.y1 + kFoldPt};
  const Alignment a = align_page(trial.photo().view(), registered, trial.start(2));
  double words = 0, placed = 0, wrong = 0;
  for (const page::WordMeasurement& m : a.words) {
    if (!in_strip(m.word)) continue;
    ++words;
    placed += m.placed;
    wrong += m.placed && m.dx_pt * trial.marks[m.word] < 0;
  }
  EXPECT_GT(placed / words, 0.5);
  EXPECT_EQ(wrong, 0);
}

// Left of a blank the paper turns away from the camera by 63 degrees.
TEST(Align, FindsTextThatStandsForeshortenedBehindABlank) {
  constexpr double kBend = 200, kTextEnds = 150, kForeshortening = 0.45, kPointPx = 2.1;
  Trial trial;
  auto& words = trial.page.model.words;
  trial.page.model.carriers.clear();
  const auto blank = [&](std::size_t w) { return words[w].box.x1 > kTextEnds && words[w].box.x0 < kBend; };
  std::erase_if(trial.page.ink, [&](const synthetic::Ink& ink) { return blank(ink.word); });
  const page::RegisteredPage registered = synthetic::registered(trial.page);
  const auto bent = [&](double x) { return x > kBend ? x : kBend - kForeshortening * (kBend - x); };
  for (synthetic::Ink& ink : trial.page.ink)
    ink.box = {bent(ink.box.x0), ink.box.y0, bent(ink.box.x1), ink.box.y1};
  std::ranges::fill(trial.marks, 0.0);
  const Alignment a = align_page(trial.photo().view(), registered, trial.start(0));
  double behind = 0, placed = 0;
  for (const page::WordMeasurement& m : a.words) {
    if (words[m.word].box.x1 > kTextEnds) continue;
    behind += 1;
    const base::Vec2 c = words[m.word].box.centre();
    placed += m.placed && base::norm(a.photo_from_page * (c + m.offset_pt) -
                                     trial.truth * base::Vec2{bent(c.x), c.y}) < kPointPx;
  }
  EXPECT_GT(behind, 80);
  EXPECT_GT(placed / behind, 0.9);
}

TEST(Align, FailsQuietlyOnAPictureOfSomethingElse) {
  Trial trial;
  base::Rng rng(1, "noise picture");
  image::GrayImage photo(600, 800);
  for (std::uint8_t& value : photo.pixels()) value = static_cast<std::uint8_t>(rng.below(256));
  const page::RegisteredPage registered = synthetic::registered(trial.page);
  const Alignment a = align_page(photo.view(), registered, trial.start(0));
  EXPECT_EQ(a.words.size(), trial.page.model.words.size());
  EXPECT_LT(errors_of(trial.page.model, a, trial.marks).placed, 0.05);
}

TEST(Align, GivesNothingForAPictureTooSmallOrAPageWithoutWords) {
  Trial trial;
  const page::RegisteredPage registered = synthetic::registered(trial.page);
  const image::GrayImage tiny(1, 1);
  EXPECT_EQ(errors_of(trial.page.model, align_page(tiny.view(), registered, {}), trial.marks).placed, 0);
  page::RegisteredPage blank = registered;
  blank.model.words.clear();
  blank.model.carriers.clear();
  EXPECT_TRUE(align_page(trial.photo().view(), blank, trial.start(0)).words.empty());
}

TEST(Align, WarpSendsWordsWhereTheyAre) {
  Trial trial;
  const page::RegisteredPage registered = synthetic::registered(trial.page);
  const Alignment a = align_page(trial.photo().view(), registered, trial.start(3));
  for (const page::Word& word : trial.page.model.words) {
    const base::Vec2 off = a.photo_from_page * word.box.centre() - trial.truth * word.box.centre();
    EXPECT_LT(base::norm(off), 0.15) << "pixels";
  }
}

}  // namespace
}  // namespace barium::align
