// Table row 2: each PDF of a folder through read_document, and one copy, in a child process with limits.
// Prints what happened to each; exit status 1 where a child crashed or passed its limits without saying so.
//
//   nasty [--data DIR] [NAME-PART...]          all files
//   nasty --one FILE                           the child: one file, in this process

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <new>

#include "base/file.h"
#include "base/process.h"
#include "page/document.h"

namespace {

using namespace barium;

constexpr std::uint64_t kMemoryBytes = 2ull << 30;
constexpr std::uint64_t kCpuSeconds = 60;

std::string describe(const page::OpenedDocument& opened, std::size_t copy_size) {
  std::size_t words = 0, marked = 0;
  for (const page::PageModel& page : opened.model.pages) {
    words += page.words.size();
    marked += page.carriers.empty() ? 0 : 1;
  }
  std::string text =
      fmt::format("read: {} pages, {} words, {} carriers on {} pages; copy of {} bytes reads back",
                  opened.model.pages.size(), words, opened.model.carrier_count(), marked, copy_size);
  for (const base::Note& note : opened.model.notes) text += " [" + note.code + "]";
  return text;
}

int run_one(const std::string& file) try {
  const base::Bytes pdf = base::read_file(file, 100'000'000);
  const page::OpenedDocument opened = page::read_document(pdf);
  std::vector<std::int8_t> signs(opened.model.carrier_count(), 1);
  const base::Bytes copy = page::write_copy(opened.copy_template, signs);
  base::require(page::read_back(opened.copy_template, copy) == signs, "a copy reads back");
  fmt::print("{}\n", describe(opened, copy.size()));
  return 0;
} catch (const base::Error& error) {
  fmt::print("error {}: {}\n", base::name_of(error.code()), error.what());
  return 0;
} catch (const std::bad_alloc&) {
  fmt::print("error limit: out of memory\n");
  return 0;
}

std::string outcome(const base::ProgramResult& result) {
  if (result.ok()) {
    std::string text(base::as_text(result.output));
    text.resize(text.find_last_not_of('\n') + 1);
    return text;
  }
  if (result.end == base::ProgramEnd::kDeadline) return "BAD: killed at the deadline";
  if (result.end == base::ProgramEnd::kSignalled && result.status == 24) return "stopped at the CPU limit";
  return fmt::format("BAD: {} {} {}", result.end == base::ProgramEnd::kSignalled ? "signal" : "status",
                     result.status, result.talk.substr(0, 200));
}

bool run_all(const std::string& self, const std::string& data, const std::vector<std::string>& names) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(data)) files.push_back(entry.path());
  std::ranges::sort(files);
  std::size_t bad = 0, count = 0;
  for (const std::filesystem::path& file : files) {
    const std::string name = file.filename().string();
    const auto named = [&](const std::string& part) { return name.find(part) != std::string::npos; };
    if (!names.empty() && std::ranges::none_of(names, named)) continue;
    base::ProgramLimits limits;
    limits.wall = std::chrono::seconds(2 * kCpuSeconds);
    limits.cpu_s = kCpuSeconds;
    limits.memory_bytes = kMemoryBytes;
    const auto begin = std::chrono::steady_clock::now();
    const std::string text = outcome(base::run_program({self, "--one", file.string()}, {}, limits));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("{},{:.1f} s,{}\n", name, seconds, text);
    std::fflush(stdout);
    bad += text.starts_with("BAD") ? 1 : 0;
    ++count;
  }
  fmt::print("# {} files, {} bad\n", count, bad);
  return bad == 0;
}

}  // namespace

int main(int count, char** values) try {
  std::string data = "../shared/data/pdf/nasty";
  std::vector<std::string> names;
  for (int i = 1; i < count; ++i) {
    const std::string flag = values[i];
    if (flag == "--one" && i + 1 < count) return run_one(values[i + 1]);
    if (flag == "--data" && i + 1 < count)
      data = values[++i];
    else
      names.push_back(flag);
  }
  return run_all(std::filesystem::read_symlink("/proc/self/exe").string(), data, names) ? 0 : 1;
} catch (const std::exception& error) {
  fmt::print(stderr, "nasty: {}\n", error.what());
  return 3;
}
