#include "page/document.h"

#include <algorithm>

#include "page/base_file.h"
#include "page/content.h"
#include "page/copy_layout.h"
#include "page/encryption.h"
#include "page/pdf_file.h"
#include "page/picture_marks.h"
#include "page/plain_copy.h"
#include "page/rewrite.h"
#include "page/text_check.h"

namespace barium::page {

namespace {

// The fastest level that keeps a copy within kSizeBudget of the original's size, or the last.
// bench/micro/write_copy_bench.cc, for ten dense pages: 6 takes 10 ms, 9 takes 20, 12 takes 90.
constexpr std::array<std::uint8_t, 4> kLevels = {6, 9, 10, 12};

std::size_t size_budget(std::size_t original) { return original + original / 10 + 10'000; }

// Everything that a CopyLayout has views of.
struct TemplateParts {
  AlternativesTable table;
  std::vector<RewrittenStream> streams;
  BaseFile base;
  base::Bytes encryption;
};

class TemplateMaker {
 public:
  TemplateMaker(base::ByteView pdf, PdfFile& file, OpenedPages& opened, const ReadOptions& options)
      : pdf_(pdf), file_(file), opened_(opened), options_(options) {}

  CopyTemplate make() {
    parts_.streams = rewrite_streams(opened_, parts_.table);
    std::vector<MarkedObject> marked;
    for (const RewrittenStream& stream : parts_.streams)
      marked.push_back({own_stream(opened_.streams[stream.stream]), QPDFObjectHandle::newName("/FlateDecode"),
                        QPDFObjectHandle::newNull()});
    for (const OpenedPicture& picture : opened_.pictures)
      marked.push_back({picture.object, picture.filter, picture.parameters});
    parts_.base = write_base(file_.qpdf(), marked);
    keep_text();
    if (file_.qpdf().isEncrypted()) keep_encryption();
    CopyLayout made = with_level(layout());
    if (!fits_) {
      rewrite_again(ShiftNumbers::kShort);
      made = with_level(layout());
    }
    return {serialize(made)};
  }

 private:
  // The stream that the copies replace: a form's own, and for a page a new one instead of its /Contents.
  QPDFObjectHandle own_stream(const ContentStream& stream) {
    if (stream.kind == StreamKind::kForm)
      return file_.qpdf().getObjectByID(stream.parts.at(0).object, stream.parts.at(0).generation);
    QPDFObjectHandle contents = QPDFObjectHandle::newStream(&file_.qpdf());
    QPDFObjectHandle page = file_.pages().at(static_cast<std::size_t>(stream.page));
    page.replaceKey("/Contents", contents);
    return contents;
  }

  CopyLayout layout() const {
    CopyLayout layout;
    layout.xref_kind = parts_.base.xref_kind;
    layout.level = kLevels.front();
    layout.carriers = static_cast<std::uint32_t>(opened_.model.carrier_count());
    layout.first_id = parts_.base.first_id;
    layout.trailer = parts_.base.trailer;
    layout.alternatives = parts_.table.views();
    for (std::size_t i = 0; i < parts_.streams.size(); ++i)
      layout.streams.push_back({parts_.base.holes[i].length_at, parts_.base.holes[i].data_at,
                                StreamEncoding::kZlib, parts_.streams[i].literals, parts_.streams[i].slots});
    for (std::size_t i = 0; i < opened_.pictures.size(); ++i) {
      const StreamHole& hole = parts_.base.holes[parts_.streams.size() + i];
      layout.streams.push_back({.length_at = hole.length_at,
                                .data_at = hole.data_at,
                                .encoding = StreamEncoding::kPicture,
                                .picture = opened_.pictures[i].picture,
                                .moves = moves_of(opened_.pictures[i])});
    }
    std::ranges::sort(layout.streams, {}, &MarkedStream::length_at);
    layout.xref = parts_.base.xref;
    layout.encryption = parts_.encryption;
    layout.password = parts_.encryption.empty() ? std::string_view() : std::string_view(options_.password);
    layout.body = parts_.base.body;
    return layout;
  }

  std::vector<PictureMove> moves_of(const OpenedPicture& picture) const {
    std::vector<PictureMove> moves;
    for (const PictureMark& mark : picture.marks) {
      const std::vector<Carrier>& carriers = opened_.model.pages[mark.page].carriers;
      const auto carrier = std::ranges::find(carriers, mark.word, &Carrier::word);
      base::require(carrier != carriers.end(), "a word that moves in a picture is a carrier");
      const std::size_t number =
          opened_.model.first_carrier(mark.page) + static_cast<std::size_t>(carrier - carriers.begin());
      moves.push_back({static_cast<std::uint32_t>(number), mark.area, mark.dx, mark.dy});
    }
    return moves;
  }

  // Extractors of text do not look into pictures: for them these need not be made.
  CopyLayout layout_without_pictures() const {
    CopyLayout text = layout();
    for (MarkedStream& stream : text.streams) {
      if (stream.encoding != StreamEncoding::kPicture) continue;
      stream.encoding = StreamEncoding::kZlib;
      stream.moves.clear();
    }
    return text;
  }

  // Carriers whose displacement changes extracted text stay where they are.
  void keep_text() {
    const CopyLayout all = layout_without_pictures();
    const bool readable = !file_.qpdf().isEncrypted();
    const base::Bytes still = write_plain_copy(all, std::vector<std::int8_t>(all.carriers, 0));
    const TextCheck check = check_text(readable ? pdf_ : base::ByteView(still), all, opened_.model);
    opened_.model.notes.insert(opened_.model.notes.end(), check.notes.begin(), check.notes.end());
    if (check.dropped == 0) return;
    drop_carriers(check.drop);
    rewrite_again(ShiftNumbers::kExact);
  }

  // Its hidden text can then stay where it is, half a point from it at most.
  bool moves_in_picture(std::size_t page, std::uint32_t word) const {
    return std::ranges::any_of(opened_.pictures, [&](const OpenedPicture& picture) {
      return std::ranges::any_of(
          picture.marks, [&](const PictureMark& mark) { return mark.page == page && mark.word == word; });
    });
  }

  void drop_carriers(const std::vector<bool>& drop) {
    std::size_t number = 0;
    for (PageModel& page : opened_.model.pages) {
      std::vector<Carrier> kept;
      const auto index = static_cast<std::size_t>(&page - opened_.model.pages.data());
      for (const Carrier& carrier : page.carriers) {
        if (!drop[number++])
          kept.push_back(carrier);
        else if (moves_in_picture(index, carrier.word))
          opened_.pages[index].words[carrier.word].clear(), kept.push_back(carrier);
        else
          page.words[carrier.word].obstacle = Obstacle::kTight;
      }
      if (kept.empty() && !page.carriers.empty())
        page.unmarked_reason = "Displacing any of its words changes what text extractors read.";
      page.carriers = std::move(kept);
    }
  }

  // The base file stays, so a stream that has lost its last carrier is still one of the copies' streams.
  void rewrite_again(ShiftNumbers numbers) {
    parts_.table = {};
    std::vector<RewrittenStream> rewritten = rewrite_streams(opened_, parts_.table, numbers);
    auto next = rewritten.begin();
    for (RewrittenStream& stream : parts_.streams) {
      if (next != rewritten.end() && next->stream == stream.stream)
        stream = std::move(*next++);
      else
        stream = {stream.stream, opened_.streams[stream.stream].decoded, {}};
    }
  }

  void keep_encryption() {
    parts_.encryption = encryption_sample(file_.qpdf());
    opened_.model.notes.push_back(
        {"page.encrypted",
         "The document is encrypted. Its copies get the same passwords and permissions, "
         "which makes issuing them slower."});
  }

  CopyLayout with_level(CopyLayout layout) {
    std::vector<std::int8_t> signs(layout.carriers);
    for (std::size_t i = 0; i < signs.size(); ++i) signs[i] = i % 3 == 0 ? 1 : -1;
    for (const std::uint8_t level : kLevels) {
      layout.level = level;
      fits_ = write_plain_copy(layout, signs).size() <= size_budget(pdf_.size());
      if (fits_) break;
    }
    return layout;
  }

  base::ByteView pdf_;
  PdfFile& file_;
  OpenedPages& opened_;
  const ReadOptions& options_;
  TemplateParts parts_;
  bool fits_ = true;  // what with_level last made, into size_budget
};

}  // namespace

void ReadOptions::check() const {
  // A point is four times the default, and already seen by a reader.
  if (!(strength_pt > 0 && strength_pt <= 1))
    throw base::Error(base::ErrorCode::kUsage, "the strength is above 0 and at most 1 pt");
  if (max_pages == 0 || max_content_bytes == 0)
    throw base::Error(base::ErrorCode::kUsage, "limits of 0 let nothing through");
}

OpenedDocument read_document(base::ByteView pdf, const ReadOptions& options) {
  options.check();
  PdfFile file(pdf, options);
  OpenedPages opened = open_pages(file, options);
  mark_pictures(file, opened, options);
  CopyTemplate copy_template = TemplateMaker(pdf, file, opened, options).make();
  return {std::move(opened.model), std::move(copy_template)};
}

DocumentModel read_words(base::ByteView pdf, const ReadOptions& options) {
  options.check();
  PdfFile file(pdf, options);
  OpenedPages opened = open_pages(file, options);
  mark_pictures(file, opened, options);
  return std::move(opened.model);
}

}  // namespace barium::page
