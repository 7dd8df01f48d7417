#pragma once

// Which page does a photo show? Words, each in its own affine frame, hashed by their look and voted for, with
// the frames agreeing on where the page lies; then a check that ends in word-by-word agreement with the
// original's picture, so that a wrong page is never reported. docs/methods/find.md has the theory.
//
//   PageFeatures features = page_features(page);           // once a page, at add
//   Index index; index.add(PageId{7}, features);           // in memory, from the vault's blobs
//   std::optional<Placement> found = identify(photo, index, page_of);   // the whole chain, or by hand:
//   PhotoFeatures seen = photo_features(photo);
//   for (Candidate c : index.candidates(seen)) if (auto placement = check(seen, page_of(c.page), c)) ...

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/geometry.h"
#include "find/ink.h"
#include "find/look.h"
#include "find/words.h"
#include "image/homography.h"
#include "image/image.h"
#include "image/warp.h"
#include "page/registered_page.h"

namespace barium::find {

// A page's row number in the vault.
enum class PageId : std::uint32_t {};

// A word, or a pair of neighbours, of a page.
struct PagePoint {
  Frame frame;             // pt, page frame
  std::uint32_t look = 0;  // sign_bits
};

inline constexpr std::size_t kMostPagePoints = 400;

// A blob of docs/formats/features.md.
struct PageFeatures {
  std::vector<PagePoint> points;  // at most kMostPagePoints, the most telling first
};

PageFeatures page_features(const page::RegisteredPage& page);
base::Bytes serialize(const PageFeatures& features);
// Throws base::Error(kMalformed, kVersion).
PageFeatures parse_features(base::ByteView bytes);

struct PhotoWord {
  Frame frame;  // px, photo frame
  Look look;
};

struct PhotoFeatures {
  std::vector<PhotoWord> words;
  image::GrayImage picture;    // the photo as it was looked at: reduced, and turned to dark ink on light
  double px_per_photo_px = 1;  // p_in_picture = px_per_photo_px * p_in_photo
  // Discs that show another page, which no word of this one is looked for in; in the photo's frame, px.
  struct Taken {
    base::Vec2 centre;
    double radius;
  };
  std::vector<Taken> taken;
  bool is_taken(base::Vec2 in_photo) const {
    for (const Taken& disc : taken)
      if (norm(in_photo - disc.centre) < disc.radius) return true;
    return false;
  }
};

// How a photo is looked at.
struct Manner {
  Polarity polarity = Polarity::kDarkOnLight;
  Print print = Print::kSolid;
  Focus focus = Focus::kAsIs;
};

PhotoFeatures photo_features(image::GrayView photo, const Manner& manner = {});

using image::Match;

// A guess from the index: a page, a map of it, and the words that agree on it. On bent paper the matches
// leave the map; check follows them.
struct Candidate {
  PageId page{};
  double votes = 0;  // sum of the matches' weights: 0 to 1 each, rare looks weigh more
  image::Homography photo_from_page;
  std::vector<Match> matches;
};

// `candidates` may be asked from several threads; `add` not while any other call runs. The lists are made
// anew at the first question after pages were added: 0.1 s for 2,000 pages.
class Index {
 public:
  Index();
  ~Index();
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;

  void reserve(std::size_t pages);  // so many will be added
  void add(PageId page, const PageFeatures& features);
  std::size_t pages() const;
  // As they were added; none for a page that was not.
  std::span<const PagePoint> points(PageId page) const;
  // Best first, at most `most`.
  std::vector<Candidate> candidates(const PhotoFeatures& seen, std::size_t most = 10) const;

 private:
  struct Tables;
  std::unique_ptr<Tables> tables_;
};

struct Placement {
  PageId page{};
  image::Homography photo_from_page;
  double score = 0;  // share of the page's words in view whose look agrees, by length, 0 to 1
  int words_agreeing = 0;
  // Where words were seen, to a point or two; on bent paper they leave the homography. From check: the
  // centres of the words that agree. From identify: and of others found beside them.
  std::vector<Match> matches;
  // Other pages whose picture has the same words at the same places, or less than a point off as a marked
  // copy has: no photo tells them apart. They have no twins of their own.
  std::vector<Placement> twins;
  // Other places, on this page or on others, that have all that the photo shows clearly and differ only out
  // of its view: a paragraph that stands on several pages. The photo's words do not tell which it is. From
  // identify_all alone; they have none of their own.
  std::vector<Placement> elsewhere;
  // Pages that agree with half as much of the photo or more, and differ from this one in words that the photo
  // has as this page has them: earlier or later versions. They have none of their own.
  std::vector<Placement> versions;
  // It lies where another page of the picture lies, and each has words there that the other lacks: what is
  // shown was put together of both.
  bool spliced = false;
};

// Refines the candidate's map and checks word by word. nullopt: not this page.
std::optional<Placement> check(const PhotoFeatures& seen, const page::RegisteredPage& page,
                               const Candidate& candidate);

using PageSource = std::function<page::RegisteredPage(PageId)>;

// The best candidate that passes the check, if it is clearly better than the next page. Where the photo as it
// is shows nothing known it is looked at sharpened, as broken print, light on dark, and as a mirror image of
// either; where it shows what several places have and none has more of, there is no answer.
std::optional<Placement> identify(image::GrayView photo, const Index& index, const PageSource& page_of);

// Every page that the photo shows, as identify finds them: one after the other, from the words that belong to
// none so far. Pages do not overlap. Where several places have all that the photo shows, each is named.
struct PagesInPhoto {
  std::vector<Placement> pages;
  // The most that any page of the index is like the photo, found or not, in votes of Candidate; and how many
  // words the photo shows as it is. docs/methods/find.md, Not ours, has what to make of them.
  double likeness = 0;
  std::size_t words_seen = 0;
};
PagesInPhoto identify_all(image::GrayView photo, const Index& index, const PageSource& page_of);

}  // namespace barium::find
