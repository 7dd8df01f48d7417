#include "verify/verify.h"

#include <algorithm>
#include <cmath>

namespace barium::verify {
namespace {

// In units of the misfit around. Bench: verify_real, 177 real photographs, from the lines that --evidence
// writes.
constexpr double kVouchedMisfit = 3.5, kVisibleChange = 5;
// With another glyph drawn there the cell fits: it is that other glyph. Paper that bends within a word looks
// odd, too, but no other glyph explains it.
constexpr double kOddMisfit = 5, kExplained = 0.4;
// Of the words that were decided on, 5 of 10,800 were called altered and are not; at 95 % confidence at most
// this.
constexpr double kFalseAlarm = 1e-3;

bool is_other_glyph(const CellEvidence& cell) { return cell.misfit > kOddMisfit && cell.rest < kExplained; }

// Blank paper where the word was, words around it, and next to none of the page's that is not in its place.
// Bench: verify_real, 0 of 18,600 honest words; without the last, 14, on paper that carries words elsewhere.
constexpr double kBlank = 0.2, kWordsAround = 1.5, kAllPlaced = 0.95;

bool is_missing(const WordEvidence& evidence) {
  return !evidence.placed && evidence.inked < kBlank && evidence.support > kWordsAround &&
         evidence.page_placed > kAllPlaced;
}

base::Box box_of(const page::Word& word, const CellEvidence& cell) {
  const base::Vec2 a = word.origin + cell.t0 * word.along, b = word.origin + cell.t1 * word.along;
  if (std::abs(word.along.x) > std::abs(word.along.y))
    return {std::min(a.x, b.x), word.box.y0, std::max(a.x, b.x), word.box.y1};
  return {word.box.x0, std::min(a.y, b.y), word.box.x1, std::max(a.y, b.y)};
}

}  // namespace

WordFinding judge(const page::Word& word, const WordEvidence& evidence) {
  using Seen = WordEvidence::Seen;
  const auto unreadable = [](Reason reason) { return WordFinding{.reason = reason}; };
  if (evidence.seen == Seen::kFaint) return unreadable(Reason::kFaint);
  if (evidence.seen == Seen::kOutOfView) return unreadable(Reason::kOutOfView);
  if (evidence.seen == Seen::kNotThere) return unreadable(Reason::kDoubtful);
  if (is_missing(evidence))
    return {.state = WordState::kAltered, .p_value = kFalseAlarm, .where = word.box, .missing = true};
  if (evidence.cells.empty() || evidence.cells.size() < evidence.glyphs)
    return unreadable(Reason::kTooCoarse);
  double misfit = 0, least_change = 1e18;
  WordFinding altered{.state = WordState::kAltered, .p_value = kFalseAlarm};
  for (const CellEvidence& cell : evidence.cells) {
    misfit = std::max(misfit, cell.misfit);
    least_change = std::min(least_change, cell.least_change);
    if (!is_other_glyph(cell)) continue;
    const base::Box box = box_of(word, cell);
    altered.where = altered.changes.empty() ? box : base::united(altered.where, box);
    altered.changes.push_back({cell.glyph, cell.other});
  }
  if (least_change < kVisibleChange) return unreadable(Reason::kTooCoarse);
  if (!altered.changes.empty()) return altered;
  if (misfit > kVouchedMisfit) return unreadable(Reason::kDoubtful);
  return {.state = WordState::kVouched};
}

std::vector<WordFinding> verify_words(image::GrayView photo, const page::RegisteredPage& page,
                                      const align::Alignment& alignment) {
  const std::vector<WordEvidence> evidence = word_evidence(photo, page, alignment);
  std::vector<WordFinding> findings;
  for (std::size_t i = 0; i < page.model.words.size(); ++i)
    findings.push_back(evidence.empty() ? WordFinding{.reason = Reason::kOutOfView}
                                        : judge(page.model.words[i], evidence[i]));
  return findings;
}

}  // namespace barium::verify
