#pragma once

// The real phone photographs of data/photos/inv3d_real: ten invoices, each in 18 pictures, six kinds of paper
// in three lights. Nothing on them is displaced.

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "align/align.h"
#include "find/find.h"
#include "page/registered_page.h"

namespace barium::bench {

struct RealPhoto {
  std::string invoice, stem;  // "01457", "crumpleshard_shadow"
  std::string kind() const { return stem.substr(0, stem.find('_')); }
  std::filesystem::path file;
};

struct RealPhotos {
  std::map<std::string, page::RegisteredPage> originals;  // by invoice; none of their words carries a mark
  std::vector<RealPhoto> photos;                          // by invoice, then by stem
};

RealPhotos read_real_photos(const std::filesystem::path& data);

// Gray, upright.
image::GrayImage gray_picture(const std::filesystem::path& file);
image::GrayImage pixels_of(const RealPhoto& photo);

// Where find puts each photo among the ten originals; nullopt where it puts it nowhere, or on another page.
// picture: what is looked at in its stead.
using PictureOf = std::function<image::GrayImage(const RealPhoto&)>;
std::vector<std::optional<find::Placement>> place_photos(const RealPhotos& real,
                                                         const PictureOf& picture = pixels_of);

// In the order in which tables show them.
inline constexpr const char* kPaperKinds[] = {"perspective", "curled",       "fewfold",
                                              "multifold",   "crumpleseasy", "crumpleshard"};

}  // namespace barium::bench
