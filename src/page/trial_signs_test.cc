#include "page/trial_signs.h"

#include <gtest/gtest.h>

#include <set>

namespace barium::page {
namespace {

// A page of `lines` lines with so many carriers each, drawn column by column.
DocumentModel table(std::size_t lines, std::size_t columns) {
  DocumentModel model;
  PageModel& page = model.pages.emplace_back();
  for (std::size_t column = 0; column < columns; ++column)
    for (std::size_t line = 0; line < lines; ++line) {
      page.carriers.push_back({static_cast<std::uint32_t>(page.words.size()), 0.25});
      page.words.push_back({.origin = {50.0 * static_cast<double>(column), 12.0 * static_cast<double>(line)},
                            .along = {1, 0},
                            .line = static_cast<std::int32_t>(line)});
    }
  return model;
}

TEST(PlannedSigns, HoldEveryCombinationOfTwoNeighbours) {
  const DocumentModel model = table(5, 7);
  for (std::size_t column = 0; column + 1 < 7; ++column)
    for (std::size_t line = 0; line < 5; ++line) {
      std::set<std::pair<int, int>> seen;
      for (int trial = 0; trial < kPlannedTrials; ++trial) {
        const auto signs = planned_signs(model, trial);
        seen.emplace(signs[column * 5 + line], signs[(column + 1) * 5 + line]);
      }
      EXPECT_EQ(seen.size(), 4u) << "column " << column << ", line " << line;
    }
}

TEST(PlannedSigns, MoveColumnsAsWholes) {
  const DocumentModel model = table(40, 3);
  for (int trial = 0; trial < kPlannedTrials; ++trial) {
    const auto signs = planned_signs(model, trial);
    for (std::size_t i = 0; i < signs.size(); ++i) EXPECT_EQ(signs[i], signs[i / 40 * 40]) << trial;
  }
}

TEST(ChanceSigns, AreAsCopiesAreAndEveryFourthTimeFollowTheWordAbove) {
  const DocumentModel model = table(500, 2);
  const auto share_as_above = [&](std::uint64_t trial) {
    const auto signs = chance_signs(model, trial);
    int same = 0;
    for (std::size_t i = 1; i < 500; ++i) same += signs[i] == signs[i - 1];
    return same / 499.0;
  };
  for (const std::uint64_t trial : {4u, 6u, 7u}) EXPECT_NEAR(share_as_above(trial), 0.5, 0.1);
  EXPECT_NEAR(share_as_above(5), 0.875, 0.1);
}

TEST(ChanceSigns, DifferFromTrialToTrialAndAreTheSameAgain) {
  const DocumentModel model = table(9, 9);
  EXPECT_NE(chance_signs(model, 2), chance_signs(model, 4));
  EXPECT_EQ(chance_signs(model, 2), chance_signs(model, 2));
}

}  // namespace
}  // namespace barium::page
