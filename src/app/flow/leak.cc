#include "app/flow/leak.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "app/flow/registered.h"
#include "code/codebook.h"
#include "trace/parts.h"

namespace barium::app {

namespace {

// Where a page may have been put together from two, as shares of its marks from the top. Each cut costs every
// accusation by a part a share of the false alarm; between two cuts an eighth of the page is on the wrong
// side at most, which a part's copy outweighs.
constexpr std::array<double, 3> kCuts = {0.25, 0.5, 0.75};
constexpr std::size_t kPartsOfReading = 1 + 2 * kCuts.size();

DocumentEvidence::Part part_of(const mark::Reading& reading, const page::PageModel& model, int page,
                               std::size_t first, std::span<const std::size_t> bits) {
  DocumentEvidence::Part part{.place = {.page = page}};
  for (const std::size_t i : bits) {
    const mark::SoftBit& bit = reading.bits[i];
    const base::Box& box = model.words[model.carriers[bit.carrier].word].box;
    part.place.box = part.marks.empty() ? box : base::united(part.place.box, box);
    part.marks.push_back({static_cast<std::uint32_t>(first + bit.carrier), bit.llr});
  }
  return part;
}

}  // namespace

void DocumentEvidence::add(const DocumentEvidence& other) {
  marks.insert(marks.end(), other.marks.begin(), other.marks.end());
  parts.insert(parts.end(), other.parts.begin(), other.parts.end());
  alone = (pages.empty() ? other.alone : alone || other.alone);
  pages.insert(other.pages.begin(), other.pages.end());
  pictures += other.pictures;
}

std::uint64_t DocumentEvidence::carriers_read() const {
  std::vector<std::uint32_t> carriers;
  for (const trace::Evidence& mark : marks) carriers.push_back(mark.carrier);
  std::ranges::sort(carriers);
  return static_cast<std::uint64_t>(std::ranges::unique(carriers).begin() - carriers.begin());
}

DocumentEvidence evidence_of(const mark::Reading& reading, const page::PageModel& model,
                             const vault::PageInfo& page, Library& library) {
  const int number = static_cast<int>(page.number);
  const std::size_t first = library.circulation(page.document).first_carrier.at(page.number - 1);
  std::vector<std::size_t> from_top(reading.bits.size());
  std::iota(from_top.begin(), from_top.end(), std::size_t{0});
  std::ranges::stable_sort(from_top, {}, [&](std::size_t i) {
    return model.words[model.carriers[reading.bits[i].carrier].word].box.centre().y;
  });
  DocumentEvidence evidence{.pages = {number}, .pictures = 1};
  DocumentEvidence::Part whole = part_of(reading, model, number, first, from_top);
  evidence.marks = whole.marks;
  evidence.parts.push_back(std::move(whole));
  for (const double cut : kCuts) {
    const auto at = static_cast<std::size_t>(cut * static_cast<double>(from_top.size()));
    evidence.parts.push_back(part_of(reading, model, number, first, std::span(from_top).first(at)));
    evidence.parts.push_back(part_of(reading, model, number, first, std::span(from_top).subspan(at)));
  }
  return evidence;
}

NamedCopies name_copies(const DocumentEvidence& evidence, vault::DocumentRow document, double alpha,
                        Library& library) {
  const Circulation& circulation = library.circulation(document);
  NamedCopies named;
  if (circulation.copies == 0) {
    named.notes.push_back({"trace.no_copies", "No copy of this document has been issued from this vault."});
    return named;
  }
  const code::Codebook codebook(circulation.document.codebook_key, circulation.document.carriers);
  // Where one page was read once, the whole is no part.
  const std::span parts = std::span(evidence.parts).subspan(evidence.parts.size() == kPartsOfReading ? 1 : 0);
  std::vector<std::vector<trace::Evidence>> marks;
  for (const DocumentEvidence::Part& part : parts) marks.push_back(part.marks);
  const trace::PartsResult traced =
      trace::trace_parts(evidence.marks, marks, codebook, circulation.copies,
                         {.alpha = alpha, .not_issued = circulation.left_out, .threads = 1});
  named.tested_copies = traced.tested_copies;
  named.notes = traced.notes;
  for (const auto& [accusation, part] : traced.accused) {
    const auto copy = library.copy(document, accusation.copy);
    if (!copy) continue;
    if (codeword_hash(codebook.codeword(accusation.copy)) != copy->codeword_hash)
      throw of_vault(base::Error(base::ErrorCode::kMalformed,
                                 "copy " + copy->id + " does not fit the document's key; nobody is named"));
    named.accused.push_back(
        {copy->id, accusation.log_p_value, trace::name_of(accusation.bound), std::nullopt});
    if (part) named.accused.back().part = parts[*part].place;
  }
  return named;
}

std::vector<LeakFinding> find_leak(const std::map<vault::DocumentRow, DocumentEvidence>& evidence,
                                   double alpha, Library& library) {
  std::vector<LeakFinding> findings;
  for (const auto& [row, of_document] : evidence) {
    const vault::Document& document = library.circulation(row).document;
    const double share = alpha / static_cast<double>(evidence.size());
    findings.push_back({document.id,
                        document.title,
                        {of_document.pages.begin(), of_document.pages.end()},
                        of_document.pictures,
                        of_document.carriers_read(),
                        name_copies(of_document, row, share, library),
                        share,
                        of_document.alone});
  }
  // A document of which only such pages were seen as others have too, and of which nobody is named, is most
  // likely one of those others.
  if (std::ranges::any_of(findings,
                          [](const LeakFinding& it) { return it.seen_alone || !it.copies.accused.empty(); }))
    std::erase_if(findings,
                  [](const LeakFinding& it) { return !it.seen_alone && it.copies.accused.empty(); });
  return findings;
}

}  // namespace barium::app
