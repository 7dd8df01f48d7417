#include "app/flow/doctor.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "app/cli/version.h"

namespace barium::app {

namespace {

void tell(const Finding& finding) {
  constexpr const char* kMarks[] = {"ok  ", "warn", "BAD "};
  fmt::print("{}  {:<13} {}{}\n", kMarks[static_cast<int>(finding.health)], finding.what, finding.text,
             finding.advice.empty() ? "" : ". " + finding.advice);
}

int examine_machine(const Common& common) {
  std::vector<Finding> findings = examine_health(common.vault, common.confinement({}));
  findings.insert(findings.begin(), {"versions", Health::kGood,
                                     fmt::format("{}, SQLite {}", kVersionText, sqlite3_libversion()), ""});
  bool bad = false;
  for (const Finding& finding : findings) {
    bad |= finding.health == Health::kBad;
    if (common.json) {
      print_json({{"schema", "barium.finding/1"},
                  {"what", finding.what},
                  {"health", name_of(finding.health)},
                  {"text", finding.text},
                  {"advice", finding.advice}});
    } else {
      tell(finding);
    }
  }
  return bad ? kFailed : kDone;
}

}  // namespace

Action bind_doctor(CLI::App&) { return examine_machine; }

}  // namespace barium::app
