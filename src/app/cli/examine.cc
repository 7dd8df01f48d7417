#include "app/flow/examine.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <numbers>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "app/cli/report.h"
#include "app/cli/talk.h"
#include "app/confine/answer.h"

namespace barium::app {

namespace {

struct ExamineFlags {
  std::vector<std::string> inputs;
  ExamineOptions options;
  std::string report;  // directory
  bool check = false;
};

// docs/limits.md, exit codes with --check: 0 genuine, 10 altered, 11 not ours, 12 undetermined; of several
// photos the one that most needs looking at.
int check_code(Verdict verdict) {
  switch (verdict) {
    case Verdict::kGenuine:
      return kDone;
    case Verdict::kAltered:
      return 10;
    case Verdict::kNotOurs:
      return 11;
    case Verdict::kUndetermined:
      return 12;
  }
  return 12;
}

int rank(int code) { return code == 10 ? 3 : code == 11 ? 2 : code == 12 ? 1 : 0; }

// Of every page in the picture.
std::vector<Verdict> verdicts(const Examination& it) {
  std::vector<Verdict> all{it.verdict};
  for (const Examination& page : it.also) all.push_back(page.verdict);
  return all;
}

std::string chance(double log_p) {
  const double digits = -log_p / std::numbers::ln10;
  if (digits < 6)
    return fmt::format("less than 1 in {}", grouped(static_cast<std::uint64_t>(std::exp(-log_p))));
  return fmt::format("less than 1 in 10^{:.0f}", std::floor(digits));
}

void tell_accused(const std::vector<AccusedCopy>& accused, std::uint64_t pictures) {
  for (const AccusedCopy& one : accused)
    fmt::print("  {} copy {} (chance that a given innocent copy would look like this: {}).\n",
               whose(one, pictures), one.copy, chance(one.log_p_value));
  if (accused.empty())
    fmt::print(
        "  It cannot be said whose copy it is: the picture may show the original, or a copy that is not of "
        "this "
        "vault, or too little of its marks.\n");
}

void tell_copies(const Examination& it) {
  if (it.tested_copies == 0) return;
  tell_accused(it.accused, 1);
  fmt::print("  {} of {} read; {} tested; chance that anybody innocent is named: at most {}.\n",
             grouped(it.carriers_read), counted(it.carriers_on_page, "mark", "marks"),
             counted(it.tested_copies, "copy", "copies"), odds(it.alpha));
}

std::string seems_to_read(const AlteredWord& word) {
  return word.reads.empty() ? "" : fmt::format(" seems to read '{}'", plain_text(word.reads, 200));
}

void tell_words(const WordsInfo& words) {
  fmt::print("  Of {} {} vouched for, {} altered, {} cannot be vouched for by this picture.\n",
             counted(words.on_page, "word", "words"), grouped(words.vouched), grouped(words.words_altered()),
             grouped(words.unreadable));
  for (const AlteredWord& word : words.altered) {
    if (word.kind == "added") {
      fmt::print(
          "  Added: ink where the page is blank, {:.0f} pt from the left and {:.0f} from the top{}{}.\n",
          word.page_box.x0, word.page_box.y0, word.reads.empty() ? "" : "; it", seems_to_read(word));
      continue;
    }
    fmt::print("  Altered: '{}'{}.\n", plain_text(word.expected, 200),
               word.kind == "missing"       ? " is missing"
               : word.kind == "blacked_out" ? " is blacked out"
                                            : seems_to_read(word));
  }
}

// What a person should look at.
void tell_doubtful(const WordsInfo& words) {
  constexpr std::size_t kMostTold = 12;
  std::string named;
  std::size_t covered = 0, different = 0;
  for (const DoubtfulWord& word : words.doubtful) {
    if (word.why == "covered")
      ++covered;
    else if (++different <= kMostTold)
      named += fmt::format("{}'{}'", named.empty() ? "" : ", ", plain_text(word.expected, 200));
  }
  if (different > kMostTold) named += fmt::format(" and {} more", different - kMostTold);
  if (!named.empty())
    fmt::print("  Not as they should look, and not surely others; look at them: {}.\n", named);
  if (covered > 0) fmt::print("  {} covered by something dark.\n", counted(covered, "word is", "words are"));
}

const char* in_words(Verdict verdict) {
  return verdict == Verdict::kNotOurs ? "probably none of ours" : name_of(verdict);
}

void tell_graphics(const GraphicsInfo& graphics) {
  if (graphics.on_page == 0) return;
  fmt::print("  Of {} {} vouched for, {} altered, {} cannot be vouched for by this picture.\n",
             counted(graphics.on_page, "line or picture", "lines and pictures"), grouped(graphics.vouched),
             grouped(graphics.altered.size()), grouped(graphics.unreadable));
  for (const AlteredGraphic& one : graphics.altered)
    fmt::print("  Altered: a {} {}, {:.0f} pt from the left and {:.0f} from the top.\n",
               one.what == "rule" ? "line" : "picture", one.kind == "missing" ? "is missing" : "is another",
               one.page_box.x0, one.page_box.y0);
}

void tell_versions(const std::vector<OtherVersion>& versions) {
  for (const OtherVersion& one : versions)
    fmt::print(
        "  It is not page {} of '{}' ({}), another version: of {} that only this page has, {} vouched for; "
        "{} only in the other.\n",
        one.page, one.title, one.document, counted(one.only_shown, "word", "words"), grouped(one.vouched),
        counted(one.only_here, "word is", "words are"));
}

void tell_page(const Examination& it, const char* how) {
  if (it.placement) {
    fmt::print("  {} page {} of '{}' ({}).\n", how, it.placement->page, it.placement->title,
               it.placement->document);
    fmt::print("  Verdict: {}.\n", in_words(it.verdict));
    tell_copies(it);
    tell_words(it.words);
    tell_doubtful(it.words);
    tell_graphics(it.graphics);
    tell_versions(it.versions);
  } else {
    fmt::print("  Verdict: {}.\n", in_words(it.verdict));
  }
  for (const base::Note& note : it.notes) fmt::print("  {}\n", note.text);
}

void tell(const Examination& it) {
  fmt::print("{}{}\n", plain_text(it.photo.file, 4096),
             it.photo.page > 0 ? fmt::format(", picture {}", it.photo.page) : "");
  tell_page(it, "This is");
  for (const Examination& page : it.also) tell_page(page, "It also shows");
}

// What all pictures say together.
void tell(const LeakFinding& it) {
  fmt::print("Together, {} of '{}' ({}):\n", counted(it.pictures, "picture", "pictures"), it.title,
             it.document);
  if (it.copies.tested_copies > 0) {
    tell_accused(it.copies.accused, it.pictures);
    fmt::print("  {} read on {}; {} tested; chance that anybody innocent is named: at most {}.\n",
               counted(it.carriers_read, "mark", "marks"), counted(it.pages.size(), "page", "pages"),
               counted(it.copies.tested_copies, "copy", "copies"), odds(it.alpha));
  }
  for (const base::Note& note : it.copies.notes) fmt::print("  {}\n", note.text);
}

void tell_failure(const Examination& it) {
  fmt::print(stderr, "barium: {}\n", plain_text(it.error->what(), 4096));
}

// How many pages have which verdict.
using Verdicts = std::map<Verdict, std::uint64_t>;

// Of one leak it is the leak that is traced, not each picture.
void tell_summary(const ExamineSummary& summary, const Verdicts& verdicts, ExamineOptions::Leaks leaks) {
  std::string pages;
  for (const auto& [verdict, count] : verdicts)
    pages += fmt::format("{} {}, ", grouped(count), in_words(verdict));
  fmt::print(stderr, "Examined {}: {} recognised, {}{}{} could not be examined.\n",
             counted(summary.photos, "picture", "pictures"), grouped(summary.placed), pages,
             leaks == ExamineOptions::Leaks::kEach ? grouped(summary.named) + " traced to a copy, " : "",
             grouped(summary.failed));
}

int examine_all(const ExamineFlags& flags, const Common& common) {
  const auto store = common.open(vault::Access::kRead);
  Talk talk;
  const Confinement confinement = common.confinement(talk.supervision());
  std::optional<Reports> reports;
  if (!flags.report.empty()) reports.emplace(flags.report, flags.options.leaks);
  int code = kDone;
  Verdicts found;
  const auto report = [&](const Examination& it) {
    talk.clear();
    if (common.json) print_json(to_json(it));
    if (it.error) tell_failure(it);
    if (!it.error && !common.json) tell(it);
    if (reports) {
      const std::string written = reports->write(it).string();
      if (!common.json) fmt::print("  Report: {}\n", plain_text(written, 4096));
    }
    for (const Verdict verdict : verdicts(it)) {
      if (!it.error) ++found[verdict];
      if (rank(check_code(verdict)) > rank(code)) code = check_code(verdict);
    }
    std::fflush(stdout);  // whoever reads along, reads along
  };
  const std::vector<std::filesystem::path> inputs(flags.inputs.begin(), flags.inputs.end());
  const ExamineSummary summary =
      examine(*store, inputs, flags.options, confinement, report, talk.supervision());
  talk.clear();
  for (const LeakFinding& finding : summary.together) {
    if (common.json) {
      print_json(to_json(finding));
    } else {
      tell(finding);
    }
  }
  if (reports && flags.options.leaks == ExamineOptions::Leaks::kTogether) {
    const std::string written = reports->write(summary.together).string();
    if (!common.json) fmt::print("Report: {}\n", plain_text(written, 4096));
  }
  std::fflush(stdout);
  if (summary.photos != 1 || summary.failed > 0) tell_summary(summary, found, flags.options.leaks);
  if (summary.failed > 0 || (flags.check && summary.photos == 0)) return kFailed;
  return flags.check ? code : kDone;
}

}  // namespace

namespace {

// An unset shell variable is no wish for everything.
std::string not_empty(const std::string& name) { return name.empty() ? "a name is missing" : ""; }

}  // namespace

Action bind_examine(CLI::App& app) {
  // Shared with CLI11, which writes the flags after this returns.
  const auto flags = std::make_shared<ExamineFlags>();
  app.add_option("PHOTO", flags->inputs, "Photographs, scans, screenshots, PDFs, or directories of them")
      ->required();
  app.add_option("--document", flags->options.document, "Look only in this document")
      ->type_name("DOC")
      ->check(not_empty);
  app.add_option("--page", flags->options.page, "Look only at this page of it")
      ->type_name("N")
      ->check(between(1, 1e6))
      ->needs("--document");
  add_password(app, flags->options.password);
  app.add_option("--alpha", flags->options.alpha, "Bound on naming anybody innocent (default 1e-6)")
      ->check(between(1e-30, 0.01));
  app.add_flag_callback(
      "--together", [flags] { flags->options.leaks = ExamineOptions::Leaks::kTogether; },
      "All pictures are of one leak: name copies once, from all of them together");
  app.add_option("--report", flags->report,
                 "Write a page to look at for each picture, and a PNG, into this directory")
      ->type_name("DIR")
      ->check(not_empty)
      ->each([flags](const std::string&) { flags->options.pictures = true; });
  app.add_flag("--check", flags->check,
               "The verdict as exit code: 0 genuine, 10 altered, 11 not ours, 12 undetermined");
  return [flags](const Common& common) { return examine_all(*flags, common); };
}

}  // namespace barium::app
