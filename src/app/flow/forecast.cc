#include "app/flow/forecast.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "app/flow/add.h"
#include "app/flow/capacity.h"
#include "app/flow/registered.h"
#include "base/error.h"
#include "base/median.h"
#include "trace/forecast.h"
#include "trace/parts.h"

namespace barium::app {

namespace {

page::DocumentModel model_of(vault::Store* store, const ForecastFlowOptions& options,
                             const Confinement& confinement, ForecastReport& report) {
  std::error_code error;
  const bool is_file = std::filesystem::exists(options.document, error);
  if (store == nullptr && !is_file)
    throw base::Error(base::ErrorCode::kNotFound, "there is no such file, and no vault to look in",
                      {.file = options.document}, "Name a PDF, or a document of a vault given with --vault");
  if (store != nullptr && !is_file) {
    const vault::Document document = find_document(*store, options.document);
    report.id = document.id;
    report.title = document.title;
    return load_model(*store, document);
  }
  report.title = std::filesystem::path(options.document).filename().string();
  return read_original(options.document, {.strength_pt = options.strength_pt, .password = options.password},
                       confinement)
      .model;
}

double median_shift_pt(const page::DocumentModel& model) {
  std::vector<double> shifts;
  for (const page::PageModel& page : model.pages)
    for (const page::Carrier& carrier : page.carriers) shifts.push_back(carrier.shift_pt);
  return base::median(std::move(shifts));
}

void predict(ForecastReport& report, double shift_pt) {
  // As examine tests: one copy all over the document; the rest of alpha is for parts.
  trace::ForecastOptions options{.alpha = report.alpha * (1 - trace::kPartsShare)};
  options.channel.shift_pt = shift_pt;
  const double a_page = report.carriers_a_page();
  for (const trace::CarriersNeeded& needed : trace::forecast(report.copies, options)) {
    report.lines.push_back({needed.colluders, needed.power, needed.interleaving, needed.worst,
                            needed.interleaving / a_page, needed.worst / a_page,
                            needed.worst <= static_cast<double>(report.carrier_count())});
  }
}

}  // namespace

std::size_t ForecastReport::carrier_count() const {
  return std::accumulate(carriers.begin(), carriers.end(), std::size_t{0});
}

double ForecastReport::carriers_a_page() const {
  const auto carrying = std::count_if(carriers.begin(), carriers.end(), [](std::size_t n) { return n > 0; });
  return carrying == 0 ? 0 : static_cast<double>(carrier_count()) / static_cast<double>(carrying);
}

ForecastReport forecast(vault::Store* store, const ForecastFlowOptions& options,
                        const Confinement& confinement) {
  ForecastReport report{.copies = options.copies, .alpha = options.alpha};
  const page::DocumentModel model = model_of(store, options, confinement, report);
  report.notes = model.notes;
  for (const page::PageModel& page : model.pages) {
    report.carriers.push_back(page.carriers.size());
    report.unmarked_reasons.push_back(page.unmarked_reason);
  }
  if (report.carrier_count() == 0) return report;
  // Any key: the biases of a key are a sample of the same law.
  report.largest_circulation =
      largest_circulation(code::Codebook(base::Key{}, report.carrier_count()), options.alpha);
  predict(report, median_shift_pt(model));
  return report;
}

}  // namespace barium::app
