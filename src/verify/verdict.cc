#include "verify/verdict.h"

#include <algorithm>

namespace barium::verify {
namespace {

// Of words that the original does not show too faintly: full stops and dashes are too small to be vouched
// for.
constexpr double kVouchedOfPage = 0.9;
// Chosen, not fitted; what they let pass was counted afterwards: kGenuineThoughAltered.
constexpr double kHardlyOddOfPage = 0.02;
constexpr double kVouchedOfRules = 0.5;
constexpr double kJudgedOfBlank = 0.8;
// Bench: verify_foreign. Of 180 photographs of registered pages 1 is less like its page, of pictures of other
// pages 19 of 20 are.
constexpr double kLikeNone = 1.2;
// Where there are fewer, it shows too little of a page.
constexpr std::size_t kLeastWordsSeen = 50;

std::size_t count(std::span<const WordFinding> words, Reason reason) {
  return static_cast<std::size_t>(std::ranges::count(words, reason, &WordFinding::reason));
}

// More words, or by more, than chance makes odd on an honest page.
bool look_odd(std::span<const WordFinding> words) {
  const auto hardly = static_cast<std::size_t>(std::ranges::count(words, true, &WordFinding::hardly_odd));
  return count(words, Reason::kDoubtful) + count(words, Reason::kCovered) > hardly ||
         static_cast<double>(hardly) > kHardlyOddOfPage * static_cast<double>(words.size());
}

// Every picture, and of the rules most: one that hardly stands out, or lies at the page's edge, is not
// judged.
bool are_vouched(std::span<const GraphicFinding> graphics) {
  double rules = 0, vouched = 0;
  for (const GraphicFinding& one : graphics) {
    const bool is_vouched = one.state == GraphicFinding::State::kVouched;
    if (one.kind == Graphic::Kind::kPicture && !is_vouched) return false;
    if (one.kind == Graphic::Kind::kRule) rules += 1, vouched += is_vouched;
  }
  return vouched >= kVouchedOfRules * rules;
}

}  // namespace

PageVerdict judge_page(std::span<const WordFinding> words, const BlankPaper& blank,
                       std::span<const GraphicFinding> graphics) {
  const auto vouched =
      static_cast<double>(std::ranges::count(words, WordState::kVouched, &WordFinding::state));
  using State = GraphicFinding::State;
  if (std::ranges::count(words, WordState::kAltered, &WordFinding::state) > 0 || !blank.added.empty() ||
      std::ranges::count(graphics, State::kAltered, &GraphicFinding::state) > 0)
    return {Verdict::kAltered, {}};
  PageVerdict page;
  if (count(words, Reason::kOutOfView) > 0) page.lacks.push_back(Lack::kOutOfView);
  if (look_odd(words)) page.lacks.push_back(Lack::kDoubtful);
  const auto faint = static_cast<double>(count(words, Reason::kFaint));
  if (vouched == 0 || vouched < kVouchedOfPage * (static_cast<double>(words.size()) - faint))
    page.lacks.push_back(Lack::kTooCoarse);
  if (!are_vouched(graphics)) page.lacks.push_back(Lack::kGraphics);
  if (blank.judged_share < kJudgedOfBlank) page.lacks.push_back(Lack::kBlankPaper);
  if (!blank.lines.empty()) page.lacks.push_back(Lack::kLines);
  if (page.lacks.empty()) page.verdict = Verdict::kGenuine;
  return page;
}

Verdict judge_unfound(double likeness, std::size_t words_seen) {
  return likeness < kLikeNone && words_seen >= kLeastWordsSeen ? Verdict::kNotOurs : Verdict::kUndetermined;
}

}  // namespace barium::verify
