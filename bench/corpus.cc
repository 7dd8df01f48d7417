#include "bench/corpus.h"

#include <charconv>
#include <cstdlib>

#include "align/align.h"
#include "base/file.h"
#include "base/hash.h"
#include "bench/oracle/renderers.h"
#include "bench/oracle/scratch_folder.h"
#include "image/decode.h"
#include "mark/signs.h"
#include "page/render.h"
#include "sim/photograph.h"

namespace barium::bench {

namespace {

constexpr std::uint64_t kFileLimitBytes = 100'000'000;

base::Key bench_key(std::uint64_t seed, std::uint64_t number) {
  base::ByteWriter writer;
  writer.put_text("bench codebook");
  writer.put(seed);
  writer.put(number);
  return base::sha256(writer.take());
}

template <class Number>
Number number_of(const std::string& text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw base::Error(base::ErrorCode::kMalformed, "'" + text + "' is not a number");
  }
  return value;
}

void set_field(Suite& suite, const std::string& key, const std::string& value) {
  if (key == "seed")
    suite.seed = number_of<std::uint64_t>(value);
  else if (key == "recipients")
    suite.recipients = number_of<std::uint64_t>(value);
  else if (key == "leaks")
    suite.leaks = number_of<int>(value);
  else if (key == "min_carriers")
    suite.min_carriers = number_of<int>(value);
  else if (key == "strength_pt")
    suite.strength_pt = number_of<double>(value);
  else if (key == "document")
    suite.document.push_back(value);
  else if (key == "foreign")
    suite.foreign.push_back(value);
  else if (key == "camera")
    suite.camera.push_back(value);
  else
    throw base::Error(base::ErrorCode::kMalformed, "a suite has no '" + key + "'");
}

std::vector<page::RegisteredPage> registered_pages(const page::DocumentModel& model, base::ByteView pdf) {
  std::vector<page::RegisteredPage> pages;
  auto rendered = page::render_pages(pdf, 1, static_cast<int>(model.pages.size()));
  for (std::size_t i = 0; i < model.pages.size(); ++i) {
    pages.push_back({model.pages[i], {std::move(rendered.at(i).picture), rendered.at(i).px_per_pt}});
  }
  return pages;
}

std::vector<int> leakable_pages(const page::DocumentModel& model, int min_carriers) {
  std::vector<int> pages;
  for (std::size_t i = 0; i < model.pages.size(); ++i) {
    if (static_cast<int>(model.pages[i].carriers.size()) >= min_carriers)
      pages.push_back(static_cast<int>(i));
  }
  return pages;
}

}  // namespace

Suite read_suite(const std::filesystem::path& path) {
  const base::Bytes bytes = base::read_file(path, kFileLimitBytes);
  Suite suite;
  std::string line;
  for (const char c : base::as_text(bytes)) {
    if (c != '\n') {
      line += c;
      continue;
    }
    line.resize(std::min(line.find('#'), line.size()));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (const auto gap = line.find(' '); gap != std::string::npos) {
      set_field(suite, line.substr(0, gap), line.substr(line.find_first_not_of(' ', gap)));
    }
    line.clear();
  }
  return suite;
}

std::optional<std::filesystem::path> data_folder() {
  const char* named = std::getenv("BARIUM_DATA");
  const std::filesystem::path folder = named != nullptr ? named : "../shared/data";
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

sim::Camera read_camera(const std::string& name) {
  const std::filesystem::path path = "bench/cameras/" + name + ".camera";
  return sim::parse_camera(base::as_text(base::read_file(path, kFileLimitBytes)), path.string());
}

RegisteredDocument register_document(const std::filesystem::path& path, const Suite& suite,
                                     std::uint64_t number) {
  const base::Bytes pdf = base::read_file(path, kFileLimitBytes);
  page::OpenedDocument opened = page::read_document(pdf, {.strength_pt = suite.strength_pt});
  std::vector<page::RegisteredPage> pages = registered_pages(opened.model, pdf);
  std::vector<int> leakable = leakable_pages(opened.model, suite.min_carriers);
  code::Codebook codebook(bench_key(suite.seed, number), opened.model.carrier_count());
  return {path.filename().string(), std::move(opened), std::move(pages), std::move(codebook),
          std::move(leakable)};
}

Vault::Vault(std::vector<RegisteredDocument> documents) : documents_(std::move(documents)) {
  for (std::size_t d = 0; d < documents_.size(); ++d) {
    for (std::size_t p = 0; p < documents_[d].pages.size(); ++p) {
      const auto id = find::PageId{static_cast<std::uint32_t>(place_of_.size())};
      index_.add(id, find::page_features(documents_[d].pages[p]));
      place_of_.push_back({d, p, {}});
    }
  }
}

std::vector<Vault::Place> Vault::find(image::GrayView photo) const {
  const std::vector<find::Placement> pages = find::identify_all(photo, index_, [&](find::PageId id) {
                                               const Place& place =
                                                   place_of_.at(static_cast<std::uint32_t>(id));
                                               return documents_[place.document].pages[place.page];
                                             }).pages;
  std::vector<Place> places;
  const auto add = [&](const find::Placement& placement) {
    places.push_back(place_of_.at(static_cast<std::uint32_t>(placement.page)));
    places.back().photo_from_page = placement.photo_from_page;
    places.back().matches = placement.matches;
  };
  if (pages.empty()) return places;
  add(pages.front());
  for (const find::Placement& other : pages.front().elsewhere) add(other);
  return places;
}

namespace {

Examination examine_at(const Vault& vault, image::GrayView photo, const Vault::Place& place,
                       std::uint64_t copies, double alpha) {
  Examination examination{.place = place};
  const RegisteredDocument& document = vault.documents()[place.document];
  const page::RegisteredPage& page = document.pages[place.page];
  const align::Alignment alignment = align::align_page(photo, page, place.photo_from_page, place.matches);
  examination.reading = mark::read_marks(page.model, alignment.words);
  const std::vector<trace::Evidence> evidence = evidence_of(vault, examination);
  if (!evidence.empty())
    examination.traced = trace::trace(evidence, document.codebook, copies, {.alpha = alpha});
  return examination;
}

}  // namespace

Examination examine(const Vault& vault, image::GrayView photo, std::uint64_t copies) {
  const std::vector<Vault::Place> places = vault.find(photo);
  for (const Vault::Place& place : places) {
    const double alpha = trace::TraceOptions{}.alpha / static_cast<double>(places.size());
    Examination examination = examine_at(vault, photo, place, copies, alpha);
    if (places.size() == 1 || !examination.traced.accused.empty()) return examination;
  }
  return {};
}

std::vector<trace::Evidence> evidence_of(const Vault& vault, const Examination& seen) {
  std::vector<trace::Evidence> evidence;
  if (!seen.place) return evidence;
  const std::size_t first =
      vault.documents()[seen.place->document].opened.model.first_carrier(seen.place->page);
  for (const mark::SoftBit& bit : seen.reading.bits)
    evidence.push_back({static_cast<std::uint32_t>(first + bit.carrier), bit.llr});
  return evidence;
}

image::GrayImage photograph_page(base::ByteView pdf, std::size_t page, const sim::Camera& camera,
                                 std::uint64_t seed) {
  const int number = static_cast<int>(page) + 1;
  const auto rendered = page::render_pages(pdf, number, number, {.px_per_pt = kSimulatedPxPerPt}).at(0);
  const sim::Photograph photo = sim::photograph(rendered.picture.view(), rendered.px_per_pt, camera, seed);
  return image::decode_photo(photo.file, {.color = image::DecodedColor::kGray}).frames.at(0).pixels;
}

image::GrayImage take_picture(base::ByteView pdf, std::size_t page, const std::string& channel,
                              std::uint64_t seed) {
  const std::size_t dash = channel.find('_');
  const std::string renderer = channel.substr(0, dash);
  if (renderer != "poppler" && renderer != "mupdf")
    return photograph_page(pdf, page, read_camera(channel), seed);
  const int dpi = number_of<int>(dash == std::string::npos ? "" : channel.substr(dash + 1));
  const int number = static_cast<int>(page) + 1;
  const oracle::ScratchFolder folder;
  base::write_file(folder.path() / "copy.pdf", pdf);
  std::vector<image::GrayImage> pages =
      oracle::render(renderer == "mupdf" ? oracle::Renderer::kMupdf : oracle::Renderer::kPoppler,
                     folder.path() / "copy.pdf", {number, number}, dpi);
  base::require(pages.size() == 1, "the renderer draws the page");
  return std::move(pages.front());
}

}  // namespace barium::bench
