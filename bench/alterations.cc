#include "bench/alterations.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include "base/error.h"
#include "base/rng.h"
#include "page/content.h"

namespace barium::bench {

namespace {

using page::Glyph;
using page::PageContent;
using page::ShowOperator;

constexpr double kApartPt = 3;  // between what is altered
constexpr double kMovePt = 4;   // of a word that was moved

std::string hex(std::string_view bytes) {
  std::string out = "<";
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out + ">";
}

// One word as the content stream has it.
struct Run {
  std::vector<std::uint32_t> glyphs;
  std::u32string text;
  std::string font;  // resource name and size: "/F4 13.49"
  base::Box box;
};

class Forger {
 public:
  Forger(base::ByteView pdf, std::uint64_t seed)
      : file_(pdf, {}), opened_(page::open_pages(file_)), rng_(seed, "alterations") {
    const PageContent& content = this->content();
    for (std::size_t w = 0; w < content.words.size(); ++w) {
      Run run;
      run.box = opened_.model.pages[0].words[w].box;
      const page::Word& word = opened_.model.pages[0].words[w];
      bool usable = word.along.x > 0.999 && word.obstacle != page::Obstacle::kInvisible;
      for (const page::WordPiece& piece : content.words[w])
        for (std::uint32_t g = piece.glyph_begin; g < piece.glyph_end; ++g) {
          const Glyph& glyph = content.glyphs[g];
          usable = usable && !glyph.invisible && glyph.text_size == 1 &&
                   show_of(glyph).elements.size() == 1 && show_of(glyph).stream == content.drawings[0].stream;
          run.glyphs.push_back(g);
          run.text += glyph.text_size > 0 ? content.text[glyph.text_begin] : U'?';
        }
      if (run.glyphs.empty() || !usable) continue;
      run.font = font_before(show_of(content.glyphs[run.glyphs.front()]).begin);
      usable = std::ranges::all_of(run.glyphs, [&](std::uint32_t g) {
        return font_before(show_of(content.glyphs[g]).begin) == run.font;
      });
      if (usable) runs_.push_back(run);
    }
  }

  void alter(const Wanted& wanted) {
    std::vector<std::size_t> order(runs_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng_.below(i)]);
    int made = 0;
    for (const std::size_t i : order) {
      if (made == wanted.count) return;
      made += alter_run(wanted.kind, i);
    }
  }

  AlteredPdf take() {
    page::ContentStream& stream = opened_.streams[content().drawings[0].stream];
    std::string out = "q\n";
    std::uint32_t at = 0;
    const std::string_view source = base::as_text(stream.decoded);
    for (const auto& [begin, edit] : edits_) {
      out += source.substr(at, begin - at);
      out += edit.text;
      at = edit.end;
    }
    out += source.substr(at);
    out += "\nQ\n" + added_;
    QPDF& pdf = file_.qpdf();
    QPDFPageDocumentHelper(pdf).getAllPages().at(0).getObjectHandle().replaceKey(
        "/Contents", QPDFObjectHandle::newStream(&pdf, out));
    QPDFWriter writer(pdf);
    writer.setOutputMemory();
    writer.setStaticID(true);
    writer.write();
    const auto buffer = writer.getBufferSharedPointer();
    return {{buffer->getBuffer(), buffer->getBuffer() + buffer->getSize()}, alterations_};
  }

 private:
  struct Edit {
    std::uint32_t end;
    std::string text;
  };

  const PageContent& content() const { return opened_.pages[0]; }
  const ShowOperator& show_of(const Glyph& glyph) const { return content().shows[glyph.show]; }

  // "/F4 13.49" of the last Tf before.
  std::string font_before(std::uint32_t at) const {
    const std::string_view text = base::as_text(opened_.streams[content().drawings[0].stream].decoded);
    const std::size_t operator_at = text.rfind(" Tf", at);
    if (operator_at == std::string_view::npos) return {};
    const std::size_t slash = text.rfind('/', operator_at);
    return std::string(text.substr(slash, operator_at - slash));
  }

  bool is_free(const base::Box& box) const {
    return std::ranges::none_of(alterations_, [&](const Altered& a) {
      const base::Box common = base::intersected(a.box.grown(kApartPt), box);
      return common.width() > 0 && common.height() > 0;
    });
  }

  std::string code_of(std::uint32_t g) const {
    const Glyph& glyph = content().glyphs[g];
    return show_of(glyph).elements[glyph.element].string.substr(glyph.byte, glyph.bytes);
  }

  base::Box box_of(const Run& run, std::size_t i) const {
    const Glyph& glyph = content().glyphs[run.glyphs[i]];
    return {glyph.origin.x, run.box.y0, glyph.origin.x + glyph.width_pt, run.box.y1};
  }

  void put(std::uint32_t g, const std::string& code) {
    const Glyph& glyph = content().glyphs[g];
    const page::ShowElement& element = show_of(glyph).elements[glyph.element];
    auto [it, fresh] = edits_.try_emplace(element.begin, Edit{element.end, element.string});
    if (fresh) strings_[element.begin] = element.string;
    std::string& bytes = strings_[element.begin];
    bytes.replace(glyph.byte, glyph.bytes, code);
    it->second.text = hex(bytes);
  }

  // Without a glyph the pen stays: only where each glyph has its own operator is nothing else moved.
  void erase(const Run& run) {
    for (const std::uint32_t g : run.glyphs) {
      const page::ShowElement& element = show_of(content().glyphs[g]).elements[content().glyphs[g].element];
      edits_.insert_or_assign(element.begin, Edit{element.end, "<>"});
    }
  }

  // The run's glyphs once more, `right` and `down` of where they stand.
  void draw(const Run& run, double right, double down) {
    const auto& m = content().page_from_user;  // upright: x' = a x + e, y' = d y + f
    for (const std::uint32_t g : run.glyphs) {
      const Glyph& glyph = content().glyphs[g];
      const double x = (glyph.origin.x + right - m[4]) / m[0], y = (glyph.origin.y + down - m[5]) / m[3];
      added_ += fmt::format("q BT {} 1 Tf {:.4f} 0 0 {:.4f} {:.4f} {:.4f} Tm {} Tj ET Q\n",
                            run.font.substr(0, run.font.find(' ')), show_of(glyph).size_pt / m[0],
                            show_of(glyph).size_pt / m[0], x, y, hex(code_of(g)));
    }
  }

  std::string utf8(const std::u32string& text) const {
    std::string out;
    for (const char32_t c : text) out += c < 0x80 ? std::string(1, static_cast<char>(c)) : "?";
    return out;
  }

  void note(Alteration kind, const base::Box& box, const std::u32string& photo,
            const std::u32string& original) {
    alterations_.push_back({kind, box, utf8(photo), utf8(original)});
  }

  // Another glyph of the same font of which `fits`.
  template <class Fits>
  std::optional<std::pair<std::string, char32_t>> another(const Run& run, const Fits& fits) {
    std::map<char32_t, std::string> choice;
    for (const Run& other : runs_) {
      if (other.font != run.font) continue;
      for (std::size_t i = 0; i < other.glyphs.size(); ++i)
        if (fits(other.text[i])) choice.try_emplace(other.text[i], code_of(other.glyphs[i]));
    }
    if (choice.empty()) return std::nullopt;
    auto it = choice.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(rng_.below(choice.size())));
    return std::pair(it->second, it->first);
  }

  static bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
  static bool is_lower(char32_t c) { return c >= U'a' && c <= U'z'; }

  bool change_glyph(Alteration kind, const Run& run, bool (*of_kind)(char32_t)) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < run.text.size(); ++i)
      if (of_kind(run.text[i])) places.push_back(i);
    if (places.empty()) return false;
    const std::size_t i = places[rng_.below(places.size())];
    const auto other = another(run, [&](char32_t c) { return of_kind(c) && c != run.text[i]; });
    if (!other) return false;
    put(run.glyphs[i], other->first);
    std::u32string after = run.text;
    after[i] = other->second;
    note(kind, box_of(run, i), run.text, after);
    return true;
  }

  bool replace(Alteration kind, const Run& run, const Run& by) {
    for (std::size_t i = 0; i < run.glyphs.size(); ++i) put(run.glyphs[i], code_of(by.glyphs[i]));
    note(kind, run.box, run.text, by.text);
    return true;
  }

  // A run that can stand for another: as many glyphs of the same font, other text.
  template <class Fits>
  const Run* like(const Run& run, const Fits& fits) {
    std::vector<const Run*> choice;
    for (const Run& other : runs_)
      if (&other != &run && other.font == run.font && other.text.size() == run.text.size() &&
          other.text != run.text && fits(other))
        choice.push_back(&other);
    return choice.empty() ? nullptr : choice[rng_.below(choice.size())];
  }

  bool alter_run(Alteration kind, std::size_t i) {
    const Run run = runs_[i];
    if (!is_free(run.box)) return false;
    const auto is_amount = [](const Run& r) { return is_digit(r.text.front()) && r.text.size() > 1; };
    switch (kind) {
      case Alteration::kDigit:
        return change_glyph(kind, run, is_digit);
      case Alteration::kLetter:
        return change_glyph(kind, run, is_lower);
      case Alteration::kWord: {
        const Run* by = run.text.size() < 3 ? nullptr : like(run, [](const Run&) { return true; });
        return by != nullptr && replace(kind, run, *by);
      }
      case Alteration::kSwapped: {
        if (!is_amount(run)) return false;
        const Run* with = like(run, [&](const Run& r) { return is_amount(r) && is_free(r.box); });
        if (with == nullptr) return false;
        const Run other = *with;
        return replace(kind, run, other) && replace(kind, other, run);
      }
      case Alteration::kRemoved:
        if (run.text.size() < 2) return false;
        erase(run);
        note(kind, run.box, run.text, U"");
        return true;
      case Alteration::kAdded:
        return add_copy(run);
      case Alteration::kMoved: {
        const base::Box there{run.box.x0, run.box.y0, run.box.x1 + kMovePt, run.box.y1};
        if (!is_digit(run.text.front()) || !is_free(there) ||
            !is_blank({run.box.x1 + 0.5, run.box.y0, there.x1 + 1, run.box.y1}))
          return false;
        erase(run);
        draw(run, kMovePt, 0);
        note(kind, there, run.text, run.text);
        return true;
      }
      case Alteration::kLine:
        return replace_line(i);
    }
    return false;
  }

  bool is_blank(const base::Box& box) const {
    return box.x0 > 20 && box.y0 > 20 && box.x1 < opened_.model.pages[0].width_pt - 20 &&
           box.y1 < opened_.model.pages[0].height_pt - 20 &&
           std::ranges::none_of(opened_.model.pages[0].words, [&](const page::Word& word) {
             const base::Box common = base::intersected(word.box.grown(1), box);
             return common.width() > 0 && common.height() > 0;
           });
  }

  // Beside itself or below, where there is room.
  bool add_copy(const Run& run) {
    if (run.text.size() < 3) return false;
    const double w = run.box.width(), h = run.box.height();
    for (const base::Vec2 by :
         {base::Vec2{w + 6, 0}, base::Vec2{-w - 6, 0}, base::Vec2{0, 1.6 * h}, base::Vec2{0, -1.6 * h}}) {
      const base::Box there{run.box.x0 + by.x, run.box.y0 + by.y, run.box.x1 + by.x, run.box.y1 + by.y};
      if (!is_blank(there) || !is_free(there)) continue;
      draw(run, by.x, by.y);
      note(Alteration::kAdded, there, U"", run.text);
      return true;
    }
    return false;
  }

  bool replace_line(std::size_t i) {
    std::vector<std::pair<const Run*, const Run*>> changes;
    for (const Run& run : runs_) {
      if (std::abs(run.box.y0 - runs_[i].box.y0) > 1 || std::abs(run.box.x0 - runs_[i].box.x0) > 150)
        continue;
      if (!is_free(run.box)) return false;
      if (const Run* by = like(run, [](const Run&) { return true; })) changes.emplace_back(&run, by);
    }
    if (changes.size() < 3) return false;
    for (const auto& [run, by] : changes) replace(Alteration::kLine, *run, *by);
    return true;
  }

  page::PdfFile file_;
  page::OpenedPages opened_;
  base::Rng rng_;
  std::vector<Run> runs_;
  std::map<std::uint32_t, Edit> edits_;
  std::map<std::uint32_t, std::string> strings_;
  std::string added_;
  std::vector<Altered> alterations_;
};

}  // namespace

const char* name_of(Alteration kind) {
  switch (kind) {
    case Alteration::kDigit:
      return "digit";
    case Alteration::kLetter:
      return "letter";
    case Alteration::kWord:
      return "word";
    case Alteration::kSwapped:
      return "swapped";
    case Alteration::kRemoved:
      return "removed";
    case Alteration::kAdded:
      return "added";
    case Alteration::kMoved:
      return "moved";
    case Alteration::kLine:
      return "line";
  }
  return "";
}

AlteredPdf alter(base::ByteView pdf, const std::vector<Wanted>& wanted, std::uint64_t seed) {
  Forger forger(pdf, seed);
  for (const Wanted& want : wanted) forger.alter(want);
  return forger.take();
}

}  // namespace barium::bench
