#include "app/flow/doctor.h"

#include <filesystem>

#include "app/confine/answer.h"
#include "app/confine/probe.h"
#include "app/flow/registered.h"
#include "base/error.h"
#include "base/process.h"
#include "code/codebook.h"
#include "find/find.h"
#include "vault/store.h"

namespace barium::app {

namespace {

namespace fs = std::filesystem;

Finding program(const std::string& name, const std::string& flag, Health absent, const std::string& advice) {
  try {
    const auto result = base::run_program({name, flag}, {}, {.wall = std::chrono::seconds(10)});
    const std::string said(result.output.empty() ? result.talk : std::string(base::as_text(result.output)));
    return {name, Health::kGood, "is there: " + plain_text(said.substr(0, said.find('\n')), 80), ""};
  } catch (const base::Error&) {
    return {name, absent, "is missing", advice};
  }
}

Finding poppler_data() {
  if (fs::exists("/usr/share/poppler/cMap")) return {"poppler-data", Health::kGood, "is there", ""};
  return {"poppler-data", Health::kWarning,
          "is missing: some Chinese, Japanese and Korean pages render empty", "apt install poppler-data"};
}

Finding walls(const Confinement& confinement) {
  try {
    const std::vector<std::string> reached = probe_walls(confinement);
    if (reached.empty()) return {"confinement", Health::kGood, "a worker reaches nothing it should not", ""};
    std::string text = "a worker can do what it should not: ";
    for (const std::string& phrase : reached) text += (&phrase == &reached.front() ? "" : ", ") + phrase;
    const bool asked = confinement.walls() == Walls::kUnconfined;
    return {"confinement", asked ? Health::kWarning : Health::kBad, text, "Run without --unconfined"};
  } catch (const base::Error& error) {
    return {"confinement", Health::kBad, error.message(), error.advice()};
  }
}

Finding limits(const Confinement& confinement) {
  try {
    probe_walls(confinement, Misdeed::kSpin, {.cpu_s = 1, .wall = std::chrono::seconds(10)});
    return {"limits", Health::kBad, "a worker that does not end was not stopped", ""};
  } catch (const base::Error& error) {
    if (error.code() == base::ErrorCode::kLimit)
      return {"limits", Health::kGood, "a worker that does not end is stopped", ""};
    return {"limits", Health::kBad, error.message(), error.advice()};
  }
}

// A copy whose codeword is not what the document's key makes of its number; nobody could be traced by it.
std::optional<std::string> unfit_copy(vault::Store& store, const vault::Document& document) {
  const code::Codebook codebook(document.codebook_key, document.carriers);
  const std::uint64_t end = store.next_copy_number(document.row);
  for (std::uint64_t number = 0; number < end; ++number)
    if (const auto copy = store.find_copy(document.row, number);
        copy && codeword_hash(codebook.codeword(number)) != copy->codeword_hash)
      return copy->id;
  return std::nullopt;
}

std::vector<Finding> vault_findings(const std::string& path) {
  try {
    const auto store = vault::open_vault(path, vault::Access::kRead);
    const std::vector<std::string> faults = store->integrity_faults();
    if (!faults.empty())
      return {{"vault", Health::kBad, path + " is damaged: " + faults.front(), "Restore it from a backup"}};
    const std::vector<vault::Document> documents = store->documents();
    for (const vault::Document& document : documents) {
      load_model(*store, document);
      if (const auto copy = unfit_copy(*store, document))
        return {{"vault", Health::kBad,
                 path + " is damaged: copy " + *copy + " does not fit the key of '" + document.title + "'",
                 "Restore it from a backup"}};
    }
    store->each_features([](vault::PageRow, base::ByteView bytes) { find::parse_features(bytes); });
    return {{"vault", Health::kGood,
             path + " is sound: schema " + std::to_string(store->schema_version()) + ", " + "documents: " +
                 std::to_string(documents.size()) + ", pages: " + std::to_string(store->pages().size()),
             ""}};
  } catch (const base::Error& error) {
    const bool absent = error.code() == base::ErrorCode::kNotFound;
    return {
        {"vault", absent ? Health::kWarning : Health::kBad, path + ": " + error.message(), error.advice()}};
  }
}

Finding space(const std::string& vault) {
  std::error_code error;
  const fs::path place = fs::exists(vault, error) ? fs::path(vault) : fs::current_path(error);
  const fs::space_info info = fs::space(place, error);
  if (error) return {"disk", Health::kWarning, "free space cannot be told: " + error.message(), ""};
  constexpr std::uintmax_t kLow = 1ull << 30;  // a thousand copies of a 1 MB document
  const std::string text = std::to_string(info.available >> 20) + " MiB free";
  return {"disk", info.available < kLow ? Health::kWarning : Health::kGood, text,
          info.available < kLow ? "Free some space before issuing" : ""};
}

}  // namespace

const char* name_of(Health health) {
  return health == Health::kGood ? "good" : health == Health::kWarning ? "warning" : "bad";
}

std::vector<Finding> examine_health(const std::string& vault, const Confinement& confinement) {
  std::vector<Finding> findings{
      program("bwrap", "--version", Health::kBad, "apt install bubblewrap"),
      program("pdftoppm", "-v", Health::kBad, "apt install poppler-utils"),
      program("mutool", "-v", Health::kWarning, "apt install mupdf-tools (only tests and benches need it)"),
      program("tesseract", "--version", Health::kWarning,
              "apt install tesseract-ocr tesseract-ocr-eng (it reads what altered words say now)"),
      poppler_data(),
      walls(confinement),
      limits(confinement)};
  for (Finding& finding : vault_findings(vault)) findings.push_back(std::move(finding));
  findings.push_back(space(vault));
  return findings;
}

}  // namespace barium::app
