#include "verify/verify.h"

#include <algorithm>
#include <cmath>

namespace barium::verify {
namespace {

// Bench: verify_real, 177 real photographs, from the lines that --evidence writes.
// To be vouched for, a word must look right: in each glyph, in units of the misfit around; as a whole, beside
// the page's median; its ink as dark as 0.4 of its neighbours'; and nothing of another glyph in it.
// A word of one glyph has no other that would be odd beside it.
constexpr double kVouchedMisfit = 3, kVouchedUnlike = 5, kVouchedUnlikeAlone = 3, kLeastGain = 0.4,
                 kVouchedShare = 0.35;
// In a picture without noise the misfit around is next to nothing, and what is left of a glyph is that it was
// drawn a fraction of a pixel elsewhere: renderers snap glyphs to a quarter of one, 0.045 pt either way on
// the original's raster. That leaves up to so much of a glyph's ink (copies examined as PDFs), and nothing of
// another glyph. Bench: verify_real --variants 4, none of 6,696 altered words is let pass by it.
constexpr double kSnapped = 0.07, kSnappedShare = 0.12, kSnappedToldApart = 10;
// Or less of its ink, far from any other glyph. Bench: verify_real --variants 3, 157 honest words and one of
// 5,988 altered ones.
constexpr double kHardlyOff = 0.05, kHardlyOffShare = 0.25, kHardlyOffToldApart = 20;
// Or it is so odd, and no other glyph than its own: told from any at 6 standard deviations, it shows at most
// a fifth of none. Bench: verify_real --variants 3, of 18,601 honest words 250 pass by it, of 5,988 altered
// ones 2.
constexpr double kOddButItself = 6, kOddButItselfShare = 0.2, kOddButItselfToldApart = 6;
// Bench: verify_real --variants 4 --kind perspective, of 398 altered words on pages called genuine 3 are
// doubtful and no odder than this; of 6,003 honest ones 25 (commit d2474e2).
constexpr double kHardlyMisfit = 4.5, kHardlyShare = 0.2;
// And it would have looked wrong with any other glyph: what it shows is so many standard deviations from what
// the likeliest would, and that one would have added so much misfit. Their tails are not normal (results.md,
// Odds claimed and seen), so the bench counts: verify_real --variants 3, 7 of 5,988 altered words are vouched
// for, and 5 from 3.5 on; of changed digits of a synthetic page at a pixel a point 6 of 3,024.
constexpr double kToldApart = 3, kVisibleChange = 0.35;
// Altered, a glyph looks odd and another that is surely told from it stands there, and so the word looks
// right again. Paper that bends within a word looks odd, too, but no other glyphs explain it. What may be
// left is more where there was more: glyphs drawn from elsewhere on the page are not exactly those of this
// place. A word that align did not place has to be surer: of 298 honest ones one passed the limits of the
// others (verify_real --variants 1); its own are chosen, well above that one's 9.7 and 0.66.
constexpr double kOddMisfit = 5, kSurelyToldApart = 8, kOtherShare = 0.5;
constexpr double kLostToldApart = 12, kLostShare = 0.75;
// Where paper leaves a tenth of a glyph's ink and more, a word that the page's own letters of another style
// explain by chance passed the first (verify_real --variants 3: one of 18,601 honest ones; of 1,651 altered
// ones 5 are lost).
constexpr double kRough = 0.1, kSurelyToldApartOnRough = 10;
constexpr double kLeft = 3, kLeftOfMisfit = 0.15, kMostLeft = 12;
// Or so much of a glyph's ink: where next to nothing is left of honest ones, that is many times it (copies as
// other programs draw them).
constexpr double kLeftOfInk = 0.08;
// Bench: verify_real --variants 3, of 63,315 words that were decided on and are not altered 1 is called so,
// and of 61,400 of an earlier build 3; at 95 % confidence of those at most 1.3e-4.
constexpr double kFalseAlarm = 2e-4;

bool is_surely_other(const CellEvidence& cell, bool placed) {
  const double told_apart = !placed                 ? kLostToldApart
                            : cell.around >= kRough ? kSurelyToldApartOnRough
                                                    : kSurelyToldApart;
  return cell.misfit > kOddMisfit && cell.distance > told_apart &&
         cell.share > (placed ? kOtherShare : kLostShare);
}

// Odd as it is beside the cells around, it is the page's own glyph.
bool is_itself(const CellEvidence& cell) {
  if (cell.is_other) return false;
  const double left = cell.misfit * cell.around;
  return (cell.misfit <= kOddButItself && cell.share <= kOddButItselfShare &&
          cell.distance >= kOddButItselfToldApart) ||
         (left <= kSnapped && cell.share <= kSnappedShare && cell.distance >= kSnappedToldApart) ||
         (left <= kHardlyOff && cell.share <= kHardlyOffShare && cell.distance >= kHardlyOffToldApart);
}

// Blank paper where the word was, words around it, and next to none of the page's that is not in its place.
// Bench: verify_real, 0 of 18,600 honest words; without the last, 14, on paper that carries words elsewhere.
// As light as the paper around: what was blacked out is covered, and not gone.
constexpr double kBlank = 0.2, kWordsAround = 1.5, kAllPlaced = 0.95, kNoDarker = 0.3;

bool is_missing(const WordEvidence& evidence) {
  return !evidence.placed && evidence.inked < kBlank && evidence.support > kWordsAround &&
         evidence.page_placed > kAllPlaced && std::abs(evidence.darker) < kNoDarker;
}

// Evenly dark where it was.
bool is_covered(const WordEvidence& evidence) {
  return !evidence.placed && evidence.inked < kBlank && evidence.darker >= kNoDarker;
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
    return {
        .state = WordState::kAltered, .p_value = kFalseAlarm, .where = word.box, .what = Altered::kMissing};
  if (is_covered(evidence)) return unreadable(Reason::kCovered);
  if (evidence.cells.empty() || evidence.cells.size() < evidence.glyphs)
    return unreadable(Reason::kTooCoarse);
  double misfit = 0, odd = 0, left = 0, left_of_ink = 0, share = 0, least_change = 1e18, told_apart = 1e18;
  WordFinding altered{.state = WordState::kAltered, .p_value = kFalseAlarm};
  bool all_sure = true;
  for (const CellEvidence& cell : evidence.cells) {
    misfit = std::max(misfit, cell.misfit);
    if (!is_itself(cell)) odd = std::max(odd, cell.misfit);
    left = std::max(left, cell.left);
    left_of_ink = std::max(left_of_ink, cell.left * cell.around);
    share = std::max(share, cell.share);
    least_change = std::min(least_change, cell.least_change);
    told_apart = std::min(told_apart, (1 - cell.share) * cell.distance);
    if (!cell.is_other) continue;
    all_sure = all_sure && is_surely_other(cell, evidence.placed);
    const base::Box box = box_of(word, cell);
    altered.where = altered.changes.empty() ? box : base::united(altered.where, box);
    altered.changes.push_back({cell.glyph, cell.other});
  }
  const bool looks_right =
      left < std::min(kMostLeft, kLeft + kLeftOfMisfit * misfit) || left_of_ink < kLeftOfInk;
  if (!altered.changes.empty() && all_sure && looks_right) return altered;
  const bool can_be_told = told_apart >= kToldApart && least_change >= kVisibleChange;
  const bool is_unlike = evidence.unlike > (evidence.cells.size() > 1 ? kVouchedUnlike : kVouchedUnlikeAlone);
  if (odd > kVouchedMisfit || share > kVouchedShare || is_unlike || evidence.gain < kLeastGain) {
    WordFinding finding = unreadable(Reason::kDoubtful);
    finding.hardly_odd = odd <= kHardlyMisfit && share <= kHardlyShare && !is_unlike &&
                         evidence.gain >= kLeastGain && can_be_told;
    return finding;
  }
  if (!can_be_told) return unreadable(Reason::kTooCoarse);
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
