#include <new>

#include "page/content.h"
#include "page/interpreter.h"
#include "page/words.h"

namespace barium::page {
namespace {

// What qpdf finds on its way through a broken file, as an error that names the page.
base::Error broken_page(int index, const std::exception& fault) {
  return base::Error(base::ErrorCode::kMalformed, std::string("The page cannot be read: ") + fault.what(),
                     base::Place{.file = {}, .page = index + 1});
}

InterpretedPage interpret(PdfFile& file, int index, StreamStore& streams, FontCache& fonts,
                          const HiddenLayers& layers) {
  try {
    return interpret_page(file, index, streams, fonts, layers);
  } catch (const base::Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;  // the page's size is at fault, and whoever set the limit says so
  } catch (const std::exception& fault) {
    throw broken_page(index, fault);
  }
}

}  // namespace

OpenedPages open_pages(PdfFile& file, const ReadOptions& options, CloneShared clone_shared) {
  StreamStore streams(file);
  FontCache fonts(file);
  const HiddenLayers layers(file.qpdf());
  OpenedPages out;
  for (int i = 0; i < static_cast<int>(file.pages().size()); ++i) {
    InterpretedPage page = interpret(file, i, streams, fonts, layers);
    PageModel model;
    model.width_pt = page.frame.width_pt;
    model.height_pt = page.frame.height_pt;
    model.notes = std::move(page.notes);
    if (!page.complete) {
      model.unmarked_reason = "the page draws more than the limits allow";
      page.content.glyphs.clear();
    }
    if (file.has_damaged_contents(i)) {
      model.unmarked_reason = "its content is damaged, and programs differ in how much of it they show";
      page.content.glyphs.clear();
    }
    out.model.pages.push_back(std::move(model));
    out.pages.push_back(std::move(page.content));
  }
  out.streams = streams.take();
  // Words come last: whether a form may be rewritten depends on how often all pages draw it.
  for (std::size_t i = 0; i < out.pages.size(); ++i) {
    build_words(out.pages[i], out.model.pages[i], out.streams,
                {.strength_pt = options.strength_pt, .clone_shared = clone_shared});
  }
  out.model.notes = file.notes();
  return out;
}

}  // namespace barium::page
