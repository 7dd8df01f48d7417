#include "app/flow/examine.h"

#include <algorithm>
#include <mutex>

#include "align/align.h"
#include "app/confine/probe.h"
#include "app/flow/library.h"
#include "app/flow/photo_source.h"
#include "app/flow/registered.h"
#include "base/parallel.h"
#include "mark/reading.h"
#include "trace/trace.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;

void look_for_page(Examination& result, const SourcePicture& picture, Library& library,
                   std::optional<find::Placement>& placement) {
  placement = find::identify(picture.pixels, library.index(),
                             [&](find::PageId page) -> page::RegisteredPage { return *library.page(page); });
  if (!placement) return;
  const vault::PageInfo info = library.info(placement->page);
  const vault::Document& document = library.circulation(info.document).document;
  const double s = 1 / picture.scale;
  const image::Homography full{{s, 0, 0, 0, s, 0, 0, 0, 1}};
  result.placement = PlacementInfo{document.id, document.title, static_cast<int>(info.number),
                                   placement->score, (full * placement->photo_from_page).normalized().m};
}

void name_copies(Examination& result, const mark::Reading& reading, vault::PageInfo page, Library& library) {
  const Circulation& circulation = library.circulation(page.document);
  if (circulation.copies == 0) {
    result.notes.push_back({"trace.no_copies", "No copy of this document has been issued from this vault."});
    return;
  }
  std::vector<trace::Evidence> evidence;
  const std::size_t first = circulation.first_carrier.at(page.number - 1);
  for (const mark::SoftBit& bit : reading.bits)
    evidence.push_back({static_cast<std::uint32_t>(first + bit.carrier), bit.llr});
  const code::Codebook codebook(circulation.document.codebook_key, circulation.document.carriers);
  const trace::TraceResult traced =
      trace::trace(evidence, codebook, circulation.copies,
                   {.alpha = result.alpha, .not_issued = circulation.left_out, .threads = 1});
  result.tested_copies = traced.tested_copies;
  result.notes.insert(result.notes.end(), traced.notes.begin(), traced.notes.end());
  for (const trace::Accusation& accusation : traced.accused) {
    const auto copy = library.copy(page.document, accusation.copy);
    if (copy) result.accused.push_back({copy->id, accusation.log_p_value, trace::name_of(accusation.bound)});
  }
}

// A screen in dark mode shows light words on a dark page; words are matched dark on light.
image::GrayImage negative(image::GrayImage picture) {
  for (std::uint8_t& tone : picture.pixels()) tone = static_cast<std::uint8_t>(255 - tone);
  return picture;
}

void examine_picture(Examination& result, const SourcePicture& picture, Library& library) {
  result.photo = picture.info;
  result.notes.insert(result.notes.end(), picture.notes.begin(), picture.notes.end());
  std::optional<find::Placement> placement;
  look_for_page(result, picture, library, placement);
  if (!placement) {
    result.notes.push_back({"find.no_page", "No page of this vault was recognised in the picture."});
    return;
  }
  const auto page = library.page(placement->page);
  align::Alignment aligned = align::align_page(picture.pixels, *page, placement->photo_from_page);
  mark::Reading reading = mark::read_marks(page->model, aligned.words);
  if (4 * reading.bits.size() < page->model.carriers.size()) {
    align::Alignment light = align::align_page(negative(picture.pixels), *page, placement->photo_from_page);
    mark::Reading more = mark::read_marks(page->model, light.words);
    if (more.bits.size() > reading.bits.size()) {
      aligned = std::move(light);
      reading = std::move(more);
    }
  }
  result.words_on_page = static_cast<int>(page->model.words.size());
  result.carriers_on_page = static_cast<int>(page->model.carriers.size());
  result.carriers_read = static_cast<int>(reading.bits.size());
  result.notes.insert(result.notes.end(), aligned.notes.begin(), aligned.notes.end());
  result.notes.push_back({"verify.absent", "The words were not compared: this barium does not verify yet."});
  name_copies(result, reading, library.info(placement->page), library);
}

// Whether it was the machine: a worker that a file has taken over can die as one that was never started.
bool walls_are_missing(const Confinement& confinement) {
  try {
    probe_walls(confinement);
    return false;
  } catch (const Error& error) {
    return error.code() == ErrorCode::kConfinement;
  }
}

Error ended_its_reader(const std::filesystem::path& file) {
  return Error(ErrorCode::kMalformed, "makes its reader end without an answer", {.file = file.string()},
               "The file is damaged, or made to attack; it was contained");
}

// The results of one file, in order. Never throws for what the file holds.
std::vector<Examination> examine_file(const std::filesystem::path& file, const ExamineOptions& options,
                                      const Confinement& confinement, Library& library,
                                      const Supervision& supervision) {
  std::vector<Examination> results;
  bool looking = false;
  const auto fresh = [&](const PhotoInfo& info) -> Examination& {
    results.push_back({.photo = info, .alpha = options.alpha});
    return results.back();
  };
  try {
    each_picture(file, options, confinement, [&](const SourcePicture& picture) {
      if (supervision.stop()) return;
      looking = true;
      examine_picture(fresh(picture.info), picture, library);
      looking = false;
    });
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kStorage) throw;
    const bool no_answer = error.code() == ErrorCode::kConfinement;
    if (no_answer && walls_are_missing(confinement)) throw;
    // An error midway belongs to the picture that was being looked at, else to the file.
    Examination& result = looking ? results.back() : fresh({.file = file.string()});
    result.error = no_answer ? ended_its_reader(file) : error;
  }
  return results;
}

Library::Narrowing narrowing(vault::Store& store, const ExamineOptions& options) {
  Library::Narrowing narrowing{.page = options.page};
  if (options.document.empty()) return narrowing;
  const vault::Document document = find_document(store, options.document);
  narrowing.document = document.row;
  if (options.page > static_cast<int>(document.pages)) {
    throw Error(ErrorCode::kUsage, "'" + document.title + "' has " + std::to_string(document.pages) +
                                       " pages; there is no page " + std::to_string(options.page));
  }
  return narrowing;
}

// Hands results on in the order of the files, as soon as those before them are there.
class Turnstile {
 public:
  Turnstile(std::size_t files, const std::function<void(const Examination&)>& report,
            const Supervision& supervision)
      : waiting_(files), report_(report), supervision_(supervision) {}

  void done(std::size_t index, std::vector<Examination> results) {
    const std::scoped_lock lock(mutex_);
    waiting_[index] = std::move(results);
    for (; next_ < waiting_.size() && waiting_[next_]; ++next_) {
      for (const Examination& result : *waiting_[next_]) pass(result);
      waiting_[next_]->clear();
    }
    supervision_.progress({"examining files", next_, waiting_.size()});
  }
  const ExamineSummary& summary() const { return summary_; }

 private:
  void pass(const Examination& result) {
    ++summary_.photos;
    summary_.placed += result.placement.has_value();
    summary_.named += !result.accused.empty();
    summary_.failed += result.error.has_value();
    report_(result);
  }

  std::mutex mutex_;
  std::vector<std::optional<std::vector<Examination>>> waiting_;
  std::size_t next_ = 0;
  ExamineSummary summary_;
  const std::function<void(const Examination&)>& report_;
  const Supervision& supervision_;
};

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kGenuine:
      return "genuine";
    case Verdict::kAltered:
      return "altered";
    case Verdict::kNotOurs:
      return "not_ours";
    case Verdict::kUndetermined:
      return "undetermined";
  }
  return "undetermined";
}

ExamineSummary examine(vault::Store& store, const std::vector<std::filesystem::path>& inputs,
                       const ExamineOptions& options, const Confinement& confinement,
                       const std::function<void(const Examination&)>& report,
                       const Supervision& supervision) {
  supervision.progress({"reading the vault", 0, 0});
  Library library(store, narrowing(store, options));
  const std::vector<std::filesystem::path> files = files_of(inputs);
  Turnstile turnstile(files.size(), report, supervision);
  base::parallel_for(files.size(), options.threads, [&](std::size_t i) {
    if (supervision.stop()) throw Error(ErrorCode::kInterrupted, "stopped");
    turnstile.done(i, examine_file(files[i], options, confinement, library, supervision));
  });
  if (supervision.stop()) throw Error(ErrorCode::kInterrupted, "stopped");
  return turnstile.summary();
}

}  // namespace barium::app
