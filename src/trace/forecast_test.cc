#include "trace/forecast.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/rng.h"
#include "trace/trace.h"

namespace barium::trace {
namespace {

TEST(Forecast, AsksForMoreWhenTheTaskIsHarder) {
  const auto table = forecast(1000);
  ASSERT_EQ(table.size(), 8u);
  EXPECT_GT(table[0].worst, 45);
  EXPECT_LT(table[0].worst, 110);
  for (std::size_t i = 0; i + 1 < table.size(); i += 2) {
    EXPECT_GT(table[i].worst, table[i + 1].worst);  // power 0.99 against 0.5
    EXPECT_GE(table[i].worst, table[i].interleaving);
    if (i >= 2) {
      EXPECT_GT(table[i].worst, 1.5 * table[i - 2].worst);
    }
  }
  EXPECT_GT(carriers_needed(interleaving(1), 1'000'000, 0.99), table[0].worst);
  EXPECT_GT(carriers_needed(interleaving(1), 1000, 0.99, {.channel = {.sigma_pt = 0.16}}), table[0].worst);
  EXPECT_GT(carriers_needed(interleaving(1), 1000, 0.99, {.channel = {.shift_pt = 0.1}}), table[0].worst);
  EXPECT_GT(carriers_needed(interleaving(1), 1000, 0.99, {.alpha = 1e-12}), table[0].worst);
}

// The forecast against the whole of trace(): copies that leak as many carriers as it asks for.
TEST(Forecast, IsKeptByTrace) {
  const Channel channel{.sigma_pt = 0.16};
  for (const auto& [power, low, high] : {std::tuple{0.5, 0.25, 0.75}, std::tuple{0.99, 0.94, 1.0}}) {
    const auto carriers =
        static_cast<std::uint32_t>(carriers_needed(interleaving(1), 1000, power, {.channel = channel}));
    int named = 0;
    const int trials = 150;
    base::Rng rng(4, "forecast test");
    for (int trial = 0; trial < trials; ++trial) {
      base::Key key{};
      key[0] = static_cast<std::uint8_t>(trial);
      const code::Codebook book(key, carriers);
      const auto word = book.codeword(0);
      std::vector<Evidence> evidence;
      for (std::uint32_t i = 0; i < carriers; ++i) {
        const bool outlier = rng.uniform() < channel.outlier_rate;
        const double at = outlier ? rng.uniform(-channel.outlier_range_pt, channel.outlier_range_pt)
                                  : word[i] * channel.shift_pt + channel.sigma_pt * rng.normal();
        const auto density = [&](double mean) {
          const double z = (at - mean) / channel.sigma_pt;
          return 0.98 * std::exp(-0.5 * z * z) / (channel.sigma_pt * 2.5066) + 0.02 / 3;
        };
        evidence.push_back({i, std::log(density(channel.shift_pt) / density(-channel.shift_pt))});
      }
      // Of a thousand copies, only the leaker is scored: alpha is scaled instead.
      named += trace(evidence, book, 1, {.alpha = 1e-9}).accused.size() == 1;
    }
    EXPECT_GE(named, low * trials) << carriers;
    EXPECT_LE(named, high * trials) << carriers;
  }
}

}  // namespace
}  // namespace barium::trace
