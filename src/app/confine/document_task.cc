#include <algorithm>

#include "app/confine/answer.h"
#include "app/confine/pixels.h"
#include "app/confine/tasks.h"
#include "page/pdf_file.h"

namespace barium::app {

namespace {

constexpr const char* kAnswer = "the answer of the confined worker";
constexpr std::uint64_t kSecondsPerPage = 20;  // docs/limits.md

// A page of text takes at least this many bytes of a file (core documents: 2 kB and more), so that the size
// bounds the pages before anybody has counted them.
constexpr std::uint64_t kBytesPerPage = 20'000;
constexpr std::uint64_t kMostSeconds = 600;
// The processor's time is what is limited; the clock ends what stands still. At a load of 13 on two cores a
// worker gets a seventh of one, and waits for the programs it starts besides: at three times, an honest PDF
// of 3.7 MB was refused.
constexpr std::uint64_t kClockPerWork = 10;
// The extractors of text are programs of their own, so that their work is not the worker's: a page of 1,500
// words asks them a thousand times and more (page/text_check).
constexpr std::uint64_t kLeastReadingClock = 1200;

WorkerLimits limits_for(std::uint64_t pages) {
  WorkerLimits limits;
  limits.cpu_s = std::min(kMostSeconds, kSecondsPerPage * std::max<std::uint64_t>(1, pages));
  limits.wall = std::chrono::seconds(kClockPerWork * limits.cpu_s);
  return limits;
}

// Twenty seconds, and one more for each page the file has room for.
WorkerLimits limits_for_reading(base::ByteView pdf) {
  WorkerLimits limits = limits_for(1);
  limits.cpu_s = std::min(kMostSeconds, limits.cpu_s + pdf.size() / kBytesPerPage);
  limits.wall = std::chrono::seconds(std::max(kLeastReadingClock, kClockPerWork * limits.cpu_s));
  return limits;
}

// The worker may lie about the model. What later code indexes with, parse_page has checked.
page::PageModel get_page(base::ByteReader& reader) {
  page::PageModel page = page::parse_page(reader.get_blob());
  page.unmarked_reason = plain_text(page.unmarked_reason, 500);
  page.notes = plain_notes(std::move(page.notes));
  return page;
}

base::Bytes reading_request(base::ByteView pdf, const page::ReadOptions& options) {
  base::ByteWriter request;
  request.put(options.strength_pt);
  request.put_text(options.password);
  request.put(static_cast<std::uint8_t>(options.break_signatures));
  request.put(static_cast<std::uint64_t>(options.max_pages));
  request.put(options.max_content_bytes);
  request.put_raw(pdf);
  return request.take();
}

page::ReadOptions get_options(base::ByteReader& request) {
  page::ReadOptions options;
  options.strength_pt = request.get<double>();
  options.password = request.get_text();
  options.break_signatures = request.get<std::uint8_t>() != 0;
  options.max_pages = request.get<std::uint64_t>();
  options.max_content_bytes = request.get<std::uint64_t>();
  return options;
}

void put_model(base::ByteWriter& answer, const page::DocumentModel& model) {
  put_notes(answer, model.notes);
  answer.put(static_cast<std::uint32_t>(model.pages.size()));
  for (const page::PageModel& page : model.pages) answer.put_blob(page::serialize(page));
}

page::DocumentModel get_model(base::ByteReader& answer, const page::ReadOptions& options) {
  page::DocumentModel model;
  model.notes = get_notes(answer);
  const std::size_t pages = answer.get_count(4);
  if (pages > options.max_pages) answer.fail("holds more pages than are allowed");
  for (std::size_t i = 0; i < pages; ++i) model.pages.push_back(get_page(answer));
  return model;
}

}  // namespace

page::OpenedDocument read_document(const Confinement& confinement, base::ByteView pdf,
                                   const page::ReadOptions& options) {
  const base::Bytes answer =
      confinement.call(Task::kReadDocument, reading_request(pdf, options), limits_for_reading(pdf));
  base::ByteReader reader(answer, kAnswer);
  page::OpenedDocument opened{.model = get_model(reader, options)};
  const base::ByteView copy_template = reader.get_blob();
  opened.copy_template.bytes.assign(copy_template.begin(), copy_template.end());
  reader.expect_end();
  return opened;
}

base::Bytes do_read_document(base::ByteView request) {
  base::ByteReader reader(request, "the request");
  const page::ReadOptions options = get_options(reader);
  const page::OpenedDocument opened = page::read_document(reader.get_raw(reader.remaining()), options);
  base::ByteWriter answer;
  put_model(answer, opened.model);
  answer.put_blob(opened.copy_template.bytes);
  return answer.take();
}

page::DocumentModel read_words(const Confinement& confinement, base::ByteView pdf,
                               const page::ReadOptions& options) {
  const base::Bytes answer =
      confinement.call(Task::kReadWords, reading_request(pdf, options), limits_for_reading(pdf));
  base::ByteReader reader(answer, kAnswer);
  page::DocumentModel model = get_model(reader, options);
  reader.expect_end();
  return model;
}

base::Bytes do_read_words(base::ByteView request) {
  base::ByteReader reader(request, "the request");
  const page::ReadOptions options = get_options(reader);
  base::ByteWriter answer;
  put_model(answer, page::read_words(reader.get_raw(reader.remaining()), options));
  return answer.take();
}

int count_pages(const Confinement& confinement, base::ByteView pdf, const std::string& password) {
  base::ByteWriter request;
  request.put_text(password);
  request.put_raw(pdf);
  const base::Bytes answer = confinement.call(Task::kCountPages, request.take(), limits_for_reading(pdf));
  base::ByteReader reader(answer, kAnswer);
  return static_cast<int>(std::min(reader.get<std::uint32_t>(), 1'000'000u));
}

base::Bytes do_count_pages(base::ByteView request) {
  base::ByteReader reader(request, "the request");
  page::ReadOptions options;
  options.password = reader.get_text();
  options.break_signatures = true;
  const page::PdfFile file(reader.get_raw(reader.remaining()), options);
  base::ByteWriter answer;
  answer.put(static_cast<std::uint32_t>(file.pages().size()));
  return answer.take();
}

std::vector<page::RenderedPage> render_pages(const Confinement& confinement, base::ByteView pdf, int first,
                                             int last, const page::RenderOptions& options) {
  base::require(first >= 1 && last >= first, "pages count from 1");
  base::ByteWriter request;
  request.put(std::int32_t{first});
  request.put(std::int32_t{last});
  request.put(options.px_per_pt);
  request.put(std::int32_t{options.max_side_px});
  request.put(static_cast<std::uint8_t>(options.color));
  request.put_text(options.password);
  request.put_raw(pdf);
  const std::size_t pages = static_cast<std::size_t>(last - first) + 1;
  const base::Bytes answer = confinement.call(Task::kRenderPages, request.take(), limits_for(pages));
  base::ByteReader reader(answer, kAnswer);
  if (reader.get<std::uint32_t>() != pages) reader.fail("holds other pages than were asked for");
  std::vector<page::RenderedPage> rendered;
  for (std::size_t i = 0; i < pages; ++i) {
    page::RenderedPage page{.page = first + static_cast<int>(i)};
    page.px_per_pt = reader.get<double>();
    if (!(page.px_per_pt > 0 && page.px_per_pt <= options.px_per_pt))
      reader.fail("holds a page without scale");
    page.picture =
        get_picture(reader, options.max_side_px, std::int64_t{options.max_side_px} * options.max_side_px);
    rendered.push_back(std::move(page));
  }
  return rendered;
}

base::Bytes do_render_pages(base::ByteView request) {
  base::ByteReader reader(request, "the request");
  const int first = reader.get<std::int32_t>(), last = reader.get<std::int32_t>();
  page::RenderOptions options;
  options.px_per_pt = reader.get<double>();
  options.max_side_px = reader.get<std::int32_t>();
  options.color = static_cast<page::RenderOptions::Color>(reader.get<std::uint8_t>());
  options.password = reader.get_text();
  const auto pages = page::render_pages(reader.get_raw(reader.remaining()), first, last, options);
  base::ByteWriter answer;
  answer.put(static_cast<std::uint32_t>(pages.size()));
  for (const page::RenderedPage& page : pages) {
    answer.put(page.px_per_pt);
    put_picture(answer, page.picture);
  }
  return answer.take();
}

}  // namespace barium::app
