#include <algorithm>
#include <cmath>

#include "base/median.h"
#include "verify/graphic_look.h"

namespace barium::verify {
namespace {

constexpr double kBesidePt = 2.5;        // of a rule, that is looked at with it
constexpr std::size_t kLeastAlong = 10;  // samples of a rule's part
constexpr int kLeastSide = 6;            // samples
constexpr double kOddTone = 0.1, kOddShare = 0.125;

// A rule's part on the laid page, by places along it and across it.
class Strip {
 public:
  Strip(const GraphicLook& with, const base::Box& part, bool upright)
      : with_(with),
        upright_(upright),
        patch_(patch_of(upright ? base::Box{part.x0 - kBesidePt, part.y0, part.x1 + kBesidePt, part.y1}
                                : base::Box{part.x0, part.y0 - kBesidePt, part.x1, part.y1 + kBesidePt},
                        with.laid.original)) {
    if (is_there()) look_ = blurred(with.laid.original, patch_, with.optics.blur);
  }

  bool is_there() const { return patch_.width >= kLeastSide && patch_.height >= kLeastSide; }
  int across() const { return upright_ ? patch_.width : patch_.height; }
  int along() const { return upright_ ? patch_.height : patch_.width; }
  double look_at(int a, int c) const {
    return static_cast<double>(upright_ ? look_.at(c, a) : look_.at(a, c));
  }
  // nullopt outside, where a word comes near, and where what is seen is not known.
  std::optional<double> seen_at(int a, int c) const {
    const int x = patch_.x0 + (upright_ ? c : a), y = patch_.y0 + (upright_ ? a : c);
    const image::FloatImage& photo = with_.laid.photo;
    if (x < 0 || y < 0 || x >= photo.width() || y >= photo.height()) return std::nullopt;
    if (with_.page.words.at(x, y) != 0 || with_.laid.known.at(x, y) <= 0) return std::nullopt;
    return static_cast<double>(photo.at(x, y));
  }

 private:
  const GraphicLook& with_;
  bool upright_;
  Patch patch_;
  image::FloatImage look_;
};

// Places along it where all within reach is seen.
std::vector<int> open_places(const Strip& strip, int reach) {
  std::vector<int> open;
  for (int a = 0; a < strip.along(); ++a) {
    bool is_open = true;
    for (int c = -reach; c < strip.across() + reach && is_open; ++c)
      is_open = strip.seen_at(a, c).has_value();
    if (is_open) open.push_back(a);
  }
  return open;
}

// What most of it looks like across.
std::vector<double> usual_profile(const Strip& strip, const std::vector<int>& open) {
  std::vector<double> usual;
  for (int c = 0; c < strip.across(); ++c) {
    std::vector<double> row;
    for (const int a : open) row.push_back(strip.look_at(a, c));
    usual.push_back(base::median(std::move(row)));
  }
  return usual;
}

// Where it looks otherwise another rule crosses it.
bool is_crossed(const Strip& strip, int a, const std::vector<double>& usual) {
  int odd = 0;
  for (int c = 0; c < strip.across(); ++c)
    odd += std::abs(strip.look_at(a, c) - usual[static_cast<std::size_t>(c)]) > kOddTone;
  return odd > static_cast<int>(kOddShare * strip.across());
}

// The photo's mean across, from `far` before the strip to as far after it; nullopt where half is not seen.
std::vector<std::optional<double>> seen_profile(const Strip& strip, const std::vector<int>& open, int far) {
  std::vector<std::optional<double>> seen;
  for (int c = -far; c < strip.across() + far; ++c) {
    double sum = 0;
    std::size_t n = 0;
    for (const int a : open)
      if (const auto level = strip.seen_at(a, c)) sum += *level, ++n;
    seen.push_back(2 * n > open.size() ? std::optional(sum / static_cast<double>(n)) : std::nullopt);
  }
  return seen;
}

// The rule moved across by so many samples.
std::optional<Fit> fit_at(int shift, const std::vector<double>& usual,
                          const std::vector<std::optional<double>>& seen, int far) {
  Gathered all;
  for (std::size_t c = 0; c < usual.size(); ++c) {
    const auto& level = seen[c + static_cast<std::size_t>(shift + far)];
    if (!level) return std::nullopt;
    all.add(static_cast<double>(c), 0, usual[c], *level);
  }
  return all.solve(1);
}

}  // namespace

std::optional<PartEvidence> look_for_rule(const GraphicLook& with, const base::Box& part, bool upright,
                                          double reach_pt) {
  const int reach = static_cast<int>(reach_pt / kLaidStepPt), far = static_cast<int>(kFarPt / kLaidStepPt);
  const Strip strip(with, part, upright);
  if (!strip.is_there()) return std::nullopt;
  std::vector<int> open = open_places(strip, reach);
  if (open.size() < kLeastAlong) return std::nullopt;
  const std::vector<double> usual = usual_profile(strip, open);
  std::erase_if(open, [&](int a) { return is_crossed(strip, a, usual); });
  if (open.size() < kLeastAlong) return std::nullopt;
  const auto seen = seen_profile(strip, open, far);
  const auto explained = [](const Fit& fit) { return fit.gain * std::abs(fit.gain); };
  std::optional<Fit> nearest;
  int at = 0;
  for (int s = -reach; s <= reach; ++s)
    if (const auto fit = fit_at(s, usual, seen, far);
        fit && (!nearest || explained(*fit) > explained(*nearest)))
      nearest = fit, at = s;
  if (!nearest) return std::nullopt;
  const double pt = at * kLaidStepPt;
  PartEvidence best =
      evidence_of(*nearest, with.optics, part, upright ? base::Vec2{pt, 0} : base::Vec2{0, pt});
  const double scale = nearest->gain == 0 ? 0 : best.gain / nearest->gain;
  int looked = 0;
  for (int s = -far; s <= far; ++s) {
    if (std::abs(s) <= reach) continue;
    const auto fit = fit_at(s, usual, seen, far);
    if (!fit) continue;
    ++looked;
    if (fit->correlation > kAlike && scale * fit->gain > best.far_gain)
      best.far_gain = scale * fit->gain, best.far_correlation = fit->correlation;
  }
  best.far_looked = static_cast<double>(looked) / (2 * (far - reach));
  return best;
}

}  // namespace barium::verify
