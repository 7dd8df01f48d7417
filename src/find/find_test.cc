#include "find/find.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/rng.h"
#include "image/decode.h"
#include "image/filter.h"
#include "image/sample.h"
#include "page/document.h"
#include "page/render.h"

namespace barium::find {
namespace {

using base::Vec2;
namespace fs = std::filesystem;

fs::path data_folder() {
  const char* given = std::getenv("BARIUM_DATA");
  return given != nullptr ? fs::path(given) : fs::path("../shared/data");
}

page::RegisteredPage rendered(base::ByteView pdf, int number) {
  auto pages = page::render_pages(pdf, number, number);
  page::RegisteredPage page;
  page.raster = {std::move(pages.front().picture), pages.front().px_per_pt};
  page.model.width_pt = page.raster.picture.width() / page.raster.px_per_pt;
  page.model.height_pt = page.raster.picture.height() / page.raster.px_per_pt;
  return page;
}

page::RegisteredPage rendered(const fs::path& pdf, int number) {
  return rendered(base::read_file(pdf, 1ull << 28), number);
}

PageFeatures random_features(std::size_t count) {
  PageFeatures features;
  base::Rng rng(1, "find_test");
  for (std::size_t i = 0; i < count; ++i) {
    const Vec2 centre{rng.uniform(0, 600), rng.uniform(0, 800)};
    features.points.push_back({{centre, {rng.uniform(3, 20), 0.5}, {-0.1, rng.uniform(1, 4)}},
                               static_cast<std::uint32_t>(rng.bits())});
  }
  return features;
}

TEST(Features, SurviveTheBlob) {
  const auto features = random_features(kMostPagePoints);
  const auto blob = serialize(features);
  EXPECT_LE(blob.size(), 16 * kMostPagePoints + 14);
  const auto back = parse_features(blob);
  ASSERT_EQ(back.points.size(), features.points.size());
  for (std::size_t i = 0; i < back.points.size(); ++i) {
    EXPECT_EQ(back.points[i].look, features.points[i].look);
    EXPECT_NEAR(norm(back.points[i].frame.centre - features.points[i].frame.centre), 0, 0.03);
    EXPECT_NEAR(norm(back.points[i].frame.along - features.points[i].frame.along), 0, 0.03);
  }
  EXPECT_EQ(serialize(back), blob);
}

TEST(Features, CutOrForeignBlobIsRefused) {
  const auto blob = serialize(random_features(5));
  for (std::size_t size = 0; size < blob.size(); ++size)
    EXPECT_THROW(parse_features(base::ByteView(blob).first(size)), base::Error) << size;
  auto longer = blob;
  longer.push_back(0);
  EXPECT_THROW(parse_features(longer), base::Error);
  auto other = blob;
  other[0] ^= 1;
  EXPECT_THROW(parse_features(other), base::Error);
}

TEST(Index, EmptyKnowsNothing) {
  PhotoFeatures seen;
  EXPECT_TRUE(Index().candidates(seen).empty());
  EXPECT_FALSE(identify(image::GrayImage(1, 1), Index(), [](PageId) { return page::RegisteredPage{}; }));
}

// A photo of a page: through a homography, darkened to one side.
image::GrayImage photographed(const page::PageRaster& raster, const image::Homography& photo_from_page,
                              int width, int height) {
  const auto page_from_photo = *photo_from_page.inverse();
  image::GrayImage photo(width, height, 1, 70);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Vec2 p = page_from_photo * Vec2{x + 0.5, y + 0.5} * raster.px_per_pt;
      if (p.x < 0 || p.y < 0 || p.x >= raster.picture.width() || p.y >= raster.picture.height()) continue;
      double sum = 0;
      for (const double dx : {-0.7, 0.7})
        for (const double dy : {-0.7, 0.7}) {
          const int px = std::clamp(static_cast<int>(p.x + dx), 0, raster.picture.width() - 1);
          const int py = std::clamp(static_cast<int>(p.y + dy), 0, raster.picture.height() - 1);
          sum += raster.picture.at(px, py);
        }
      photo.at(x, y) = static_cast<std::uint8_t>(sum / 4 * (0.9 - 0.5 * x / width) + 8);
    }
  }
  return photo;
}

class FindInCore : public ::testing::Test {
 protected:
  static constexpr int kPages = 5;
  void SetUp() override { add("tika__testJournalParser.pdf", kPages); }
  void add(const std::string& name, int count) {
    const fs::path pdf = data_folder() / "pdf/core" / name;
    if (!fs::exists(pdf)) GTEST_SKIP() << "no documents under " << data_folder();
    for (int i = 0; i < count; ++i) {
      pages_.push_back(rendered(pdf, i + 1));
      index_.add(PageId{static_cast<std::uint32_t>(i)}, page_features(pages_.back()));
    }
  }
  std::optional<Placement> found(const image::GrayImage& photo) const {
    return identify(photo, index_, [&](PageId id) { return pages_[static_cast<std::size_t>(id)]; });
  }
  std::vector<Placement> all_found(const image::GrayImage& photo) const {
    return identify_all(photo, index_, [&](PageId id) { return pages_[static_cast<std::size_t>(id)]; }).pages;
  }

  std::vector<page::RegisteredPage> pages_;
  Index index_;
};

// Page points are 1.7 px; turned, and the far side a fifth smaller.
image::Homography view_of_page(double degrees) {
  const double a = degrees * 3.14159265358979 / 180, c = 1.7 * std::cos(a), s = 1.7 * std::sin(a);
  const image::Homography turn{{c, -s, 0, s, c, 0, 0, 0, 1}}, to_middle{{1, 0, -300, 0, 1, -400, 0, 0, 1}};
  const image::Homography tilt{{1, 0, 900, 0, 1, 900, 0.00012, 0.0001, 1}};
  return tilt * turn * to_middle;
}

TEST_F(FindInCore, ThePageIsFoundInAnyRotation) {
  for (const double degrees : {0.0, 40.0, 90.0, 180.0, 290.0}) {
    const auto truth = view_of_page(degrees);
    const auto placement = found(photographed(pages_[2].raster, truth, 1900, 1900));
    ASSERT_TRUE(placement) << degrees;
    EXPECT_EQ(placement->page, PageId{2});
    EXPECT_GT(placement->score, 0.8);
    const Vec2 p{300, 400};
    EXPECT_LT(norm(placement->photo_from_page * p - truth * p), 2.0) << degrees;
  }
}

TEST_F(FindInCore, LightTextOnDarkIsFound) {
  auto photo = photographed(pages_[1].raster, view_of_page(0), 1900, 1900);
  for (auto& value : photo.pixels()) value = static_cast<std::uint8_t>(255 - value);
  const auto placement = found(photo);
  ASSERT_TRUE(placement);
  EXPECT_EQ(placement->page, PageId{1});
}

TEST_F(FindInCore, MirroredIsFoundAndPlacedMirrored) {
  const image::Homography flip{{-1, 0, 1900, 0, 1, 0, 0, 0, 1}};
  const auto truth = flip * view_of_page(10);
  const auto placement = found(photographed(pages_[0].raster, truth, 1900, 1900));
  ASSERT_TRUE(placement);
  EXPECT_EQ(placement->page, PageId{0});
  EXPECT_LT(placement->photo_from_page.area_scale({300, 400}), 0);
  EXPECT_LT(norm(placement->photo_from_page * Vec2{300, 400} - truth * Vec2{300, 400}), 2.0);
}

TEST_F(FindInCore, APageThatIsNotInTheVaultIsNotFound) {
  const auto other = rendered(data_folder() / "pdf/core/pdfplumber__background-checks.pdf", 1);
  EXPECT_FALSE(found(photographed(other.raster, view_of_page(5), 1900, 1900)));
}

TEST_F(FindInCore, APageRegisteredTwiceNamesItsTwin) {
  pages_.push_back(pages_[2]);
  index_.add(PageId{kPages}, page_features(pages_[2]));
  const auto placement = found(photographed(pages_[2].raster, view_of_page(3), 1900, 1900));
  ASSERT_TRUE(placement);
  ASSERT_EQ(placement->twins.size(), 1u);
  EXPECT_EQ(static_cast<unsigned>(placement->page) + static_cast<unsigned>(placement->twins[0].page),
            2u + kPages);
}

// Somebody registers a copy beside its original: every word that could be is displaced.
TEST_F(FindInCore, AMarkedCopyIsTheTwinOfItsOriginal) {
  const auto pdf = base::read_file(data_folder() / "pdf/core/made__libreoffice_eng_pdfua.pdf", 1ull << 28);
  const page::OpenedDocument opened = page::read_document(pdf);
  std::vector<std::int8_t> signs(opened.model.carrier_count());
  base::Rng rng(4, "signs");
  for (std::int8_t& sign : signs) sign = rng.below(2) == 0 ? 1 : -1;
  for (const base::Bytes& version : {pdf, page::write_copy(opened.copy_template, signs)}) {
    pages_.push_back(rendered(version, 2));
    index_.add(PageId{static_cast<std::uint32_t>(pages_.size() - 1)}, page_features(pages_.back()));
  }
  for (const std::size_t shown : {pages_.size() - 2, pages_.size() - 1}) {
    const auto placement = found(photographed(pages_[shown].raster, view_of_page(3), 1900, 1900));
    ASSERT_TRUE(placement) << shown;
    EXPECT_EQ(placement->twins.size(), 1u) << shown;
  }
}

TEST_F(FindInCore, APageAddedAfterAQuestionIsFound) {
  const auto other = rendered(data_folder() / "pdf/core/pdfplumber__background-checks.pdf", 1);
  const auto photo = photographed(other.raster, view_of_page(5), 1900, 1900);
  EXPECT_FALSE(found(photo));
  pages_.push_back(other);
  index_.add(PageId{kPages}, page_features(other));
  EXPECT_TRUE(found(photo));
}

// The word that stands around the middle of a page, painted over.
page::RegisteredPage without_some_words(page::RegisteredPage page, int words_high) {
  const int width = page.raster.picture.width(), height = page.raster.picture.height();
  for (int y = height / 2; y < height / 2 + words_high; ++y)
    for (int x = width / 4; x < width / 2; ++x) page.raster.picture.at(x, y) = 255;
  return page;
}

TEST_F(FindInCore, PagesThatDifferByAFewWordsAreToldApart) {
  pages_.push_back(without_some_words(pages_[2], 70));
  index_.add(PageId{kPages}, page_features(pages_.back()));
  for (const std::size_t shown : {std::size_t{2}, std::size_t{kPages}}) {
    const auto placement = found(photographed(pages_[shown].raster, view_of_page(3), 1900, 1900));
    ASSERT_TRUE(placement) << shown;
    EXPECT_EQ(placement->page, PageId{static_cast<std::uint32_t>(shown)});
    EXPECT_TRUE(placement->twins.empty());
    ASSERT_EQ(placement->versions.size(), 1u);
    EXPECT_EQ(placement->versions[0].page, PageId{static_cast<std::uint32_t>(2 + kPages - shown)});
  }
}

// One page down to `share` of its height, another from there.
page::PageRaster put_together(page::PageRaster upper, const page::PageRaster& lower, double share) {
  for (int y = static_cast<int>(share * upper.picture.height()); y < upper.picture.height(); ++y)
    std::copy_n(lower.picture.row(y), upper.picture.width(), upper.picture.row(y));
  return upper;
}

image::GrayImage photographed_upright(const page::PageRaster& sheet) {
  return photographed(sheet, view_of_page(3), 1900, 1900);
}

void expect_spliced(const std::vector<Placement>& pages) {
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(std::set({pages[0].page, pages[1].page}), std::set({PageId{1}, PageId{2}}));
  EXPECT_TRUE(pages[0].spliced && pages[1].spliced);
}

TEST_F(FindInCore, APagePutTogetherOfTwoIsFoundAsBoth) {
  expect_spliced(all_found(photographed_upright(put_together(pages_[1].raster, pages_[2].raster, 0.5))));
}

TEST_F(FindInCore, ASmallPartOfAnotherPageIsFoundBesideTheRest) {
  expect_spliced(all_found(photographed_upright(put_together(pages_[1].raster, pages_[2].raster, 0.78))));
}

TEST_F(FindInCore, APartPastedOnBlankPaperIsFound) {
  page::PageRaster& ours = pages_[1].raster;
  for (int y = ours.picture.height() / 2; y < ours.picture.height(); ++y)
    std::fill_n(ours.picture.row(y), ours.picture.width(), std::uint8_t{255});
  Index index;
  for (std::uint32_t i = 0; i < kPages; ++i) index.add(PageId{i}, page_features(pages_[i]));
  index_ = std::move(index);
  expect_spliced(all_found(photographed_upright(put_together(ours, pages_[2].raster, 0.7))));
}

// A dense page has more words than the index has points of it.
TEST_F(FindInCore, AWholePageIsLookedAtOnce) {
  for (const std::size_t shown : {1u, 3u}) {
    int pages_read = 0;
    const auto found = identify(photographed_upright(pages_[shown].raster), index_, [&](PageId id) {
      ++pages_read;
      return pages_[static_cast<std::size_t>(id)];
    });
    ASSERT_TRUE(found);
    EXPECT_LE(pages_read, kPages) << shown;
  }
}

TEST_F(FindInCore, PagesSideBySideAreNotPutTogether) {
  const auto& left = pages_[1].raster.picture;
  const auto& right = pages_[2].raster.picture;
  page::PageRaster desk{image::GrayImage(left.width() + right.width(), left.height(), 1, 255),
                        pages_[1].raster.px_per_pt};
  for (int y = 0; y < left.height(); ++y) {
    std::copy_n(left.row(y), left.width(), desk.picture.row(y));
    std::copy_n(right.row(y), right.width(), desk.picture.row(y) + left.width());
  }
  const auto all = all_found(photographed(desk, {{1.9, 0, 20, 0, 1.9, 20, 0, 0, 1}}, 2400, 1700));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_FALSE(all[0].spliced || all[1].spliced);
}

// Four pages that show one paragraph over and over: each agrees with its neighbours, some lines off.
class FindInRepeatedText : public FindInCore {
 protected:
  void SetUp() override { add("sample-files__pdflatex-4-pages.pdf", 4); }
};

TEST_F(FindInRepeatedText, EachPageIsFoundAtItsPlace) {
  for (const double degrees : {2.0, 187.0}) {
    for (std::uint32_t shown = 0; shown < 4; ++shown) {
      const auto truth = view_of_page(degrees);
      const auto placement = found(photographed(pages_[shown].raster, truth, 1900, 1900));
      ASSERT_TRUE(placement) << shown;
      EXPECT_EQ(placement->page, PageId{shown});
      EXPECT_LT(norm(placement->photo_from_page * Vec2{300, 400} - truth * Vec2{300, 400}), 2.0) << shown;
    }
  }
}

// 3 px of blur on lines 20 px apart.
TEST_F(FindInRepeatedText, SharpenedTheWordsOfABlurredPictureComeApart) {
  const auto sharp = photographed(pages_[1].raster, view_of_page(4), 1900, 1900);
  const auto blurred = image::to_bytes(image::gaussian_blur(image::to_float(sharp.view()).view(), 3).view());
  const auto words = [](const image::GrayImage& photo, Focus focus) {
    return static_cast<double>(photo_features(photo.view(), {.focus = focus}).words.size());
  };
  const double in_truth = words(sharp, Focus::kAsIs);
  EXPECT_LT(words(blurred, Focus::kAsIs), 0.6 * in_truth);
  EXPECT_GT(words(blurred, Focus::kSharpened), 0.9 * in_truth);
}

// The page ends in it, and only that tells which page it is and how far down.
TEST_F(FindInRepeatedText, AHalfPageIsFoundByItsEnd) {
  for (const std::uint32_t shown : {1u, 2u}) {
    const auto truth = view_of_page(2);
    const auto photo = photographed(pages_[shown].raster, truth, 1900, 1900);
    constexpr int kTop = 1000;
    image::GrayImage half(1900, 1900 - kTop);
    for (int y = 0; y < half.height(); ++y)
      for (int x = 0; x < 1900; ++x) half.at(x, y) = photo.at(x, kTop + y);
    const auto placement = found(half);
    ASSERT_TRUE(placement) << shown;
    EXPECT_EQ(placement->page, PageId{shown});
    const Vec2 p{300, 600}, at = truth * p - Vec2{0, kTop};
    EXPECT_LT(norm(placement->photo_from_page * p - at), 2.0) << shown;
  }
}

// Its eight lines stand on three pages, and several times on each.
TEST_F(FindInRepeatedText, ACropThatShowsNothingElseIsNotPlacedButItsPlacesAreNamed) {
  const auto photo = photographed(pages_[1].raster, view_of_page(0), 1900, 1900);
  const int top = 800, high = 150;
  image::GrayImage crop(1900, high);
  for (int y = 0; y < high; ++y)
    for (int x = 0; x < 1900; ++x) crop.at(x, y) = photo.at(x, top + y);
  EXPECT_FALSE(found(crop));
  const auto all = all_found(crop);
  ASSERT_EQ(all.size(), 1u);
  std::vector<Placement> places = all[0].elsewhere;
  places.push_back(all[0]);
  EXPECT_GE(places.size(), 3u);
  const Vec2 in_crop{900, high / 2.0};
  const Vec2 truth = *view_of_page(0).inverse() * (in_crop + Vec2{0, top});
  EXPECT_TRUE(std::ranges::any_of(places, [&](const Placement& place) {
    const auto page_from_photo = place.photo_from_page.inverse();
    return place.page == PageId{1} && page_from_photo && norm(*page_from_photo * in_crop - truth) < 2;
  }));
}

// A declaration of which another document's page holds five articles, set smaller and with other headings.
class FindInDeclaration : public FindInCore {
 protected:
  void SetUp() override { add("made__libreoffice_eng_pdfua.pdf", 2); }
};

TEST_F(FindInDeclaration, TheSameTextTypesetAnewIsNoPageOfOurs) {
  const auto foreign = rendered(data_folder() / "pdf/core/made__wkhtmltopdf_eng.pdf", 1);
  const image::Homography as_on_screen{{1.95, 0, 20, 0, 1.95, 20, 0, 0, 1}};
  EXPECT_FALSE(found(photographed(foreign.raster, as_on_screen, 1240, 1754)));
}

TEST_F(FindInDeclaration, APageThatIsStretchedWithItsLettersIsFound) {
  for (const double wider : {0.8, 1.25}) {
    const image::Homography stretched{{1.9 * wider, 0, 20, 0, 1.9, 20, 0, 0, 1}};
    const auto placement = found(photographed(pages_[1].raster, stretched, 1500, 1700));
    ASSERT_TRUE(placement) << wider;
    EXPECT_EQ(placement->page, PageId{1});
  }
}

TEST_F(FindInCore, NoiseIsNoPage) {
  base::Rng rng(7, "noise");
  image::GrayImage photo(900, 700);
  for (auto& value : photo.pixels()) value = static_cast<std::uint8_t>(rng.below(256));
  EXPECT_FALSE(found(photo));
}

}  // namespace
}  // namespace barium::find
