#include "app/flow/capacity.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.h"

namespace barium::app {
namespace {

vault::Document document(std::uint64_t carriers) {
  vault::Document document;
  document.title = "record";
  document.carriers = carriers;
  return document;
}

TEST(Capacity, IsAlphaTimesTheCodewordsPerplexity) {
  const code::Codebook codebook(base::Key{}, 200);
  double log_perplexity = 0;  // spelled out over the two symbols of every carrier
  for (const double p : codebook.biases())
    for (const double q : {p, 1 - p}) log_perplexity += q * std::log(1 / q);
  EXPECT_NEAR(std::log(largest_circulation(codebook, 1e-6)), std::log(1e-6) + log_perplexity, 1e-9);
}

TEST(Capacity, OfABookIsANumber) {
  EXPECT_EQ(largest_circulation(code::Codebook(base::Key{}, 5000)), kMostCopies);
}

TEST(Capacity, ADensePageTellsAMillionApartAndAFewWordsTellNobody) {
  EXPECT_NO_THROW(expect_capacity(document(300), 1'000'000));
  EXPECT_THROW(expect_capacity(document(10), 2), base::Error);
}

TEST(Capacity, TheRefusalSaysThatNothingWasMade) {
  for (const std::uint64_t carriers : {0, 10}) {
    try {
      expect_capacity(document(carriers), 1000);
      FAIL();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ErrorCode::kUnsupported);
      EXPECT_THAT(error.what(), testing::HasSubstr("no copies were made"));
    }
  }
}

}  // namespace
}  // namespace barium::app
