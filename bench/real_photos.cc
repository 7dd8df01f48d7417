#include "bench/real_photos.h"

#include <algorithm>

#include "base/file.h"
#include "base/parallel.h"
#include "find/find.h"
#include "image/decode.h"
#include "page/document.h"
#include "page/render.h"

namespace barium::bench {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 1ull << 28;

page::RegisteredPage read_original(const fs::path& folder) {
  const base::Bytes pdf = base::read_file(folder / "original.pdf", kMostBytes);
  auto rendered = page::render_pages(pdf, 1, 1);
  page::PageModel model = page::read_words(pdf).pages.front();
  model.carriers.clear();
  return {std::move(model), {std::move(rendered.front().picture), rendered.front().px_per_pt}};
}

}  // namespace

RealPhotos read_real_photos(const fs::path& data) {
  RealPhotos real;
  for (const auto& folder : fs::directory_iterator(data / "photos/inv3d_real")) {
    if (!folder.is_directory()) continue;
    const std::string invoice = folder.path().filename().string();
    real.originals[invoice] = read_original(folder.path());
    for (const auto& file : fs::directory_iterator(folder.path()))
      if (file.path().extension() == ".jpg")
        real.photos.push_back({invoice, file.path().stem().string(), file.path()});
  }
  std::ranges::sort(real.photos, {}, [](const RealPhoto& p) { return std::pair(p.invoice, p.stem); });
  return real;
}

image::GrayImage gray_picture(const fs::path& file) {
  const auto decoded =
      image::decode_photo(base::read_file(file, kMostBytes), {.color = image::DecodedColor::kGray});
  return decoded.frames.front().pixels;
}

image::GrayImage pixels_of(const RealPhoto& photo) { return gray_picture(photo.file); }

std::vector<std::optional<find::Placement>> place_photos(const RealPhotos& real, const PictureOf& picture) {
  find::Index index;
  std::vector<const page::RegisteredPage*> pages;
  for (const auto& [invoice, page] : real.originals) {
    index.add(find::PageId{static_cast<std::uint32_t>(pages.size())}, find::page_features(page));
    pages.push_back(&page);
  }
  std::vector<std::optional<find::Placement>> places(real.photos.size());
  base::parallel_for(places.size(), 0, [&](std::size_t i) {
    const auto found = find::identify(picture(real.photos[i]).view(), index, [&](find::PageId id) {
      return *pages[static_cast<std::uint32_t>(id)];
    });
    if (found && pages[static_cast<std::uint32_t>(found->page)] == &real.originals.at(real.photos[i].invoice))
      places[i] = found;
  });
  return places;
}

}  // namespace barium::bench
