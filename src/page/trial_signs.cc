#include "page/trial_signs.h"

#include <algorithm>
#include <map>

#include "base/rng.h"

namespace barium::page {

namespace {

// Of four words, three go the way of the word above and one by chance: a column of five lines moves as a
// whole in every fourth such copy, and in every sixteenth of the others.
constexpr std::uint64_t kOneInSoManyByChance = 4;
// Most copies are as copies are: words that no plan foresees change the text together, too (arabluatex).
constexpr std::uint64_t kOneInSoManyByColumns = 4;

using Line = std::vector<std::size_t>;  // carriers of the document, from the line's beginning

std::vector<Line> lines_of(const DocumentModel& model) {
  std::vector<Line> lines;
  std::size_t number = 0;
  for (const PageModel& page : model.pages) {
    std::map<std::int32_t, std::vector<std::pair<double, std::size_t>>> by_line;
    for (const Carrier& carrier : page.carriers) {
      const Word& word = page.words[carrier.word];
      by_line[word.line].emplace_back(dot(word.origin, word.along), number++);
    }
    for (auto& [line, placed] : by_line) {
      std::ranges::sort(placed);
      Line& carriers = lines.emplace_back();
      for (const auto& [along, carrier] : placed) carriers.push_back(carrier);
    }
  }
  return lines;
}

}  // namespace

std::vector<std::int8_t> planned_signs(const DocumentModel& model, int trial) {
  base::require(trial >= 0 && trial < kPlannedTrials, "there is such a trial");
  const bool in_turns = trial >= 2;
  std::vector<std::int8_t> signs(model.carrier_count());
  for (const Line& line : lines_of(model)) {
    std::int8_t sign = trial % 2 == 0 ? 1 : -1;
    for (const std::size_t carrier : line) {
      signs[carrier] = sign;
      if (in_turns) sign = static_cast<std::int8_t>(-sign);
    }
  }
  return signs;
}

std::vector<std::int8_t> chance_signs(const DocumentModel& model, std::uint64_t trial) {
  base::Rng rng(trial, "text_check");
  const bool by_columns = trial % kOneInSoManyByColumns == 1;
  std::vector<std::int8_t> signs(model.carrier_count());
  Line above;
  for (Line& line : lines_of(model)) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::int8_t by_chance = rng.below(2) == 0 ? 1 : -1;
      const bool as_above = by_columns && i < above.size() && rng.below(kOneInSoManyByChance) != 0;
      signs[line[i]] = as_above ? signs[above[i]] : by_chance;
    }
    above = std::move(line);
  }
  return signs;
}

}  // namespace barium::page
