#include "app/flow/measure.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "app/confine/tasks.h"
#include "app/flow/see_pages.h"
#include "base/file.h"
#include "base/parallel.h"
#include "image/sample.h"
#include "page/ink_levels.h"
#include "page/picture_words.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::uint64_t kMostFileBytes = 100'000'000;  // docs/limits.md
constexpr int kPagesPerWorker = 4;
// A picture says nothing reliable of its page's size: its long side is taken as A4's.
constexpr double kLongSidePt = 842;

struct Original {
  std::map<int, page::RegisteredPage> pages;  // by number
  base::Notes notes;
};

void expect_going_on(const Supervision& supervision) {
  if (supervision.stop()) throw Error(ErrorCode::kInterrupted, "stopped");
}

Original read_pdf(base::ByteView pdf, const MeasureOptions& options, const Confinement& confinement,
                  const Supervision& supervision) {
  // Nothing is written, so a signature stays whole.
  page::DocumentModel model =
      read_words(confinement, pdf, {.password = options.password, .break_signatures = true});
  const int pages = static_cast<int>(model.pages.size());
  if (pages == 0) throw Error(ErrorCode::kMalformed, "has no pages");
  if (options.page > pages)
    throw Error(ErrorCode::kUsage,
                "has " + std::to_string(pages) + " pages; there is no page " + std::to_string(options.page));
  const int first = std::max(1, options.page), last = options.page > 0 ? options.page : pages;
  Original original{.notes = model.notes};
  std::mutex mutex;
  base::parallel_for(
      static_cast<std::size_t>((last - first) / kPagesPerWorker + 1), 0, [&](std::size_t chunk) {
        expect_going_on(supervision);
        const int from = first + static_cast<int>(chunk) * kPagesPerWorker;
        const int to = std::min(last, from + kPagesPerWorker - 1);
        auto rendered = render_pages(confinement, pdf, from, to, {.password = options.password});
        const std::scoped_lock lock(mutex);
        for (page::RenderedPage& page : rendered)
          original.pages[page.page] = {std::move(model.pages[static_cast<std::size_t>(page.page) - 1]),
                                       {std::move(page.picture), page.px_per_pt}};
        supervision.progress(
            {"picturing pages", original.pages.size(), static_cast<std::uint64_t>(last - first + 1)});
      });
  return original;
}

// At the resolution of registered pages, where it has more.
page::PageRaster raster_of(image::GrayImage picture) {
  const int long_side = std::max(picture.width(), picture.height());
  const double scale = std::min(1.0, kLongSidePt * page::kRasterPxPerPt / long_side);
  const int width = std::max(1, static_cast<int>(std::lround(picture.width() * scale)));
  const int height = std::max(1, static_cast<int>(std::lround(picture.height() * scale)));
  if (scale < 1) picture = image::resize(picture.view(), width, height);
  const double px_per_pt = std::max(width, height) / kLongSidePt;
  return {std::move(picture), px_per_pt};
}

page::PageModel model_of(const page::PageRaster& raster) {
  const double pt = 1 / raster.px_per_pt;
  page::PageModel model{.width_pt = raster.picture.width() * pt, .height_pt = raster.picture.height() * pt};
  const page::PictureWords found =
      page::find_picture_words(page::ink_levels(raster.picture), raster.px_per_pt, page::kLongestGapPt);
  for (const page::PictureWord& word : found.words) {
    page::Word out;
    out.box = {word.ink.x0 * pt, word.ink.y0 * pt, word.ink.x1 * pt, word.ink.y1 * pt};
    out.origin = {out.box.x0, word.baseline_y * pt};
    out.along = {1, 0};
    out.length_pt = out.box.width();
    out.size_pt = 2 * word.letter_height * pt;  // an x is about half of its type's size
    out.line = word.line;
    model.words.push_back(out);
  }
  return model;
}

Original read_picture(base::ByteView bytes, const MeasureOptions& options, const Confinement& confinement) {
  image::Photo decoded = decode_photo(confinement, bytes, {.color = image::DecodedColor::kGray});
  Original original{.notes = decoded.notes};
  original.notes.push_back(
      {"measure.size_assumed",
       "The original is a picture, so its size is not known: its long side is taken as 842 "
       "points, that of A4. Displacements are in points of that size."});
  for (image::Frame& frame : decoded.frames) {
    const int number = static_cast<int>(original.pages.size()) + 1;
    page::PageRaster raster = raster_of(std::move(frame.pixels));
    page::PageModel model = model_of(raster);
    original.pages[number] = {std::move(model), std::move(raster)};
  }
  if (options.page > static_cast<int>(original.pages.size()))
    throw Error(ErrorCode::kUsage, "has " + std::to_string(original.pages.size()) +
                                       " pictures; there is no page " + std::to_string(options.page));
  if (options.page > 0)
    std::erase_if(original.pages, [&](const auto& page) { return page.first != options.page; });
  return original;
}

Original read_original(const std::filesystem::path& file, const MeasureOptions& options,
                       const Confinement& confinement, const Supervision& supervision) try {
  const base::Bytes bytes = base::read_file(file, kMostFileBytes);
  if (bytes.empty()) throw Error(ErrorCode::kMalformed, "is empty");
  return is_pdf(bytes) ? read_pdf(bytes, options, confinement, supervision)
                       : read_picture(bytes, options, confinement);
} catch (const Error& error) {
  throw error.in_file(file.string());
}

find::Index index_of(const Original& original, const Supervision& supervision) {
  std::vector<std::pair<find::PageId, find::PageFeatures>> features(original.pages.size());
  std::vector<const page::RegisteredPage*> pages;
  for (const auto& [number, page] : original.pages) {
    features[pages.size()].first = find::PageId{static_cast<std::uint32_t>(number)};
    pages.push_back(&page);
  }
  base::parallel_for(pages.size(), 0, [&](std::size_t i) {
    expect_going_on(supervision);
    features[i].second = find::page_features(*pages[i]);
  });
  find::Index index;
  for (const auto& [id, of_page] : features) index.add(id, of_page);
  return index;
}

std::vector<MeasuredWord> measured(const page::PageModel& page, const align::Alignment& aligned) {
  std::vector<bool> carrier(page.words.size());
  for (const page::Carrier& one : page.carriers) carrier[one.word] = true;
  std::vector<MeasuredWord> words;
  for (const page::WordMeasurement& m : aligned.words)
    if (m.placed)
      words.push_back({page.words[m.word].text, page.words[m.word].box, m.dx_pt, m.dy_pt, m.sigma_pt, m.match,
                       static_cast<bool>(carrier[m.word])});
  return words;
}

base::Note several_places(const PageInView& view) {
  std::set<int> pages{static_cast<int>(view.placement.page)};
  for (const PageInView& other : view.elsewhere) pages.insert(static_cast<int>(other.placement.page));
  std::string numbers;
  for (const int page : pages) numbers += (numbers.empty() ? "" : ", ") + std::to_string(page);
  return {"find.several_places", "What the picture shows stands at several places of the original (page " +
                                     numbers + "), and nothing in it tells which. Show more of the page."};
}

}  // namespace

void measure(const std::filesystem::path& original_file, const std::filesystem::path& photo,
             const MeasureOptions& options, const Confinement& confinement,
             const std::function<void(const Measurement&)>& report, const Supervision& supervision) {
  supervision.progress({"reading the original", 0, 0});
  const Original original = read_original(original_file, options, confinement, supervision);
  const find::Index index = index_of(original, supervision);
  supervision.progress({"measuring", 0, 0});
  const auto page_of = [&](find::PageId id) { return original.pages.at(static_cast<int>(id)); };
  each_picture(photo, {.password = options.password}, confinement, [&](const SourcePicture& picture) {
    expect_going_on(supervision);
    Measurement nothing{.photo = picture.info, .notes = original.notes};
    nothing.notes.insert(nothing.notes.end(), picture.notes.begin(), picture.notes.end());
    const std::vector<PageInView> views = see_pages(picture.pixels, index, page_of).pages;
    for (const PageInView& view : views) {
      Measurement result = nothing;
      if (!view.elsewhere.empty()) {
        result.notes.push_back(several_places(view));
        report(result);
        continue;
      }
      const double s = 1 / picture.scale;
      const image::Homography full{{s, 0, 0, 0, s, 0, 0, 0, 1}};
      result.placement = MeasuredPlace{static_cast<int>(view.placement.page), view.placement.score,
                                       (full * view.placement.photo_from_page).normalized().m};
      const page::PageModel& model = original.pages.at(result.placement->page).model;
      result.words_on_page = static_cast<int>(model.words.size());
      result.words = measured(model, view.aligned);
      result.notes.insert(result.notes.end(), view.aligned.notes.begin(), view.aligned.notes.end());
      report(result);
    }
    if (views.empty()) {
      nothing.notes.push_back({"find.no_page", "The original was not recognised in the picture."});
      report(nothing);
    }
  });
}

}  // namespace barium::app
