// Lists of recipients: any bytes give people or an Error, and what is read survives being written as CSV.

#include "app/flow/people.h"
#include "base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barium;
  try {
    const app::People people = app::parse_people({data, size}, base::Key{});
    std::string csv = app::csv_line(people.columns);
    for (const app::Person& person : people.people) csv += app::csv_line(person.fields);
    const app::CsvTable again = app::parse_csv(base::as_bytes(csv));
    base::require(again.rows.size() == people.people.size(), "as many people are read back as were written");
  } catch (const base::Error&) {
  }
  return 0;
}
