#include "app/flow/forecast.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "app/cli/talk.h"

namespace barium::app {

namespace {

Json to_json(const ForecastReport& report) {
  Json lines = Json::array();
  for (const ForecastLine& line : report.lines) {
    lines.push_back({{"colluders", line.colluders},
                     {"power", line.power},
                     {"carriers", line.carriers_needed},
                     {"carriers_worst", line.carriers_worst},
                     {"pages", line.pages},
                     {"pages_worst", line.pages_worst},
                     {"within_document", line.within_document}});
  }
  Json json{{"schema", "barium.forecast/1"},
            {"title", report.title},
            {"pages", report.carriers.size()},
            {"carriers", report.carrier_count()},
            {"carriers_by_page", report.carriers},
            {"copies", report.copies},
            {"alpha", report.alpha},
            {"largest_circulation", report.largest_circulation},
            {"forecast", lines},
            {"notes", app::to_json(report.notes)}};
  if (!report.id.empty()) json["document"] = report.id;
  return json;
}

// A forecast ends at ten million carriers, and no real page has two thousand.
std::string pages(double n) {
  if (!std::isfinite(n)) return "over 5,000";
  return n < 10 ? fmt::format("{:.1f}", n) : fmt::format("{:.0f}", n);
}

void tell(const ForecastReport& report) {
  fmt::print("'{}': {}, {} that can carry a mark ({:.0f} a page).\n", report.title,
             counted(report.carriers.size(), "page", "pages"),
             counted(report.carrier_count(), "word", "words"), report.carriers_a_page());
  for (std::size_t i = 0; i < report.carriers.size(); ++i)
    if (!report.unmarked_reasons[i].empty())
      fmt::print("  page {} carries no mark: {}\n", i + 1, report.unmarked_reasons[i]);
  if (report.lines.empty()) {
    fmt::print("It cannot be issued: nothing in it can carry a mark.\n");
    return;
  }
  if (report.largest_circulation < static_cast<double>(report.copies))
    return fmt::print("It cannot be issued to {}: it can tell {}.\n",
                      counted(report.copies, "recipient", "recipients"),
                      report.largest_circulation < 2
                          ? "nobody from anybody"
                          : fmt::format("at most {} apart",
                                        grouped(static_cast<std::uint64_t>(report.largest_circulation))));
  fmt::print("Of {}, with a chance of at most {} that anybody innocent is named, it takes:\n",
             counted(report.copies, "copy", "copies"), odds(report.alpha));
  for (const ForecastLine& line : report.lines) {
    fmt::print("  {}, in {:.0f} % of cases: {} photographed pages ({} at worst){}\n",
               line.colluders == 1 ? std::string("the leaker")
                                   : fmt::format("one of {} who mixed theirs", line.colluders),
               100 * line.power, pages(line.pages), pages(line.pages_worst),
               line.within_document ? "" : "; more than the document has");
  }
}

}  // namespace

Action bind_forecast(CLI::App& app) {
  // Shared with CLI11, which writes the flags after this returns.
  const auto options = std::make_shared<ForecastFlowOptions>();
  app.add_option("DOC", options->document, "A PDF, or the id or title of a document in the vault")
      ->required();
  app.add_option("--copies", options->copies, "Size of the circulation (default 1000)")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  app.add_option("--alpha", options->alpha, "Bound on naming anybody innocent (default 1e-6)")
      ->check(between(1e-30, 0.01));
  app.add_option("--strength", options->strength_pt,
                 "Displacement of a word, points (default 0.25; for a PDF)")
      ->check(between(0.05, 1.0));
  add_password(app, options->password);
  return [options](const Common& common) {
    std::error_code error;
    const bool in_vault =
        !std::filesystem::exists(options->document, error) && std::filesystem::exists(common.vault, error);
    const auto store = in_vault ? common.open(vault::Access::kRead) : nullptr;
    Talk talk;
    talk.supervision().progress({"reading the document", 0, 0});
    const ForecastReport report = forecast(store.get(), *options, common.confinement(talk.supervision()));
    talk.clear();
    if (common.json) {
      print_json(to_json(report));
    } else {
      tell(report);
    }
    return kDone;
  };
}

}  // namespace barium::app
