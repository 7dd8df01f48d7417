#include "page/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

#include "base/process.h"
#include "page/interpreter.h"
#include "page/pdf_file.h"

namespace barium::page {

namespace {

// What one run of the program may hold in memory: a batch of pages, uncompressed.
constexpr std::uint64_t kBatchBytes = 256ull << 20;
constexpr const char* kNothingDrawn =
    "poppler, which draws the pages, cannot read the file that far and drew nothing";
constexpr const char* kPrintAnew =
    "Open the PDF in a reader that shows it, print it to a new PDF, and use that";
// docs/limits.md: 60 Mpx, beyond which a registered page is not read again; a thousandth less, for sizes are
// rounded up.
constexpr double kMostPixels = 0.999 * 60e6;
constexpr double kPointsPerInch = 72.0;
constexpr std::uint64_t kSecondsPerPage = 20;  // docs/limits.md
// The clock ends what stands still; a busy machine is no fault of the page.
constexpr std::uint64_t kClockPerWork = 10;

struct PageSize {
  double width_pt = 0, height_pt = 0;  // as poppler has them: CropBox, /Rotate applied, without UserUnit
  double user_unit = 1;
};

struct Job {
  int page = 0;
  double px_per_pt = 0;  // of the page frame
  double dpi = 0;        // for poppler, which knows nothing of UserUnit
  int width_px = 0, height_px = 0;
};

[[noreturn]] void no_picture(int page, const std::string& why) {
  throw base::Error(base::ErrorCode::kMalformed, "the page cannot be rendered: " + why,
                    {.file = {}, .page = page, .object = {}, .offset = -1}, kPrintAnew);
}

// Found as the words of the page are, so that broken page trees and missing boxes mean the same to both.
std::vector<PageSize> page_sizes(const PdfFile& file, int first, int last) {
  if (static_cast<std::size_t>(last) > file.pages().size()) no_picture(last, "the document has no such page");
  std::vector<PageSize> sizes;
  for (int page = first; page <= last; ++page) {
    const PageFrame frame = page_frame(file.pages()[static_cast<std::size_t>(page) - 1]);
    sizes.push_back({frame.width_pt / frame.user_unit, frame.height_pt / frame.user_unit, frame.user_unit});
  }
  return sizes;
}

// pdftoppm takes a password on its command line, which every user of the machine can read.
base::Bytes decrypted(PdfFile& file) {
  QPDFWriter writer(file.qpdf());
  writer.setOutputMemory();
  writer.setPreserveEncryption(false);
  writer.setStreamDataMode(qpdf_s_preserve);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return {buffer->getBuffer(), buffer->getBuffer() + buffer->getSize()};
}

Job job_for(int page, const PageSize& size, const RenderOptions& options) {
  const double longest_pt = std::max(size.width_pt, size.height_pt) * size.user_unit;
  if (!(size.width_pt > 0) || !(size.height_pt > 0) || !std::isfinite(longest_pt))
    no_picture(page, "it has no size");
  Job job{.page = page};
  // Half a pixel less, since poppler rounds sizes up.
  job.px_per_pt = std::min(options.px_per_pt, (options.max_side_px - 0.5) / longest_pt);
  const double area_pt2 = size.width_pt * size.height_pt * size.user_unit * size.user_unit;
  job.px_per_pt = std::min(job.px_per_pt, std::sqrt(kMostPixels / area_pt2));
  const double px_per_unit = job.px_per_pt * size.user_unit;
  job.dpi = px_per_unit * kPointsPerInch;
  job.width_px = static_cast<int>(std::ceil(size.width_pt * px_per_unit));
  job.height_px = static_cast<int>(std::ceil(size.height_pt * px_per_unit));
  return job;
}

std::uint64_t bytes_of(const Job& job, const RenderOptions& options) {
  const std::uint64_t channels = options.color == RenderOptions::Color::kRgb ? 3 : 1;
  return static_cast<std::uint64_t>(job.width_px) * static_cast<std::uint64_t>(job.height_px) * channels;
}

// Binary PGM and PPM pictures, one behind the other, as pdftoppm prints them.
class PnmReader {
 public:
  explicit PnmReader(base::ByteView bytes) : bytes_(bytes) {}

  image::Image<std::uint8_t> next(const Job& job, int channels) {
    const std::string_view magic = channels == 3 ? "P6" : "P5";
    if (!base::as_text(bytes_).starts_with(magic)) no_picture(job.page, kNothingDrawn);
    bytes_ = bytes_.subspan(2);
    const int width = number(job), height = number(job), most = number(job);
    // poppler rounds the size its own way: a pixel either way is no error.
    if (most != 255 || std::abs(width - job.width_px) > 1 || std::abs(height - job.height_px) > 1)
      no_picture(job.page,
                 fmt::format("its size is not clear: poppler draws it with {} x {} pixels instead of {} x {}",
                             width, height, job.width_px, job.height_px));
    image::Image<std::uint8_t> picture(width, height, channels);
    if (bytes_.size() < picture.pixels().size() + 1) no_picture(job.page, "the renderer stopped midway");
    bytes_ = bytes_.subspan(1);
    std::copy_n(bytes_.begin(), picture.pixels().size(), picture.pixels().begin());
    bytes_ = bytes_.subspan(picture.pixels().size());
    return picture;
  }

 private:
  int number(const Job& job) {
    while (!bytes_.empty() && (bytes_[0] == ' ' || bytes_[0] == '\n')) bytes_ = bytes_.subspan(1);
    int value = 0;
    const std::string_view text = base::as_text(bytes_);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) no_picture(job.page, kNothingDrawn);
    bytes_ = bytes_.subspan(static_cast<std::size_t>(end - text.data()));
    return value;
  }

  base::ByteView bytes_;
};

// SIGKILL is what the kernel sends at the hard limit on the processor's time.
bool took_too_long(const base::ProgramResult& result) {
  return result.end == base::ProgramEnd::kDeadline ||
         (result.end == base::ProgramEnd::kSignalled &&
          (result.status == SIGXCPU || result.status == SIGKILL));
}

[[noreturn]] void takes_too_long(std::span<const Job> jobs, std::uint64_t seconds) {
  const std::string which = jobs.size() == 1 ? "the page" : fmt::format("one of {} pages", jobs.size());
  throw base::Error(
      base::ErrorCode::kLimit,
      fmt::format("poppler, which draws the pages, does not finish {} within {} seconds of work", which,
                  seconds),
      {.file = {}, .page = jobs.front().page, .object = {}, .offset = -1}, kPrintAnew);
}

// Jobs of one resolution and consecutive pages.
void run_batch(base::ByteView pdf, std::span<const Job> jobs, const RenderOptions& options,
               std::vector<RenderedPage>& out) {
  std::vector<std::string> arguments = {"pdftoppm",
                                        "-q",
                                        "-cropbox",
                                        "-r",
                                        fmt::format("{:.10g}", jobs[0].dpi),
                                        "-f",
                                        std::to_string(jobs.front().page),
                                        "-l",
                                        std::to_string(jobs.back().page)};
  const bool rgb = options.color == RenderOptions::Color::kRgb;
  if (!rgb) arguments.push_back("-gray");
  arguments.push_back("-");
  base::ProgramLimits limits;
  limits.cpu_s = kSecondsPerPage * jobs.size();
  limits.wall = std::chrono::seconds(kClockPerWork * *limits.cpu_s);
  limits.output_bytes = 4096;
  for (const Job& job : jobs) limits.output_bytes += bytes_of(job, options) * 2 + 4096;
  const base::ProgramResult result = base::run_program(arguments, pdf, limits);
  if (took_too_long(result)) takes_too_long(jobs, *limits.cpu_s);
  PnmReader pictures(result.output);
  for (const Job& job : jobs) out.push_back({job.page, job.px_per_pt, pictures.next(job, rgb ? 3 : 1)});
}

}  // namespace

std::vector<RenderedPage> render_pages(base::ByteView pdf, int first, int last,
                                       const RenderOptions& options) {
  base::require(first >= 1 && last >= first, "pages count from 1");
  base::require(options.px_per_pt > 0 && options.max_side_px > 0, "a picture has a size");
  PdfFile file(pdf, {.password = options.password, .break_signatures = true});
  const std::vector<PageSize> sizes = page_sizes(file, first, last);
  const bool locked = file.qpdf().isEncrypted() && !options.password.empty();
  const base::Bytes open = locked ? decrypted(file) : base::Bytes();
  if (locked) pdf = open;
  std::vector<Job> jobs;
  for (int page = first; page <= last; ++page)
    jobs.push_back(job_for(page, sizes[static_cast<std::size_t>(page - first)], options));
  std::vector<RenderedPage> out;
  for (std::size_t begin = 0; begin < jobs.size();) {
    std::uint64_t bytes = bytes_of(jobs[begin], options);
    std::size_t end = begin + 1;
    while (end < jobs.size() && jobs[end].dpi == jobs[begin].dpi &&
           (bytes += bytes_of(jobs[end], options)) <= kBatchBytes)
      ++end;
    run_batch(pdf, std::span(jobs).subspan(begin, end - begin), options, out);
    begin = end;
  }
  return out;
}

}  // namespace barium::page
