#include "app/flow/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "app/cli/talk.h"
#include "app/confine/answer.h"
#include "base/median.h"

namespace barium::app {

namespace {

struct MeasureFlags {
  std::string original, photo;
  MeasureOptions options;
};

Json to_json(const MeasuredWord& word) {
  return {{"text", word.text},         {"box", {word.box.x0, word.box.y0, word.box.x1, word.box.y1}},
          {"dx_pt", word.dx_pt},       {"dy_pt", word.dy_pt},
          {"sigma_pt", word.sigma_pt}, {"match", word.match},
          {"carrier", word.carrier}};
}

Json to_json(const Measurement& it) {
  Json placement = nullptr;
  if (it.placement)
    placement = {{"page", it.placement->page},
                 {"score", it.placement->score},
                 {"photo_from_page", it.placement->photo_from_page}};
  Json words = Json::array();
  for (const MeasuredWord& word : it.words) words.push_back(to_json(word));
  return {{"schema", "barium.measurement/1"},  {"photo", app::to_json(it.photo)},
          {"placement", std::move(placement)}, {"words_on_page", it.words_on_page},
          {"words", std::move(words)},         {"notes", app::to_json(it.notes)}};
}

void tell(const Measurement& it) {
  fmt::print("{}{}\n", plain_text(it.photo.file, 4096),
             it.photo.page > 0 ? fmt::format(", picture {}", it.photo.page) : "");
  if (it.placement)
    fmt::print("  This is page {}; {} of {} were found in it.\n", it.placement->page,
               grouped(it.words.size()),
               counted(static_cast<std::uint64_t>(it.words_on_page), "word", "words"));
  if (!it.words.empty()) {
    std::vector<double> off, sigma;
    for (const MeasuredWord& word : it.words)
      off.push_back(std::abs(word.dx_pt)), sigma.push_back(word.sigma_pt);
    fmt::print(
        "  Along its line the middle word of all stands {:.3f} points from its place, and is measured to "
        "{:.3f}; words of a marked copy stand a quarter of a point off, of the original next to nothing "
        "(--json has each).\n",
        base::median(std::move(off)), base::median(std::move(sigma)));
  }
  for (const base::Note& note : it.notes) fmt::print("  {}\n", note.text);
}

int measure_photo(const MeasureFlags& flags, const Common& common) {
  Talk talk;
  const Confinement confinement = common.confinement(talk.supervision());
  const auto report = [&](const Measurement& it) {
    talk.clear();
    if (common.json) {
      print_json(to_json(it));
    } else {
      tell(it);
    }
  };
  measure(flags.original, flags.photo, flags.options, confinement, report, talk.supervision());
  return kDone;
}

}  // namespace

Action bind_measure(CLI::App& app) {
  // Shared with CLI11, which writes the flags after this returns.
  const auto flags = std::make_shared<MeasureFlags>();
  app.add_option("ORIGINAL", flags->original, "The original: a PDF, or a picture of its page")->required();
  app.add_option("PHOTO", flags->photo, "A photograph, scan, screenshot or PDF of a page of it")->required();
  app.add_option("--page", flags->options.page, "Look only at this page of the original")
      ->type_name("N")
      ->check(between(1, 1e6));
  add_password(app, flags->options.password);
  return [flags](const Common& common) { return measure_photo(*flags, common); };
}

}  // namespace barium::app
