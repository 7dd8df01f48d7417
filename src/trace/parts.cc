#include "trace/parts.h"

#include <algorithm>
#include <cmath>

namespace barium::trace {

namespace {

void merge(std::vector<PartAccusation>& accused, const TraceResult& result, double share,
           std::optional<std::size_t> part) {
  for (Accusation accusation : result.accused) {
    accusation.log_p_value -= std::log(share);
    accusation.log_p_saddlepoint -= std::log(share);
    const auto known = std::ranges::find(accused, accusation.copy,
                                         [](const PartAccusation& one) { return one.accusation.copy; });
    if (known == accused.end())
      accused.push_back({accusation, part});
    else if (accusation.log_p_value < known->accusation.log_p_value)
      *known = {accusation, part};
  }
}

}  // namespace

PartsResult trace_parts(std::span<const Evidence> whole, std::span<const std::vector<Evidence>> parts,
                        const code::Codebook& codebook, std::uint64_t copies, const TraceOptions& options) {
  options.check();
  PartsResult result;
  const auto test = [&](std::span<const Evidence> evidence, double share, std::optional<std::size_t> part) {
    TraceOptions own = options;
    own.alpha *= share;
    TraceResult traced = trace(evidence, codebook, copies, own);
    merge(result.accused, traced, share, part);
    return traced;
  };
  TraceResult of_whole = test(whole, parts.empty() ? 1 : 1 - kPartsShare, std::nullopt);
  result.tested_copies = of_whole.tested_copies;
  const double share = kPartsShare / static_cast<double>(std::max<std::size_t>(1, parts.size()));
  for (std::size_t i = 0; i < parts.size(); ++i) test(parts[i], share, i);
  if (result.accused.empty()) result.notes = std::move(of_whole.notes);
  std::ranges::sort(result.accused, {}, [](const PartAccusation& one) {
    return std::pair(one.accusation.log_p_value, one.accusation.copy);
  });
  return result;
}

}  // namespace barium::trace
