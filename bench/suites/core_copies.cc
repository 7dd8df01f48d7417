// Table row 1: every PDF of a folder issued to 3 people, and what two renderers, three text extractors and
// qpdf say of the copies. Prints one CSV line a file and a summary; exit status 1 where a bar is missed.
//
//   core_copies [--data DIR] [--pages N] [--dpi N] [--copies N] [--keep DIR] [NAME-PART...]

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/rng.h"
#include "bench/oracle/copy_oracle.h"
#include "bench/oracle/scratch_folder.h"
#include "page/document.h"

namespace {

using namespace barium;

struct Arguments {
  std::string data = "../shared/data/pdf/core";
  int pages = 0;  // rendered and traced of each file, from the first; 0: all
  int dpi = 100;
  int copies = 3;
  std::string keep;  // folder for the copies; empty: not kept
  std::vector<std::string> names;
};

struct FileReport {
  std::string name, error;
  std::size_t pages = 0, text_pages = 0, marked_pages = 0, unexplained_pages = 0;
  std::size_t words = 0, eligible = 0, carriers = 0;
  oracle::PixelDifference poppler, mupdf;
  double most_error_pt = 0;
  std::size_t traced_glyphs = 0, untraceable_pages = 0;
  bool text_equal = true, layout_equal = true;
  int qpdf_original = 0, qpdf_copy = 0;
  double size_ratio = 0;
  bool size_ok = true;
  double read_ms = 0, copy_ms = 0;
};

// Words that a reader could displace at all: with neighbours on both sides and ink enough.
bool is_eligible(const page::Word& word) {
  using page::Obstacle;
  return word.obstacle != Obstacle::kEdgeOfLine && word.obstacle != Obstacle::kTooShort &&
         word.obstacle != Obstacle::kInvisible;
}

void count_words(const page::DocumentModel& model, FileReport& report) {
  report.pages = model.pages.size();
  for (const page::PageModel& page : model.pages) {
    report.words += page.words.size();
    report.carriers += page.carriers.size();
    report.eligible += static_cast<std::size_t>(std::ranges::count_if(page.words, is_eligible));
    if (page.words.empty()) continue;
    ++report.text_pages;
    if (!page.carriers.empty())
      ++report.marked_pages;
    else if (page.unmarked_reason.empty())
      ++report.unexplained_pages;
  }
}

// sparse: a third of the carriers stay where they are, so that stillness is tested next to movement.
std::vector<std::int8_t> random_signs(std::size_t count, std::uint64_t copy, bool sparse) {
  base::Rng rng(copy, "core_copies");
  std::vector<std::int8_t> signs(count);
  for (std::int8_t& sign : signs)
    sign = static_cast<std::int8_t>(sparse ? static_cast<int>(rng.below(3)) - 1
                                           : 1 - 2 * static_cast<int>(rng.below(2)));
  return signs;
}

void merge(oracle::PixelDifference& into, const oracle::PixelDifference& one) {
  into.pixels += one.pixels;
  into.most = std::max(into.most, one.most);
}

class FileBench {
 public:
  FileBench(const std::filesystem::path& file, const Arguments& arguments,
            const std::filesystem::path& folder)
      : arguments_(arguments), original_file_(file), copy_file_((folder / file.filename()).string()) {
    report_.name = file.filename().string();
  }

  FileReport run() {
    try {
      measure();
    } catch (const base::Error& error) {
      report_.error = error.what();
    }
    return report_;
  }

 private:
  void measure() {
    const base::Bytes original = base::read_file(original_file_, 1ull << 30);
    const auto begin = std::chrono::steady_clock::now();
    opened_ = page::read_document(original);
    report_.read_ms = milliseconds_since(begin);
    count_words(opened_.model, report_);
    shown_ = {1, static_cast<int>(opened_.model.pages.size())};
    if (arguments_.pages > 0) shown_.last = std::min(shown_.last, arguments_.pages);
    const std::string file = original_file_.string();
    original_poppler_ = oracle::render(oracle::Renderer::kPoppler, file, shown_, arguments_.dpi);
    original_mupdf_ = oracle::render(oracle::Renderer::kMupdf, file, shown_, arguments_.dpi);
    original_trace_ = oracle::trace_glyphs(file, shown_);
    original_text_ = oracle::extract_text(file);
    report_.qpdf_original = oracle::qpdf_check(file);
    for (int copy = 0; copy < arguments_.copies; ++copy)
      measure_copy(random_signs(opened_.model.carrier_count(), static_cast<std::uint64_t>(copy), copy == 2),
                   original.size());
  }

  static double milliseconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  }

  void measure_copy(const std::vector<std::int8_t>& signs, std::size_t original_size) {
    const auto begin = std::chrono::steady_clock::now();
    const base::Bytes copy = page::write_copy(opened_.copy_template, signs);
    const bool same = page::read_back(opened_.copy_template, copy) == signs;
    report_.copy_ms = std::max(report_.copy_ms, milliseconds_since(begin));
    if (!same) report_.error = "a copy reads back as another codeword";
    base::write_file(copy_file_, copy, base::Durability::kVisible);
    const double ratio = static_cast<double>(copy.size()) / static_cast<double>(original_size);
    report_.size_ratio = std::max(report_.size_ratio, ratio);
    report_.size_ok = report_.size_ok && copy.size() <= original_size + original_size / 10 + 10'000;
    report_.qpdf_copy = std::max(report_.qpdf_copy, oracle::qpdf_check(copy_file_));
    compare_texts(oracle::extract_text(copy_file_));
    compare_pictures(signs);
    compare_traces(signs);
    if (!arguments_.keep.empty())
      std::filesystem::copy_file(copy_file_, arguments_.keep / std::filesystem::path(report_.name),
                                 std::filesystem::copy_options::overwrite_existing);
  }

  oracle::Signs signs_of(std::size_t page, const std::vector<std::int8_t>& signs) const {
    return std::span(signs).subspan(opened_.model.first_carrier(page),
                                    opened_.model.pages[page].carriers.size());
  }

  void compare_texts(const oracle::ExtractedText& text) {
    report_.text_equal =
        report_.text_equal && text.poppler == original_text_.poppler && text.mupdf == original_text_.mupdf;
    report_.layout_equal = report_.layout_equal && text.poppler_layout == original_text_.poppler_layout;
  }

  void compare_pictures(const std::vector<std::int8_t>& signs) {
    const auto poppler = oracle::render(oracle::Renderer::kPoppler, copy_file_, shown_, arguments_.dpi);
    const auto mupdf = oracle::render(oracle::Renderer::kMupdf, copy_file_, shown_, arguments_.dpi);
    if (poppler.size() != original_poppler_.size() || mupdf.size() != original_mupdf_.size())
      report_.error = "a copy renders as another number of pages";
    for (std::size_t i = 0; i < std::min(poppler.size(), original_poppler_.size()); ++i)
      merge(report_.poppler, oracle::difference_outside(opened_.model.pages[i], signs_of(i, signs),
                                                        original_poppler_[i], poppler[i]));
    for (std::size_t i = 0; i < std::min(mupdf.size(), original_mupdf_.size()); ++i)
      merge(report_.mupdf, oracle::difference_outside(opened_.model.pages[i], signs_of(i, signs),
                                                      original_mupdf_[i], mupdf[i]));
  }

  void compare_traces(const std::vector<std::int8_t>& signs) {
    const auto traced = oracle::trace_glyphs(copy_file_, shown_);
    for (std::size_t i = 0; i < std::min(traced.size(), original_trace_.size()); ++i) {
      // What is traced there is hidden text, cut into words by another program.
      if (opened_.model.pages[i].raster_marked) continue;
      const auto error = oracle::displacement_error(opened_.model.pages[i], signs_of(i, signs),
                                                    original_trace_[i], traced[i]);
      report_.most_error_pt = std::max(report_.most_error_pt, error.most_pt);
      report_.traced_glyphs += error.glyphs;
      report_.untraceable_pages += error.comparable ? 0 : 1;
    }
  }

  const Arguments& arguments_;
  std::filesystem::path original_file_;
  std::string copy_file_;
  FileReport report_;
  page::OpenedDocument opened_;
  oracle::Pages shown_;
  std::vector<image::GrayImage> original_poppler_, original_mupdf_;
  std::vector<std::vector<oracle::TracedGlyph>> original_trace_;
  oracle::ExtractedText original_text_;
};

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 1.0 : static_cast<double>(part) / static_cast<double>(whole);
}

void print_header() {
  fmt::print(
      "file,pages,text_pages,marked_pages,unexplained_pages,words,carriers,eligible_share,poppler_px,poppler_"
      "most,"
      "mupdf_px,mupdf_most,error_pt,untraceable_pages,text_equal,layout_equal,qpdf_original,qpdf_"
      "copy,size_"
      "ratio,size_ok,"
      "read_ms,copy_ms,error\n");
}

void print(const FileReport& r) {
  fmt::print("{},{},{},{},{},{},{},{:.3f},{},{},{},{},{:.4f},{},{},{},{},{},{:.3f},{},{:.0f},{:.1f},\"{}\"\n",
             r.name, r.pages, r.text_pages, r.marked_pages, r.unexplained_pages, r.words, r.carriers,
             share(r.carriers, r.eligible), r.poppler.pixels, r.poppler.most, r.mupdf.pixels, r.mupdf.most,
             r.most_error_pt, r.untraceable_pages, r.text_equal ? "yes" : "NO", r.layout_equal ? "yes" : "no",
             r.qpdf_original, r.qpdf_copy, r.size_ratio, r.size_ok ? "yes" : "NO", r.read_ms, r.copy_ms,
             r.error);
  std::fflush(stdout);
}

// The bars of the table. True if all are met.
bool summarize(const std::vector<FileReport>& reports) {
  std::size_t text_pages = 0, marked = 0, unexplained = 0, failed = 0, moved_pixels = 0, texts = 0, sizes = 0;
  double error_pt = 0;
  for (const FileReport& r : reports) {
    text_pages += r.text_pages;
    marked += r.marked_pages;
    unexplained += r.unexplained_pages;
    failed += r.error.empty() ? 0 : 1;
    moved_pixels += r.poppler.pixels + r.mupdf.pixels;
    texts += r.text_equal ? 0 : 1;
    sizes += r.size_ok ? 0 : 1;
    error_pt = std::max(error_pt, r.most_error_pt);
  }
  fmt::print(
      "# files {}, failed {}; text pages {}, marked {:.1f} %, unmarked without reason {}; pixels outside {}; "
      "largest error {:.4f} pt; text differs in {}; too large {}\n",
      reports.size(), failed, text_pages, 100 * share(marked, text_pages), unexplained, moved_pixels,
      error_pt, texts, sizes);
  return failed == 0 && share(marked, text_pages) >= 0.95 && unexplained == 0 && moved_pixels == 0 &&
         error_pt < 0.02 && texts == 0 && sizes == 0;
}

Arguments parse(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string flag = values[i];
    if (!flag.starts_with("--")) {
      arguments.names.push_back(flag);
      continue;
    }
    const std::string value = i + 1 < count ? values[++i] : "";
    if (flag == "--data")
      arguments.data = value;
    else if (flag == "--pages")
      arguments.pages = std::atoi(value.c_str());
    else if (flag == "--dpi")
      arguments.dpi = std::atoi(value.c_str());
    else if (flag == "--copies")
      arguments.copies = std::atoi(value.c_str());
    else if (flag == "--keep")
      arguments.keep = value;
    else
      throw base::Error(
          base::ErrorCode::kUsage,
          "options: --data FOLDER --pages N --dpi N --copies N --keep FOLDER [part of a name...]");
  }
  return arguments;
}

std::vector<std::filesystem::path> files_of(const Arguments& arguments) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(arguments.data)) {
    const std::string name = entry.path().filename().string();
    const auto named = [&](const std::string& part) { return name.find(part) != std::string::npos; };
    if (arguments.names.empty() || std::ranges::any_of(arguments.names, named)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int count, char** values) try {
  const Arguments arguments = parse(count, values);
  const oracle::ScratchFolder folder;
  if (!arguments.keep.empty()) std::filesystem::create_directories(arguments.keep);
  print_header();
  std::vector<FileReport> reports;
  for (const std::filesystem::path& file : files_of(arguments)) {
    reports.push_back(FileBench(file, arguments, folder.path()).run());
    print(reports.back());
  }
  return summarize(reports) ? 0 : 1;
} catch (const std::exception& error) {
  fmt::print(stderr, "core_copies: {}\n", error.what());
  return 3;
}
