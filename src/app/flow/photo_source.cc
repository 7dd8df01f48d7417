#include "app/flow/photo_source.h"

#include <algorithm>

#include "app/confine/tasks.h"
#include "app/flow/people.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"

namespace barium::app {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostFileBytes = 100'000'000;  // docs/limits.md
// A4 at 200 dpi, the resolution of the registered page, is 2339 px long: more is no help (registered_page.h),
// and a page that fills 57 % of such a photo still has it.
constexpr int kMostLongSide_px = 4096;
constexpr int kPagesPerWorker = 4;

bool may_be_picture(const fs::path& file) {
  static constexpr const char* kEndings[] = {".jpg",  ".jpeg", ".png",  ".webp", ".gif", ".tif",
                                             ".tiff", ".heic", ".heif", ".avif", ".bmp", ".pgm",
                                             ".ppm",  ".pnm",  ".pdf",  ".jpe"};
  const std::string ending = lower_ascii(file.extension().string());
  return std::find(std::begin(kEndings), std::end(kEndings), ending) != std::end(kEndings);
}

void each_page(base::ByteView pdf, PhotoInfo info, const ExamineOptions& options,
               const Confinement& confinement, const std::function<void(SourcePicture)>& visit) {
  const int pages = count_pages(confinement, pdf, options.password);
  if (pages == 0) throw base::Error(base::ErrorCode::kMalformed, "has no pages");
  for (int first = 1; first <= pages; first += kPagesPerWorker) {
    const int last = std::min(pages, first + kPagesPerWorker - 1);
    for (auto& rendered : render_pages(confinement, pdf, first, last, {.password = options.password})) {
      info.page = rendered.page;
      info.width = rendered.picture.width();
      info.height = rendered.picture.height();
      visit({info, std::move(rendered.picture)});
    }
  }
}

void each_frame(base::ByteView bytes, PhotoInfo info, const Confinement& confinement,
                const std::function<void(SourcePicture)>& visit) {
  image::Photo photo = decode_photo(
      confinement, bytes, {.color = image::DecodedColor::kGray, .max_long_side_px = kMostLongSide_px});
  for (std::size_t i = 0; i < photo.frames.size(); ++i) {
    image::Frame& frame = photo.frames[i];
    info.page = photo.frames.size() > 1 ? static_cast<int>(i) + 1 : 0;
    info.width = frame.full_width;
    info.height = frame.full_height;
    const double scale = static_cast<double>(frame.pixels.width()) / std::max(1, frame.full_width);
    visit({info, std::move(frame.pixels), scale, photo.notes});
  }
}

// What may be a picture below a directory. One that cannot be listed stands for itself: reading it fails and
// says why.
void gather(const fs::path& directory, std::vector<fs::path>& found) {
  std::error_code error;
  fs::directory_iterator entry(directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code unknown;
    if (entry->is_directory(unknown) && !entry->is_symlink(unknown)) {
      gather(entry->path(), found);
    } else if (entry->is_regular_file(unknown) && may_be_picture(entry->path())) {
      found.push_back(entry->path());
    }
  }
  if (error) found.push_back(directory);
}

}  // namespace

// ISO 32000-1, 7.5.2 wants it first; Adobe's readers look through the first 1024 bytes (annex H.3, note 13).
bool is_pdf(base::ByteView bytes) {
  return base::as_text(bytes.first(std::min<std::size_t>(bytes.size(), 1024))).find("%PDF-") !=
         std::string_view::npos;
}

std::vector<fs::path> files_of(const std::vector<fs::path>& inputs) {
  std::vector<fs::path> files;
  for (const fs::path& input : inputs) {
    std::error_code error;
    if (!fs::is_directory(input, error)) {
      files.push_back(input);
      continue;
    }
    std::vector<fs::path> found;
    gather(input, found);
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

void each_picture(const fs::path& file, const ExamineOptions& options, const Confinement& confinement,
                  const std::function<void(SourcePicture)>& visit) try {
  const base::Bytes bytes = base::read_file(file, kMostFileBytes);
  if (bytes.empty()) throw base::Error(base::ErrorCode::kMalformed, "is empty");
  const PhotoInfo info{.file = file.string(), .sha256 = base::hex(base::sha256(bytes))};
  if (is_pdf(bytes)) {
    each_page(bytes, info, options, confinement, visit);
  } else {
    each_frame(bytes, info, confinement, visit);
  }
} catch (const base::Error& error) {
  if (error.code() == base::ErrorCode::kStorage) throw;  // the vault's: no fault of the file
  throw error.in_file(file.string());
}

}  // namespace barium::app
