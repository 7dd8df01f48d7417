#include "app/flow/read_page.h"

#include "mark/reading.h"
#include "verify/black_outs.h"
#include "verify/laid_page.h"

namespace barium::app {

vault::PageInfo info_of(const PageInView& view, Library& library) {
  return library.info(view.placement.page);
}

namespace {

// Altered words are no marks: they are left out of the reading.
align::Alignment without(const align::Alignment& aligned, std::span<const verify::WordFinding> findings) {
  align::Alignment out = aligned;
  for (std::size_t i = 0; i < findings.size(); ++i)
    if (findings[i].state == verify::WordState::kAltered) out.words[i].placed = false;
  return out;
}

// Its marks alone.
ReadPage read_marks(const PageInView& view, const align::Alignment& aligned, Library& library) {
  const auto page = library.page(view.placement.page);
  const mark::Reading reading = mark::read_marks(page->model, aligned.words);
  ReadPage read{.view = &view};
  read.carriers_on_page = static_cast<int>(page->model.carriers.size());
  read.carriers_read = static_cast<int>(reading.bits.size());
  read.evidence = evidence_of(reading, page->model, info_of(view, library), library);
  return read;
}

}  // namespace

ReadPage read_page(image::GrayView picture, const PageInView& view, double scale, Library& library) {
  const auto page = library.page(view.placement.page);
  std::vector<verify::WordFinding> findings = verify::verify_words(picture, *page, view.aligned);
  const verify::LaidPage laid = verify::lay_page(picture, *page, view.aligned);
  verify::note_hidden_words(verify::look_for_hidden_words(laid, *page, view.aligned), page->model, findings);
  ReadPage read = read_marks(view, without(view.aligned, findings), library);
  read.graphics = verify::look_at_graphics(laid, *page, view.aligned);
  const verify::BlankPaper blank =
      verify::look_at_blank_paper(laid, *page, view.aligned, findings, read.graphics);
  read.words = words_info(page->model, findings, blank.added, view.aligned.photo_from_page, scale);
  read.verdict = verify::judge_page(findings, blank, read.graphics);
  read.findings = std::move(findings);
  read.across = std::ranges::any_of(laid.across.pixels(), [](int v) { return v != 0; });
  read.added = blank.added;
  return read;
}

std::vector<ReadPage> read_pages(image::GrayView picture, const PageInView& view, double scale,
                                 Library& library) {
  const auto read = [&](const PageInView& one) {
    return view.elsewhere.empty() ? read_page(picture, one, scale, library)
                                  : read_marks(one, one.aligned, library);
  };
  std::vector<ReadPage> pages{read(view)};
  for (const auto* others : {&view.twins, &view.elsewhere})
    for (const PageInView& other : *others) pages.push_back(read(other));
  for (ReadPage& page : pages) page.evidence.alone = pages.size() == 1;
  return pages;
}

}  // namespace barium::app
