// verify on the pictures, rules and bars of the 180 real photographs of ten invoices: honest pages, and the
// same photographs against originals that were altered in one known place (bench/graphic_alterations.h), so
// that what the photo shows differs from the vault there.
//
//   verify_graphics [--variants N] [--every N] [--kind NAME] [--invoice ID] [--camera NAME] [--verbose]
//
// variants: altered originals of each kind. --camera puts a simulated camera's pictures of the originals in
// the photographs' place. An altered page is decided on where a rule or picture that differs is called
// altered, or all of them are vouched for. A corner or an edge that two pictures have in common is rightly
// vouched for:
// --verbose names them.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "align/align.h"
#include "base/file.h"
#include "base/parallel.h"
#include "bench/graphic_alterations.h"
#include "bench/page_vault.h"
#include "bench/photo_suite.h"
#include "image/sample.h"
#include "page/document.h"
#include "page/render.h"
#include "verify/graphics.h"

namespace {

using namespace barium;
namespace fs = std::filesystem;

// Grey levels between two renderings: a change that a reader sees.
constexpr int kSeenLevels = 25;
// Of a graphic's box: with less, it is another one that was altered.
constexpr double kLeastPart = 0.2;

page::PageRaster raster_of(const base::Bytes& pdf) {
  auto rendered = page::render_pages(pdf, 1, 1);
  return {std::move(rendered.front().picture), rendered.front().px_per_pt};
}

// An original as the vault has it.
struct Version {
  std::string alteration;  // empty: honest
  page::PageRaster raster;
  image::GrayImage changed;  // per raster pixel: 255 where it is not what the photographs show
};

image::GrayImage difference(const image::GrayImage& a, const image::GrayImage& b) {
  image::GrayImage out(a.width(), a.height());
  for (int y = 0; y < std::min(a.height(), b.height()); ++y)
    for (int x = 0; x < std::min(a.width(), b.width()); ++x)
      out.at(x, y) = std::abs(a.at(x, y) - b.at(x, y)) > kSeenLevels ? 255 : 0;
  return out;
}

// The share of a box that is not what the photographs show.
double changed_in(const Version& version, const base::Box& box) {
  if (version.alteration.empty()) return 0;
  int changed = 0, all = 0;
  const double s = version.raster.px_per_pt;
  for (int y = std::max(0, static_cast<int>(box.y0 * s));
       y < std::min<double>(version.changed.height(), box.y1 * s); ++y)
    for (int x = std::max(0, static_cast<int>(box.x0 * s));
         x < std::min<double>(version.changed.width(), box.x1 * s); ++x)
      ++all, changed += version.changed.at(x, y) != 0;
  return static_cast<double>(changed) / std::max(1, all);
}

// Of the alterations, by what they are.
struct Tally {
  int pages = 0, decided = 0, found = 0, missed = 0;
};

struct Result {
  bool placed = false;
  double seconds = 0;
  int graphics = 0, vouched = 0, altered = 0;  // of the honest page
  int beside = 0;                              // called altered on altered pages, though they are not
  std::map<std::string, Tally> by_alteration;
  std::string wrong;
};

class Bench {
 public:
  Bench(const bench::PhotoSettings& settings, bench::RealPhotos real)
      : settings_(settings),
        real_(std::move(real)),
        places_(bench::place_photos(real_,
                                    [&](const auto& photo) { return bench::picture_of(photo, settings_); })) {
    std::vector<std::pair<std::string, fs::path>> invoices;
    for (const auto& photo : real_.photos) {
      if (versions_.contains(photo.invoice)) continue;
      versions_[photo.invoice];
      invoices.emplace_back(photo.invoice, photo.file.parent_path() / "original.pdf");
    }
    base::parallel_for(invoices.size(), 0, [&](std::size_t i) {
      const base::Bytes pdf = base::read_file(invoices[i].second, 1ull << 28);
      auto& versions = versions_.at(invoices[i].first);
      versions.push_back({"", real_.originals.at(invoices[i].first).raster, {}});
      for (const bench::GraphicAlteration kind : bench::kGraphicAlterations)
        for (int v = 1; v <= settings_.variants; ++v) {
          const bench::GraphicallyAltered altered =
              bench::alter_graphic(pdf, kind, static_cast<std::uint64_t>(v));
          if (!(altered.where.width() > 0)) continue;
          Version version{bench::name_of(kind), raster_of(altered.pdf), {}};
          version.changed = difference(version.raster.picture, versions.front().raster.picture);
          versions.push_back(std::move(version));
        }
    });
  }

  int run() {
    std::vector<Result> results(real_.photos.size());
    base::parallel_for(results.size(), 0, [&](std::size_t i) {
      if (places_[i]) results[i] = examine(real_.photos[i], *places_[i]);
    });
    print(results);
    return 0;
  }

 private:
  // Words stay as they are on altered pages, and so does the alignment.
  Result examine(const bench::RealPhoto& photo, const find::Placement& place) const {
    Result result;
    result.placed = true;
    const image::GrayImage pixels = bench::picture_of(photo, settings_);
    page::RegisteredPage page = real_.originals.at(photo.invoice);
    const align::Alignment aligned = align::align_page(pixels, page, place.photo_from_page, place.matches);
    verify::LaidPage laid = verify::lay_page(pixels, page, aligned);
    for (const Version& version : versions_.at(photo.invoice)) {
      page.raster = version.raster;
      laid.original = image::to_float(
          image::resize(page.raster.picture.view(), laid.photo.width(), laid.photo.height()).view());
      for (float& level : laid.original.pixels()) level /= 255;
      const double start = bench::cpu_ms();
      const auto findings = verify::look_at_graphics(laid, page, aligned);
      if (version.alteration.empty()) result.seconds = (bench::cpu_ms() - start) / 1000;
      add(findings, version, photo, result);
    }
    return result;
  }

  static void add(const std::vector<verify::GraphicFinding>& findings, const Version& version,
                  const bench::RealPhoto& photo, Result& result) {
    using State = verify::GraphicFinding::State;
    const auto tell = [&](const verify::GraphicFinding& finding, const char* what) {
      result.wrong +=
          fmt::format("{}/{} {} at {:.0f} {:.0f} {:.0f} {:.0f} pt: {}\n", photo.invoice, photo.stem,
                      version.alteration.empty() ? "honest" : version.alteration, finding.where.x0,
                      finding.where.y0, finding.where.x1, finding.where.y1, what);
    };
    bool found = false, vouched = false, open = false;
    for (const verify::GraphicFinding& finding : findings) {
      const bool altered = finding.state == State::kAltered;
      if (version.alteration.empty()) {
        ++result.graphics, result.vouched += finding.state == State::kVouched, result.altered += altered;
        if (altered) tell(finding, "called altered");
        continue;
      }
      const double share = changed_in(version, finding.where.grown(0.5));
      found = found || (altered && share > 0);
      if (altered && changed_in(version, finding.where.grown(3)) == 0)
        ++result.beside, tell(finding, "called altered, and is not");
      if (share < kLeastPart) continue;
      if (finding.state == State::kVouched) tell(finding, "vouched for");
      vouched = vouched || finding.state == State::kVouched;
      open = open || finding.state == State::kUnreadable;
    }
    if (version.alteration.empty()) return;
    Tally& tally = result.by_alteration[version.alteration];
    const bool missed = !found && vouched && !open;
    ++tally.pages, tally.decided += found || missed, tally.found += found, tally.missed += missed;
  }

  void print(const std::vector<Result>& results) const {
    fmt::print("{:14} {:>6} {:>9} {:>10} {:>8} {:>13} {:>8}\n", "honest pages", "photos", "graphics",
               "vouched", "altered", "pages called", "CPU s");
    Result all;
    int photos = 0, pages = 0;
    const auto row = [](const char* name, int count, const Result& r, int called) {
      fmt::print("{:14} {:6} {:9} {:8.1f} % {:8} {:13} {:8.3f}\n", name, count, r.graphics,
                 100.0 * r.vouched / std::max(1, r.graphics), r.altered, called,
                 r.seconds / std::max(1, count));
    };
    for (const char* kind : bench::kPaperKinds) {
      Result sum;
      int count = 0, called = 0;
      for (std::size_t i = 0; i < results.size(); ++i) {
        const Result& r = results[i];
        if (!r.placed || real_.photos[i].kind() != kind) continue;
        ++count, called += r.altered > 0;
        for (Result* to : {&sum, &all})
          to->graphics += r.graphics, to->vouched += r.vouched, to->altered += r.altered,
              to->seconds += r.seconds, to->beside += r.beside;
        for (const auto& [name, tally] : r.by_alteration) {
          Tally& to = all.by_alteration[name];
          to.pages += tally.pages, to.decided += tally.decided, to.found += tally.found,
              to.missed += tally.missed;
        }
      }
      if (count > 0) row(kind, count, sum, called);
      photos += count, pages += called;
    }
    row("all", photos, all, pages);
    fmt::print("\n{:16} {:>6} {:>8} {:>6} {:>13}\n", "altered pages", "pages", "decided", "found",
               "vouched for");
    for (const auto& [name, tally] : all.by_alteration)
      fmt::print("{:16} {:6} {:8} {:6} {:13}\n", name, tally.pages, tally.decided, tally.found, tally.missed);
    fmt::print("on altered pages {} unaltered graphics are called altered\n", all.beside);
    if (settings_.verbose)
      for (const Result& result : results) fmt::print("{}", result.wrong);
  }

  bench::PhotoSettings settings_;
  bench::RealPhotos real_;
  std::vector<std::optional<find::Placement>> places_;
  std::map<std::string, std::vector<Version>> versions_;
};

}  // namespace

int main(int argc, char** argv) {
  return bench::run_photo_suite(argc, argv,
                                {"--variants", "--every", "--kind", "--invoice", "--camera", "--verbose"},
                                [](const bench::PhotoSettings& settings, bench::RealPhotos real) {
                                  return Bench(settings, std::move(real)).run();
                                });
}
