// Table row 2: each PDF of a folder through the program itself, as a user runs it: init, add, issue to three
// people; then the text of each copy against the original's, and examine of a page of the second copy.
// Prints for each file what happened, the time, and the largest process (resident MiB). Exit status 1 where
// the program crashed, hung, used more than its limits, failed without a word of what to do, or was wrong.
//
//   nasty [--data DIR] [NAME-PART...]          all files, or those whose names hold a part
//   nasty --one FILE                           the child: one file, in this process

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "bench/oracle/scratch_folder.h"
#include "bench/results.h"

namespace {

using namespace barium;
namespace fs = std::filesystem;
using Json = nlohmann::json;

// docs/limits.md: 1 GiB a worker.
constexpr double kMostMiB = 1024;
// Of one command: the longest a worker may take, and the machine may be busy (src/app/confine).
constexpr std::chrono::seconds kHangs{7200};
constexpr std::size_t kPeople = 3;

struct Step {
  base::ProgramResult result;
  double seconds = 0;
  std::string said() const { return std::string(base::as_text(result.output)) + result.talk; }
};

fs::path program() {
  return fs::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path() / "barium";
}

Step run(std::vector<std::string> words) {
  const auto begin = std::chrono::steady_clock::now();
  base::ProgramLimits limits;
  limits.wall = kHangs;
  Step step{base::run_program(words, {}, limits), 0};
  step.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return step;
}

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text.substr(0, 240);
}

// Empty where the step did what a command may do: 0, or 3 with a sentence. Signals, 1, 4 and silence are
// faults.
std::string fault_of(const Step& step) {
  const base::ProgramResult& r = step.result;
  if (r.end == base::ProgramEnd::kDeadline) return "hung";
  if (r.end != base::ProgramEnd::kExited) return fmt::format("signal {}", r.status);
  if (r.status != 0 && r.status != 3) return fmt::format("status {}", r.status);
  if (r.status == 3 && step.said().size() < 20) return "failed without a word";
  for (const char* word : {"std::", "fault of barium", "bad_alloc", "terminate called"})
    if (step.said().find(word) != std::string::npos) return fmt::format("says '{}'", word);
  return {};
}

std::string text_of(const fs::path& pdf) {
  return std::string(base::as_text(run({"pdftotext", "-q", pdf.string(), "-"}).result.output));
}

struct Report {
  std::string outcome;
  bool bad = false;
};

class OneFile {
 public:
  OneFile(fs::path file, fs::path place) : file_(std::move(file)), place_(std::move(place)) {}

  Report run_all() {
    const std::string people = (place_ / "people.csv").string();
    base::write_file(place_ / "people.csv", base::as_bytes("name\nAnn\nBen\nCy\n"));
    if (!barium({"init"})) return report_;
    if (!barium({"add", file_.string(), "--json"})) return report_;
    const Json added = Json::parse(base::as_text(last_.result.output));
    report_.outcome =
        fmt::format("added: {} pages, {} carriers; ", added.value("pages", 0), added.value("carriers", 0));
    const std::string id = added.at("document");
    if (!barium({"issue", id, "--to", people, "--out", (place_ / "out").string()})) return report_;
    judge_copies();
    return report_;
  }

 private:
  // False where the story of this file ends here.
  bool barium(std::vector<std::string> words) {
    words.insert(words.begin(), program().string());
    words.insert(words.end(), {"--vault", (place_ / "v").string()});
    const std::string command = words[1];
    last_ = run(std::move(words));
    if (const std::string fault = fault_of(last_); !fault.empty()) {
      report_.bad = true;
      report_.outcome += fmt::format("{}: {}: {}", command, fault, one_line(last_.said()));
      return false;
    }
    if (last_.result.status == 3) report_.outcome += command + " refused: " + one_line(last_.result.talk);
    return last_.result.status == 0;
  }

  void judge_copies() {
    std::vector<fs::path> copies;
    for (const auto& entry : fs::directory_iterator(place_ / "out"))
      if (entry.path().extension() == ".pdf") copies.push_back(entry.path());
    std::ranges::sort(copies);
    if (copies.size() != kPeople) return wrong(fmt::format("{} copies", copies.size()));
    report_.outcome += fmt::format("issued {}", copies.size());
    const std::string text = text_of(file_);
    for (const fs::path& copy : copies)
      if (text_of(copy) != text) return wrong("the text of a copy differs");
    examine(copies);
  }

  // The first page, by way of a picture: its own copy or nobody.
  void examine(const std::vector<fs::path>& copies) {
    const fs::path picture = place_ / "page.png";
    run({"pdftoppm", "-q", "-scale-to", "1600", "-png", "-singlefile", copies[1].string(),
         (place_ / "page").string()});
    if (!fs::exists(picture)) return;
    if (!barium({"examine", picture.string(), "--json"})) return;
    const Json seen = Json::parse(base::as_text(last_.result.output));
    if (seen["accused"].empty()) {
      report_.outcome += ", nobody named from page 1";
      return;
    }
    const std::string list(base::as_text(base::read_file(place_ / "out/copies.csv", 1 << 20)));
    const std::string named = seen["accused"][0].at("copy");
    const std::size_t row = list.find(named);
    const std::string file = copies[1].filename().string();
    if (row == std::string::npos ||
        list.substr(row, list.find('\n', row) - row).find(file) == std::string::npos)
      return wrong("named another copy");
    report_.outcome += ", named from page 1";
  }

  void wrong(const std::string& what) {
    report_.bad = true;
    report_.outcome += "; WRONG: " + what;
  }

  fs::path file_, place_;
  Step last_;
  Report report_;
};

int run_one(const fs::path& file) {
  const oracle::ScratchFolder place;
  const Report report = OneFile(file, place.path()).run_all();
  rusage most{};
  ::getrusage(RUSAGE_CHILDREN, &most);
  const double mib = static_cast<double>(most.ru_maxrss) / 1024;
  const double cpu = static_cast<double>(most.ru_utime.tv_sec + most.ru_stime.tv_sec);
  fmt::print("{}\t{:.0f}\t{:.0f}\t{}\n", report.bad || mib > kMostMiB ? "BAD" : "ok", mib, cpu,
             report.outcome);
  return 0;
}

std::vector<fs::path> files_of(const fs::path& data, const std::vector<std::string>& parts) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(data)) {
    const std::string name = entry.path().filename().string();
    const auto in_name = [&](const std::string& part) { return name.find(part) != std::string::npos; };
    if (parts.empty() || std::ranges::any_of(parts, in_name)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

bool run_all(const std::string& self, const fs::path& data, const std::vector<std::string>& parts) {
  const std::vector<fs::path> files = files_of(data, parts);
  std::size_t bad = 0, refused = 0, issued = 0;
  fmt::print("{:4} {:>8} {:>6} {:>6}  {}\n", "", "seconds", "MiB", "cpu s", "file: what happened");
  for (const fs::path& file : files) {
    const Step step = run({self, "--one", file.string()});
    std::string line(base::as_text(step.result.output));
    if (!step.result.ok()) line = "BAD\t0\t0\tthe suite's child died: " + one_line(step.result.talk) + "\n";
    std::vector<std::string> field(1);
    for (const char c : line.substr(0, line.size() - 1))
      if (c == '\t' && field.size() < 4)
        field.emplace_back();
      else
        field.back() += c;
    field.resize(4);
    fmt::print("{:4} {:8.1f} {:>6} {:>6}  {}: {}\n", field[0], step.seconds, field[1], field[2],
               file.filename().string(), field[3]);
    std::fflush(stdout);
    bad += field[0] == "BAD";
    refused += field[3].find("refused") != std::string::npos;
    issued += field[3].find("issued") != std::string::npos;
  }
  fmt::print("{} files: {} issued, {} refused with a reason, {} bad\n", files.size(), issued, refused, bad);
  bench::record("nasty.bad", bench::share(bad, files.size()));
  return bad == 0;
}

}  // namespace

int main(int count, char** values) try {
  const char* root = std::getenv("BARIUM_DATA");
  fs::path data = fs::path(root != nullptr ? root : "../shared/data") / "pdf/nasty";
  std::vector<std::string> parts;
  for (int i = 1; i < count; ++i) {
    const std::string flag = values[i];
    if (flag == "--one" && i + 1 < count) return run_one(values[i + 1]);
    if (flag == "--data" && i + 1 < count)
      data = values[++i];
    else
      parts.push_back(flag);
  }
  if (!fs::exists(data)) {
    fmt::print("skipped: no PDFs under {}\n", data.string());
    return 0;
  }
  return run_all(fs::read_symlink("/proc/self/exe").string(), data, parts) ? 0 : 1;
} catch (const std::exception& error) {
  fmt::print(stderr, "nasty: {}\n", error.what());
  return 3;
}
