#include "app/flow/examine.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <utility>

#include "app/confine/probe.h"
#include "app/flow/library.h"
#include "app/flow/page_pictures.h"
#include "app/flow/photo_source.h"
#include "app/flow/read_now.h"
#include "app/flow/read_page.h"
#include "app/flow/registered.h"
#include "app/flow/verdict_notes.h"
#include "app/flow/words_info.h"
#include "base/parallel.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;

// A picture's examination, and what it says of copies where these are named later, from all pictures.
struct Examined {
  Examination result;
  std::map<vault::DocumentRow, DocumentEvidence> evidence;
};

std::string page_name(const PageInView& view, Library& library) {
  const vault::PageInfo info = info_of(view, library);
  const vault::Document& document = library.circulation(info.document).document;
  return fmt::format("page {} of '{}' ({})", info.number, document.title, document.id);
}

PlacementInfo placement_info(const PageInView& view, double scale, Library& library) {
  const vault::PageInfo info = info_of(view, library);
  const vault::Document& document = library.circulation(info.document).document;
  const double s = 1 / scale;
  const image::Homography full{{s, 0, 0, 0, s, 0, 0, 0, 1}};
  return {document.id, document.title, static_cast<int>(info.number), view.placement.score,
          (full * view.placement.photo_from_page).normalized().m};
}

// Each once.
std::string names_of(std::span<const ReadPage> pages, Library& library) {
  std::vector<std::string> names;
  for (const ReadPage& page : pages)
    if (std::string name = page_name(*page.view, library); std::ranges::find(names, name) == names.end())
      names.push_back(std::move(name));
  return fmt::format("{}", fmt::join(names, ", "));
}

// pages: the one that is reported first.
base::Note same_look(std::span<const ReadPage> pages, Library& library) {
  return {"find.same_look", "Other pages look the same, and the copies of all of them are tested: " +
                                names_of(pages.subspan(1), library) + "."};
}

base::Note several_places(std::span<const ReadPage> pages, Library& library) {
  return {"find.several_places",
          "What the picture shows stands at several places, and nothing in it tells "
          "which it shows: " +
              names_of(pages, library) + "."};
}

base::Note told_by_marks(std::span<const ReadPage> pages, Library& library) {
  return {"find.told_by_marks",
          "What the picture shows stands at several places. That it is this one is told by its marks alone, "
          "which are those of a copy. The others were: " +
              names_of(pages.subspan(1), library) + "."};
}

// Pages of one document are no versions of each other, nor are pages whose words are the same.
std::vector<OtherVersion> other_versions(const ReadPage& shown, Library& library) {
  std::vector<OtherVersion> versions;
  for (const find::Placement& other : shown.view->placement.versions) {
    if (library.info(other.page).document == info_of(*shown.view, library).document) continue;
    OtherVersion version = compare_versions(library.page(shown.view->placement.page)->model, shown.findings,
                                            library.page(other.page)->model);
    if (version.only_shown == 0 && version.only_here == 0) continue;
    const vault::PageInfo info = library.info(other.page);
    const vault::Document& document = library.circulation(info.document).document;
    version.document = document.id, version.title = document.title;
    version.page = static_cast<int>(info.number);
    versions.push_back(version);
  }
  return versions;
}

// Pages of which the sheet in the picture was put together.
void tell_spliced(const std::vector<PageInView>& views, const std::vector<Examination*>& results) {
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (!views[i].placement.spliced || !results[i]->placement) continue;
    std::string others;
    for (std::size_t k = 0; k < views.size(); ++k)
      if (const auto& other = results[k]->placement; k != i && views[k].placement.spliced && other)
        others += fmt::format("{}page {} of '{}' ({})", others.empty() ? "" : ", ", other->page, other->title,
                              other->document);
    results[i]->verdict = Verdict::kAltered;
    results[i]->spliced = true;
    results[i]->notes.push_back({"verify.spliced",
                                 "The sheet is no page of its own: it was put together of this "
                                 "page and others: " +
                                     others + "."});
  }
}

base::Vec2 middle_of(const page::RegisteredPage& page) {
  return {page.model.width_pt / 2, page.model.height_pt / 2};
}

double copies_out(const ReadPage& page, Library& library) {
  return static_cast<double>(library.circulation(info_of(*page.view, library).document).copies);
}

// Of each page, unless `together` takes the evidence for later. Every copy that is tested has the same share
// of alpha.
void name_copies_of(std::vector<ReadPage>& pages, bool somewhere, Examination& result, Library& library,
                    std::map<vault::DocumentRow, DocumentEvidence>* together) {
  double copies = 0;
  for (const ReadPage& page : pages) copies += copies_out(page, library);
  for (ReadPage& page : pages) {
    const vault::DocumentRow document = info_of(*page.view, library).document;
    if (together != nullptr) {
      // What was read at the wrong place would speak against whoever it was.
      if (!somewhere) (*together)[document].add(page.evidence);
    } else {
      const double share = copies > 0 ? copies_out(page, library) / copies : 1;
      page.named = name_copies(page.evidence, document, result.alpha * share, library);
      result.tested_copies += page.named.tested_copies;
    }
  }
}

bool is_damaged(const SourcePicture& picture) {
  return std::ranges::any_of(picture.notes, [](const base::Note& note) {
    return note.code == "photo.cut_short" || note.code == "photo.damaged";
  });
}

// What a decoder puts in the place of what it cannot read looks like a change: it is doubtful.
void judge_damaged(Examination& result) {
  if (result.verdict != Verdict::kAltered) return;
  result.verdict = Verdict::kUndetermined;
  for (const AlteredWord& word : std::exchange(result.words.altered, {})) {
    if (word.kind == "added") continue;
    result.words.doubtful.push_back({word.expected, "different", word.page_box, word.photo_quad});
    ++result.words.unreadable;
  }
  result.graphics.unreadable += static_cast<int>(std::exchange(result.graphics.altered, {}).size());
  result.notes.push_back(
      {"verify.damaged",
       "The file is damaged. Something in it looks changed, which may be the damage, so that "
       "nothing of the page is called altered. Examine an undamaged file of this picture."});
}

void tell_view(const ReadPage& page, const page::RegisteredPage& original, Examination& result) {
  if (page.across)
    result.notes.push_back(
        {"verify.across",
         "Something dark lies across the sheet from side to side, as the caption of a video "
         "does. What is under it is not judged."});
  if (page.view->placement.photo_from_page.area_scale(middle_of(original)) < 0)
    result.notes.push_back({"find.mirrored", "The picture is a mirror image; it was turned over."});
}

// What the page that is shown says.
void tell_page(const ReadPage& page, const SourcePicture& picture, const ExamineOptions& options,
               const Confinement& confinement, Library& library, Examination& result) {
  const image::Warp& photo_from_page = page.view->aligned.photo_from_page;
  const auto original = library.page(page.view->placement.page);
  result.placement = placement_info(*page.view, picture.scale, library);
  result.words = page.words;
  result.versions = other_versions(page, library);
  result.graphics = graphics_info(page.graphics, photo_from_page, picture.scale);
  if (options.pictures)
    result.pictures = page_pictures(picture.pixels, *original, page.view->aligned, page.findings, page.added,
                                    page.graphics);
  result.verdict = page.verdict.verdict;
  if (is_damaged(picture)) judge_damaged(result);
  read_now(result.words, result.notes, picture.pixels, photo_from_page, confinement);
  tell_view(page, *original, result);
  result.carriers_on_page = page.carriers_on_page;
  result.carriers_read = page.carriers_read;
  for (const base::Notes* notes : {&page.view->aligned.notes, &page.named.notes})
    result.notes.insert(result.notes.end(), notes->begin(), notes->end());
  if (page.verdict.verdict != Verdict::kAltered && !page.view->placement.spliced)
    result.notes.push_back(note_of(page.verdict, page.words));
}

void examine_page(Examination& result, const SourcePicture& picture, const PageInView& view,
                  const ExamineOptions& options, const Confinement& confinement, Library& library,
                  std::map<vault::DocumentRow, DocumentEvidence>* together) {
  std::vector<ReadPage> pages = read_pages(picture.pixels, view, picture.scale, library);
  const bool somewhere = !view.elsewhere.empty();
  name_copies_of(pages, somewhere, result, library, together);
  // The page that names somebody, or that of which most copies went out, before others that look the same.
  std::ranges::stable_sort(pages, std::ranges::greater(), [](const ReadPage& page) {
    return std::pair(page.named.accused.size(), page.named.tested_copies);
  });
  ReadPage& best = pages.front();
  if (somewhere && best.named.accused.empty()) {
    result.notes.push_back(several_places(pages, library));
    return;
  }
  if (somewhere) {
    NamedCopies named = std::move(best.named);
    best = read_page(picture.pixels, *best.view, picture.scale, library);
    best.named = std::move(named);
  }
  if (pages.size() > 1)
    result.notes.push_back(somewhere ? told_by_marks(pages, library) : same_look(pages, library));
  tell_page(best, picture, options, confinement, library, result);
  for (const ReadPage& page : pages)
    result.accused.insert(result.accused.end(), page.named.accused.begin(), page.named.accused.end());
}

// The bound is shared out evenly among the pages in view: which there are does not depend on what innocents
// have.
void examine_picture(Examined& examined, const SourcePicture& picture, const ExamineOptions& options,
                     const Confinement& confinement, Library& library) {
  Examination& result = examined.result;
  result.photo = picture.info;
  result.notes.insert(result.notes.end(), picture.notes.begin(), picture.notes.end());
  const PagesSeen seen =
      see_pages(picture.pixels, library.index(),
                [&](find::PageId page) -> page::RegisteredPage { return *library.page(page); });
  const std::vector<PageInView>& views = seen.pages;
  if (views.empty()) {
    // What is none of one document may be of another.
    const bool all = options.document.empty() && library.index().pages() > 0;
    if (all) result.verdict = verify::judge_unfound(seen.likeness, seen.words_seen);
    std::string asked = options.document.empty() ? "" : "'" + options.document + "'";
    if (options.page > 0) asked = "page " + std::to_string(options.page) + " of " + asked;
    result.notes.push_back(note_of_unfound(result.verdict, seen.words_seen, asked));
    return;
  }
  const bool together = options.leaks == ExamineOptions::Leaks::kTogether;
  result.alpha /= static_cast<double>(views.size());
  result.also.assign(views.size() - 1, {.photo = result.photo, .alpha = result.alpha});
  for (std::size_t i = 0; i < views.size(); ++i)
    examine_page(i == 0 ? result : result.also[i - 1], picture, views[i], options, confinement, library,
                 together ? &examined.evidence : nullptr);
  std::vector<Examination*> results{&result};
  for (Examination& other : result.also) results.push_back(&other);
  tell_spliced(views, results);
  for (auto& [document, evidence] : examined.evidence) evidence.pictures = 1;
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
std::vector<Examined> examine_file(const std::filesystem::path& file, const ExamineOptions& options,
                                   const Confinement& confinement, Library& library,
                                   const Supervision& supervision) {
  std::vector<Examined> results;
  bool looking = false;
  const auto fresh = [&](const PhotoInfo& info) -> Examined& {
    results.push_back({.result = {.photo = info, .alpha = options.alpha}});
    return results.back();
  };
  try {
    each_picture(file, options, confinement, [&](const SourcePicture& picture) {
      if (supervision.stop()) return;
      looking = true;
      examine_picture(fresh(picture.info), picture, options, confinement, library);
      looking = false;
    });
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kStorage) throw;
    if (error.code() == ErrorCode::kInterrupted) return results;  // examine() says that it was stopped
    const bool no_answer = error.code() == ErrorCode::kConfinement;
    if (no_answer && walls_are_missing(confinement)) throw;
    // An error midway belongs to the picture that was being looked at, else to the file.
    Examined& examined = looking ? results.back() : fresh({.file = file.string()});
    examined.result.error = no_answer ? ended_its_reader(file) : error;
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

  void done(std::size_t index, std::vector<Examined> results) {
    const std::scoped_lock lock(mutex_);
    waiting_[index] = std::move(results);
    for (; next_ < waiting_.size() && waiting_[next_]; ++next_) {
      for (Examined& examined : *waiting_[next_]) pass(examined);
      waiting_[next_]->clear();
    }
    supervision_.progress({"examining files", next_, waiting_.size()});
  }
  const ExamineSummary& summary() const { return summary_; }
  const std::map<vault::DocumentRow, DocumentEvidence>& evidence() const { return evidence_; }

 private:
  void pass(Examined& examined) {
    Examination& result = examined.result;
    ++summary_.photos;
    summary_.placed += result.placement.has_value();
    summary_.named += !result.accused.empty() || std::ranges::any_of(result.also, [](const Examination& it) {
      return !it.accused.empty();
    });
    summary_.failed += result.error.has_value();
    if (!examined.evidence.empty() && !result.error) keep(examined);
    report_(result);
  }

  // The same picture twice says nothing twice.
  void keep(Examined& examined) {
    const PhotoInfo& photo = examined.result.photo;
    if (seen_.emplace(photo.sha256, photo.page).second) {
      for (const auto& [document, evidence] : examined.evidence) evidence_[document].add(evidence);
    } else {
      examined.result.notes.push_back(
          {"examine.same_picture", "The same picture was given before: it counts once."});
    }
  }

  std::mutex mutex_;
  std::vector<std::optional<std::vector<Examined>>> waiting_;
  std::size_t next_ = 0;
  ExamineSummary summary_;
  std::map<vault::DocumentRow, DocumentEvidence> evidence_;
  std::set<std::pair<std::string, int>> seen_;
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
  ExamineSummary summary = turnstile.summary();
  summary.together = find_leak(turnstile.evidence(), options.alpha, library);
  return summary;
}

}  // namespace barium::app
