#pragma once

// Which page does a photo show? Word centres, each with its neighbours' arrangement, hashed and voted for
// (LLAH: T. Nakai, K. Kise, M. Iwamura, "Use of affine invariants in locally likely arrangement hashing for
// camera-based document image retrieval", DAS 2006), then a geometric check that ends in word-by-word
// agreement, so that a wrong page is never reported.
//
//   PageFeatures features = page_features(page);           // once a page, at add
//   Index index; index.add(PageId{7}, features);           // in memory, from the vault's blobs
//   PhotoFeatures seen = photo_features(photo);
//   for (Candidate c : index.candidates(seen)) if (auto placement = check(photo, page_of(c.page), c)) ...

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/geometry.h"
#include "image/homography.h"
#include "image/image.h"
#include "page/registered_page.h"

namespace barium::find {

// A page's row number in the vault.
enum class PageId : std::uint32_t {};

// Arrangement hashes of a page's points; a blob of docs/formats/features.md.
struct PageFeatures {
  std::vector<base::Vec2> points;     // pt, page frame
  std::vector<std::uint32_t> hashes;  // with hash_point[i] the point that hashes[i] belongs to
  std::vector<std::uint16_t> hash_point;
};

PageFeatures page_features(const page::RegisteredPage& page);
base::Bytes serialize(const PageFeatures& features);
PageFeatures parse_features(base::ByteView bytes);

struct PhotoFeatures {
  std::vector<base::Vec2> points;  // px, photo frame
  std::vector<std::uint32_t> hashes;
  std::vector<std::uint16_t> hash_point;
};

PhotoFeatures photo_features(image::GrayView photo);

// A guess from the index: a page and a map of its points that several photo points voted for.
struct Candidate {
  PageId page{};
  double votes = 0;
  image::Homography photo_from_page;
};

class Index {
 public:
  void add(PageId page, const PageFeatures& features);
  // Best first, at most `most`.
  std::vector<Candidate> candidates(const PhotoFeatures& seen, std::size_t most = 10) const;

 private:
  // Posting lists by hash; layout in find.cc.
  struct Posting {
    PageId page;
    std::uint16_t point;
  };
  std::vector<std::vector<Posting>> cells_;
};

struct Placement {
  PageId page{};
  image::Homography photo_from_page;
  double score = 0;  // share of the page's words in view whose look agrees, 0 to 1
};

// Refines the candidate's map and checks word by word. nullopt: not this page.
std::optional<Placement> check(image::GrayView photo, const page::RegisteredPage& page,
                               const Candidate& candidate);

}  // namespace barium::find
