#include "app/flow/add.h"

#include <mutex>

#include "app/confine/tasks.h"
#include "app/flow/registered.h"
#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "find/find.h"
#include "vault/public_id.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;

// Pages rendered by one worker: enough that its start (15 ms) is nothing beside its work, few enough that its
// answer (4 MB an A4 page) stays small.
constexpr int kPagesPerWorker = 4;

struct PreparedPage {
  base::Bytes model, raster, features;
};

PreparedPage prepare(page::PageModel model, page::RenderedPage rendered) {
  page::RegisteredPage page{std::move(model), {std::move(rendered.picture), rendered.px_per_pt}};
  return {page::serialize(page.model), page::serialize(page.raster),
          find::serialize(find::page_features(page))};
}

Error stopped() { return Error(ErrorCode::kInterrupted, "stopped; it was not added"); }

void expect_going_on(const Supervision& supervision) {
  if (supervision.stop()) throw stopped();
}

std::vector<PreparedPage> prepare_pages(const ReadOriginal& original, const AddOptions& options,
                                        const Confinement& confinement, const Supervision& supervision) {
  const int pages = static_cast<int>(original.model.pages.size());
  std::vector<PreparedPage> prepared(static_cast<std::size_t>(pages));
  std::mutex mutex;
  std::uint64_t done = 0;
  const auto chunk = [&](std::size_t index) {
    expect_going_on(supervision);
    const int first = static_cast<int>(index) * kPagesPerWorker + 1;
    const int last = std::min(pages, first + kPagesPerWorker - 1);
    auto rendered = render_pages(confinement, original.pdf, first, last, {.password = options.password});
    for (int page = first; page <= last; ++page) {
      const auto i = static_cast<std::size_t>(page) - 1;
      prepared[i] =
          prepare(original.model.pages[i], std::move(rendered[static_cast<std::size_t>(page - first)]));
    }
    const std::scoped_lock lock(mutex);
    done += static_cast<std::uint64_t>(last - first + 1);
    supervision.progress({"picturing pages", done, static_cast<std::uint64_t>(pages)});
  };
  base::parallel_for(static_cast<std::size_t>((pages + kPagesPerWorker - 1) / kPagesPerWorker),
                     options.threads, chunk);
  return prepared;
}

std::string new_document_id(vault::Store& store, base::Entropy& entropy) {
  for (;;) {
    const std::string id = vault::public_id('d', vault::new_public_number(entropy));
    if (!store.find_document(id)) return id;
  }
}

std::vector<AddedPage> summary(const page::DocumentModel& model) {
  std::vector<AddedPage> pages;
  for (const page::PageModel& page : model.pages) {
    pages.push_back({static_cast<int>(pages.size()) + 1, page.words.size(), page.carriers.size(),
                     page.unmarked_reason, page.notes});
  }
  return pages;
}

}  // namespace

ReadOriginal read_original(const std::filesystem::path& file, const AddOptions& options,
                           const Confinement& confinement) {
  ReadOriginal original{.pdf = base::read_file(file, kMostPdfBytes)};
  try {
    if (original.pdf.empty()) throw Error(ErrorCode::kMalformed, "is empty");
    const page::ReadOptions read_options{.strength_pt = options.strength_pt,
                                         .password = options.password,
                                         .break_signatures = options.break_signatures};
    read_options.check();
    auto opened = read_document(confinement, original.pdf, read_options);
    if (opened.model.pages.empty()) throw Error(ErrorCode::kMalformed, "has no pages");
    original.model = std::move(opened.model);
    original.copy_template = std::move(opened.copy_template.bytes);
    return original;
  } catch (const Error& error) {
    throw error.in_file(file.string());
  }
}

AddReport add_document(vault::Store& store, const std::filesystem::path& file, const AddOptions& options,
                       const Confinement& confinement, base::Entropy& entropy, base::Clock& clock,
                       const Supervision& supervision) try {
  const base::Digest digest = base::sha256(base::read_file(file, kMostPdfBytes));
  if (const auto known = store.find_document(digest); known && !options.again)
    return {.document = *known, .was_there = true};
  supervision.progress({"reading the document", 0, 0});
  const ReadOriginal original = read_original(file, options, confinement);
  const std::vector<PreparedPage> pages = prepare_pages(original, options, confinement, supervision);
  expect_going_on(supervision);

  vault::Document document;
  document.id = new_document_id(store, entropy);
  document.title = title_of(options.title.empty() ? file.filename().string() : options.title);
  document.file_sha256 = base::sha256(original.pdf);  // of what was read, should the file change meanwhile
  document.pages = static_cast<std::uint32_t>(pages.size());
  document.carriers = original.model.carrier_count();
  document.strength_pt = options.strength_pt;
  document.added_at = clock.unix_seconds();
  document.codebook_key = base::new_key(entropy);
  document.notes = original.model.notes;
  supervision.progress({"writing to the vault", 0, 0});
  const auto transaction = store.begin();
  document.row = store.add_document(document, original.copy_template);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    store.add_page(document.row,
                   {static_cast<std::uint32_t>(i + 1), pages[i].model, pages[i].raster, pages[i].features});
  }
  transaction->commit();
  return {.document = document, .pages = summary(original.model)};
} catch (const Error& error) {
  throw(error.code() == ErrorCode::kInterrupted ? stopped() : error).in_file(file.string());
}

}  // namespace barium::app
