// What barium costs: copies a second, bytes a copy in the vault, seconds and memory of an examination among
// 2,000 pages and 10,000 copies, on one core, copies scored a second. Each beside the limit it runs against,
// measured in the same run: the machine is shared, so processor seconds stand beside those of the clock.
// Options: --copies N (written to time it) --pages N --recipients N (of the vault that is examined in)
// --vault FOLDER (kept between runs; delete it when the format changes) --only
// issuing|keeping|examining|scoring.

#include <fmt/format.h>
#include <libdeflate.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "align/align.h"
#include "app/flow/library.h"
#include "app/flow/photo_source.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "bench/corpus.h"
#include "bench/page_vault.h"
#include "bench/program_cost.h"
#include "bench/results.h"
#include "page/copy_layout.h"
#include "page/render.h"
#include "sim/photograph.h"
#include "trace/scan.h"
#include "verify/added_ink.h"
#include "verify/black_outs.h"
#include "verify/graphics.h"
#include "verify/laid_page.h"
#include "verify/verify.h"

namespace {

using namespace barium;
using bench::Cores, bench::Cost, bench::cost_of_program, bench::cpu_s, bench::now_s;
namespace fs = std::filesystem;

constexpr std::uint64_t kFileLimitBytes = 1ull << 30;

struct Settings {
  std::size_t pages = 2000;
  int copies = 500, recipients = 10'000;
  fs::path vault = "build/bench/cost.vault";
  fs::path scratch = "build/bench/cost";
  fs::path data;
  std::string only;  // issuing, keeping, examining or scoring; empty: all
};

// The median of five runs, by processor seconds.
template <typename Work>
Cost median_cost(const Work& work) {
  std::vector<Cost> costs(5);
  for (Cost& cost : costs) cost = work();
  std::ranges::sort(costs, {}, &Cost::cpu_s);
  return costs[costs.size() / 2];
}

std::string barium() { return (fs::current_path() / "build/release/barium").string(); }

std::string load() {
  std::array<double, 3> averages{};
  ::getloadavg(averages.data(), 3);
  return fmt::format("{:.1f}", averages[0]);
}

// --- Copies a second.

fs::path write_people(const Settings& settings, int count) {
  std::string list = "name\n";
  for (int i = 0; i < count; ++i) list += fmt::format("Recipient {}\n", i);
  const fs::path path = settings.scratch / "people.csv";
  base::write_file(path, base::as_bytes(list), base::Durability::kVisible);
  return path;
}

// What the compressor alone allows: the content streams of one copy through libdeflate at the level of the
// copies, again and again on one core.
double compressed_copies_a_second(const page::CopyTemplate& copy_template) {
  const page::CopyLayout layout = page::parse_layout(copy_template.bytes);
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor(
      libdeflate_alloc_compressor(layout.level), libdeflate_free_compressor);
  base::Bytes out;
  const double from = cpu_s();
  std::size_t done = 0;
  for (; cpu_s() - from < 1; ++done) {
    for (const page::MarkedStream& stream : layout.streams) {
      out.resize(libdeflate_zlib_compress_bound(compressor.get(), stream.most_bytes));
      libdeflate_zlib_compress(compressor.get(), stream.literals.data(), stream.literals.size(), out.data(),
                               out.size());
    }
  }
  return static_cast<double>(done) / (cpu_s() - from);
}

void issuing(const Settings& settings) {
  const fs::path pdf = settings.data / "pdf/core/tika__testJournalParser.pdf";
  const fs::path vault = settings.scratch / "issuing.vault", out = settings.scratch / "copies";
  cost_of_program({barium(), "init", "--vault", vault});
  cost_of_program({barium(), "add", "--vault", vault, pdf});
  const auto issue = [&](int people) {
    return cost_of_program({barium(), "issue", "--vault", vault, pdf.filename(), "--to",
                            write_people(settings, people), "--out", out});
  };
  issue(1);  // What a run takes that issues nobody anew is taken off.
  const Cost start = issue(1);
  const Cost cost = issue(settings.copies + 1);
  const double wall = (cost.wall_s - start.wall_s) / settings.copies;
  const double cpu = (cost.cpu_s - start.cpu_s) / settings.copies;
  std::uint64_t bytes = 0;
  for (const auto& file : fs::directory_iterator(out)) bytes += file.file_size();
  const page::OpenedDocument opened = page::read_document(base::read_file(pdf, kFileLimitBytes));
  fmt::print("Copies, {}: {} pages, {} carriers; each written, read back, hashed and synced\n",
             pdf.filename().string(), opened.model.pages.size(), opened.model.carrier_count());
  fmt::print("  {:8.0f} copies a second by the clock, {:.0f} by the processor on 2 cores (bar 100)\n",
             1 / wall, 2 / cpu);
  fmt::print("  {:8.1f} processor ms a copy of {:.0f} kB\n", cpu * 1e3,
             static_cast<double>(bytes) / 1e3 / settings.copies);
  fmt::print("  limit: compressing the words between the marks alone, {:.0f} copies a second on 2 cores\n",
             2 * compressed_copies_a_second(opened.copy_template));
  bench::record("issue.copies_per_wall_s", bench::exactly(1 / wall), "1/s");
  bench::record("issue.copies_per_cpu_s_2_cores", bench::exactly(2 / cpu), "1/s");
}

// --- Bytes a copy.

std::uintmax_t vault_bytes(const fs::path& vault) {
  std::uintmax_t bytes = 0;
  for (const auto& file : fs::directory_iterator(vault)) bytes += file.file_size();
  return bytes;
}

void keeping(const Settings& settings) {
  constexpr std::uint64_t kCopies = 20'000;
  const fs::path path = settings.scratch / "keeping.vault";
  base::SystemEntropy entropy;
  vault::create_vault(path, entropy);
  const auto fill = [&](std::uint64_t copies) {
    const auto store = vault::open_vault(path, vault::Access::kWrite);
    const auto transaction = store->begin();
    const auto row = store->add_document({.id = "d-00000001", .title = "one", .codebook_key = {1}}, {});
    base::Rng rng(1, "cost");
    for (std::uint64_t i = 0; i < copies; ++i) {
      vault::NewCopy copy{.number = i, .public_number = i, .codeword_hash = rng.bits()};
      for (std::uint8_t& byte : copy.recipient) byte = static_cast<std::uint8_t>(rng.below(256));
      store->reserve(row, copy);
      store->mark_issued(row, {i, {static_cast<std::uint8_t>(rng.below(256))}, 1'700'000'000});
    }
    transaction->commit();
  };
  const std::uintmax_t empty = vault_bytes(path);
  fill(kCopies);
  const double each = static_cast<double>(vault_bytes(path) - empty) / static_cast<double>(kCopies);
  // fingerprint 16, file hash 32, id and codeword hash 8 each, time 4, number 3
  fmt::print("Vault, {} copies\n  {:8.0f} bytes a copy (bar 200); limit: 71 of content\n", kCopies, each);
  bench::record("vault.bytes_a_copy", bench::exactly(each), "bytes");
}

// --- Examining among 2,000 pages and 10,000 copies.

std::size_t pages_in(const fs::path& vault) {
  return vault::open_vault(vault, vault::Access::kRead)->pages().size();
}

// The documents of bench/page_vault.h, as far as finding needs them: pictures and features, no words.
void add_others(vault::Store& store, const bench::PageVault& others, std::size_t most) {
  base::SystemEntropy entropy;
  const auto transaction = store.begin();
  for (std::size_t first = 0, last = 0; first < most; first = last) {
    const fs::path& pdf = others.pages[first].document;
    while (last < most && others.pages[last].document == pdf) ++last;
    const auto row = store.add_document({.id = fmt::format("d-{:08}", first),
                                         .title = pdf.filename().string(),
                                         .file_sha256 = base::sha256(base::read_file(pdf, kFileLimitBytes)),
                                         .pages = static_cast<std::uint32_t>(last - first),
                                         .codebook_key = base::new_key(entropy)},
                                        {});
    for (std::size_t i = first; i < last; ++i) {
      const find::PageId id{static_cast<std::uint32_t>(i)};
      const page::RegisteredPage page = others.page(id);
      store.add_page(row, {static_cast<std::uint32_t>(i - first + 1), page::serialize(page.model),
                           page::serialize(page.raster), find::serialize(others.features(id))});
    }
  }
  transaction->commit();
}

void fill_vault(const Settings& settings) {
  if (fs::exists(settings.vault)) return;
  const bench::PageVault others = bench::open_page_vault({.pages = settings.pages, .data = settings.data});
  base::parallel_for(others.pages.size(), 2, [&](std::size_t i) {
    others.page(find::PageId{static_cast<std::uint32_t>(i)});  // drawn into the cache
  });
  const fs::path unfinished = settings.vault.string() + ".unfinished";
  fs::remove_all(unfinished);
  cost_of_program({barium(), "init", "--vault", unfinished});
  cost_of_program({barium(), "add", "--vault", unfinished, "demo/memorandum.pdf"});
  const std::size_t memorandum = pages_in(unfinished);
  add_others(*vault::open_vault(unfinished, vault::Access::kWrite), others,
             std::min(others.pages.size(), settings.pages - memorandum));
  cost_of_program({barium(), "issue", "--vault", unfinished, "memorandum.pdf", "--to",
                   write_people(settings, settings.recipients), "--out", settings.scratch / "memoranda"});
  fs::rename(unfinished, settings.vault);
}

fs::path photograph_a_copy(const Settings& settings) {
  const fs::path out = settings.scratch / "leaked", photo = settings.scratch / "photo.jpg";
  cost_of_program({barium(), "issue", "--vault", settings.vault, "memorandum.pdf", "--to",
                   write_people(settings, 1), "--out", out});
  for (const auto& file : fs::directory_iterator(out)) {
    if (file.path().extension() != ".pdf") continue;
    constexpr double kPxPerPt = 400.0 / 72;
    const auto page =
        page::render_pages(base::read_file(file.path(), kFileLimitBytes), 3, 3, {.px_per_pt = kPxPerPt})
            .at(0);
    const auto taken =
        sim::photograph(page.picture.view(), page.px_per_pt, bench::read_camera("photo_1600"), 1);
    base::write_file(photo, taken.file, base::Durability::kVisible);
    break;
  }
  return photo;
}

// The stages of an examination, one after the other in this process, where they can be timed.
class Stages {
 public:
  template <typename Work>
  auto operator()(const char* name, const Work& work) {
    const double wall = now_s(), cpu = cpu_s();
    auto result = work();
    const double took = cpu_s() - cpu;
    fmt::print("    {:34} {:7.0f} ms by the clock {:7.0f} by the processor\n", name, (now_s() - wall) * 1e3,
               took * 1e3);
    bench::record(fmt::format("examine.stage.{}", name), bench::exactly(took), "s");
    return result;
  }
};

void tell_stages(const Settings& settings, const fs::path& photo) {
  Stages stage;
  const auto store =
      stage("open the vault", [&] { return open_vault(settings.vault, vault::Access::kRead); });
  const auto library = stage(
      "read the index", [&] { return std::make_unique<app::Library>(*store, app::Library::Narrowing{}); });
  const auto picture = stage("decode, confined", [&] {
    app::SourcePicture seen;
    app::each_picture(photo, {}, app::Confinement(app::Walls::kConfined, barium()),
                      [&](app::SourcePicture one) { seen = std::move(one); });
    return seen;
  });
  const auto seen = stage("features of the photo", [&] { return find::photo_features(picture.pixels); });
  stage("candidates", [&] { return library->index().candidates(seen); });
  const auto placement = stage("find, those two included", [&] {
    return find::identify(picture.pixels, library->index(),
                          [&](find::PageId id) { return *library->page(id); });
  });
  if (!placement) throw base::Error(base::ErrorCode::kNotFound, "the photographed page was not found");
  const auto page = library->page(placement->page);
  const auto aligned = stage("align", [&] {
    return align::align_page(picture.pixels, *page, placement->photo_from_page, placement->matches);
  });
  const auto words =
      stage("verify words", [&] { return verify::verify_words(picture.pixels, *page, aligned); });
  stage("verify the rest of the sheet", [&] {
    const verify::LaidPage laid = verify::lay_page(picture.pixels, *page, aligned);
    verify::look_for_hidden_words(laid, *page, aligned);
    const std::vector<verify::GraphicFinding> graphics = verify::look_at_graphics(laid, *page, aligned);
    return verify::look_at_blank_paper(laid, *page, aligned, words, graphics);
  });
  const auto reading = stage("read marks", [&] { return mark::read_marks(page->model, aligned.words); });
  const auto info = library->info(placement->page);
  const app::Circulation& circulation =
      *stage("what was issued", [&] { return &library->circulation(info.document); });
  std::vector<trace::Evidence> evidence;
  const std::size_t first = circulation.first_carrier.at(info.number - 1);
  for (const mark::SoftBit& bit : reading.bits)
    evidence.push_back({static_cast<std::uint32_t>(first + bit.carrier), bit.llr});
  const code::Codebook book(circulation.document.codebook_key, circulation.document.carriers);
  stage("trace", [&] { return trace::trace(evidence, book, circulation.copies, {.threads = 1}); });
}

void examining(const Settings& settings) {
  fill_vault(settings);
  const fs::path photo = photograph_a_copy(settings);
  const Cost cost = median_cost([&] {
    return cost_of_program({barium(), "examine", "--vault", settings.vault, photo, "--json"}, Cores::kOne);
  });
  fmt::print("Examining a 2-Mpx photo among {} pages and {} copies on one core, start to end, median of 5\n",
             pages_in(settings.vault), settings.recipients);
  fmt::print("  {:8.2f} s by the clock, {:.2f} by the processor (bar 2, of which verifying 1)\n", cost.wall_s,
             cost.cpu_s);
  fmt::print("  {:8.0f} MB in its largest process (bar 400)\n", cost.peak_mb);
  bench::record("examine.wall", bench::exactly(cost.wall_s), "s");
  bench::record("examine.cpu", bench::exactly(cost.cpu_s), "s");
  bench::record("examine.peak", bench::exactly(cost.peak_mb), "MB");
  tell_stages(settings, photo);
}

// --- Copies scored a second.

// Runs `work` for a second; how often it ran a processor second.
template <typename Work>
double rate(const Work& work) {
  const double from = cpu_s();
  std::size_t times = 0;
  for (; cpu_s() - from < 1; ++times) work();
  return static_cast<double>(times) / (cpu_s() - from);
}

void scoring() {
  constexpr std::uint32_t kSymbols = 1024;
  constexpr std::size_t kCopies = 4096;
  const code::Codebook book(base::Key{7}, kSymbols);
  base::Rng rng(1, "cost scoring");
  std::vector<trace::Evidence> evidence;
  for (std::uint32_t i = 0; i < kSymbols; ++i) evidence.push_back({i, rng.uniform(-6, 6)});
  const trace::ScoreTable table = trace::make_score_table(evidence, book);
  const code::RowGenerator generator(book, table.blocks, table.invert);
  std::vector<trace::Scores> scores(kCopies);
  const double scored = rate([&] { trace::score_copies(table, generator, 0, scores); }) * kCopies;
  // 3 bit planes of 1,024 symbols: 384 bytes of AES make a codeword.
  base::Bytes blocks(384 * 256);
  const double aes = rate([&] { code::encrypt_blocks(code::AesKey{1}, blocks); }) * 256;
  fmt::print("Scoring at {} symbols, codewords derived anew, one core\n", kSymbols);
  fmt::print("  {:8.1f} million copies a second (bar 10); limit: AES alone makes {:.1f} million codewords\n",
             scored / 1e6, aes / 1e6);
  bench::record("score.copies_per_cpu_s", bench::exactly(scored), "1/s");
  bench::record("score.limit_aes", bench::exactly(aes), "1/s");
}

double copied_gb_a_second() {
  std::vector<std::uint8_t> from(64 << 20, 1), to(from.size());
  return rate([&] {
           std::memcpy(to.data(), from.data(), from.size());
           from[0] = to[1];
         }) *
         static_cast<double>(from.size()) / 1e9;
}

Settings settings_of(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--pages") settings.pages = std::strtoul(argv[i + 1], nullptr, 10);
    if (option == "--copies") settings.copies = std::atoi(argv[i + 1]);
    if (option == "--recipients") settings.recipients = std::atoi(argv[i + 1]);
    if (option == "--vault") settings.vault = argv[i + 1];
    if (option == "--only") settings.only = argv[i + 1];
  }
  return settings;
}

}  // namespace

int main(int argc, char** argv) try {
  Settings settings = settings_of(argc, argv);
  const auto data = bench::data_folder();
  if (!data) {
    fmt::print("SKIPPED: no data at $BARIUM_DATA or ../shared/data\n");
    return 0;
  }
  settings.data = *data;
  fs::remove_all(settings.scratch);
  fs::create_directories(settings.scratch);
  fmt::print("Load at the start: {}; one core copies {:.1f} GB a second\n", load(), copied_gb_a_second());
  const auto wanted = [&](const char* part) { return settings.only.empty() || settings.only == part; };
  if (wanted("issuing")) issuing(settings);
  if (wanted("keeping")) keeping(settings);
  if (wanted("examining")) examining(settings);
  if (wanted("scoring")) scoring();
  fmt::print("Load at the end: {}\n", load());
  fs::remove_all(settings.scratch);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "cost: {}\n", error.what());
  return 3;
}
