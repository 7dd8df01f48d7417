#include "page/rewrite.h"

#include <algorithm>
#include <tuple>

#include "base/hash.h"

namespace barium::page {

namespace {

// Before this byte of this element goes a slot.
struct SlotPlace {
  std::uint32_t element = 0, byte = 0;
  std::uint32_t begins = kNoCarrier, ends = kNoCarrier;
  ExactShift shift;
};

struct MarkedShow {
  const ShowOperator* show = nullptr;
  std::vector<SlotPlace> places;  // in the order of the pen
};

using ShowsOfStream = std::vector<MarkedShow>;

// Writes one stream.
class StreamRewriter {
 public:
  StreamRewriter(const ContentStream& stream, AlternativesTable& table) : stream_(stream), table_(table) {
    out_.literals.reserve(stream.decoded.size() + stream.decoded.size() / 8);
  }

  RewrittenStream rewrite(const ShowsOfStream& shows) {
    std::size_t done = 0;
    for (const MarkedShow& marked : shows) {
      base::require(marked.show->begin >= done, "show operators of a stream follow each other");
      put(done, marked.show->begin);
      put_show(marked);
      done = marked.show->end;
    }
    put(done, stream_.decoded.size());
    return std::move(out_);
  }

 private:
  void put(std::string_view text) { out_.literals.insert(out_.literals.end(), text.begin(), text.end()); }
  void put(std::size_t begin, std::size_t end) {
    put(base::as_text(base::ByteView(stream_.decoded).subspan(begin, end - begin)));
  }
  // Numbers need a blank between them, strings do not.
  void separate_number() {
    if (after_number_) put(" ");
    after_number_ = true;
  }

  // Numbers between `before` and `after`; `still` where the pen stays.
  void put_slot(const SlotPlace& place, const std::string& before, const std::string& after,
                const std::string& still) {
    const std::string& back = place.shift.number;
    const std::string& on = place.shift.negated;
    out_.slots.push_back({static_cast<std::uint32_t>(out_.literals.size()), place.begins, place.ends,
                          table_.add({before + back + " " + back + after, before + back + after, still,
                                      before + on + after, before + on + " " + on + after})});
  }
  // A carrier begins with a string, which ends a number.
  void put_between(const SlotPlace& place) {
    if (place.begins != kNoCarrier) return put_slot(place, after_number_ ? " " : "", "", "");
    separate_number();
    put_slot(place, "", "", "0");
  }
  // Within a string: what is not empty closes it and opens it again. Of two slots side by side, the first is
  // never empty, so that they are read back in one way.
  void put_within(const SlotPlace& place, char close, char open) {
    put_slot(place, {close}, {open},
             place.begins != kNoCarrier ? std::string() : std::string{close} + "0" + open);
  }

  // "The ' operator shall have the same effect as T* string Tj"; " is aw Tw ac Tc string '. (Table 109)
  void put_beginning(const ShowOperator& show) {
    if (show.kind == ShowKind::kDoubleQuote) {
      put(" ");
      put(show.spacing[0][0], show.spacing[0][1]);
      put(" Tw ");
      put(show.spacing[1][0], show.spacing[1][1]);
      put(" Tc");
    }
    if (show.kind == ShowKind::kQuote || show.kind == ShowKind::kDoubleQuote) put(" T*");
    put("[");
  }

  void put_show(const MarkedShow& marked) {
    put_beginning(*marked.show);
    after_number_ = false;
    auto next = marked.places.begin();
    const auto& elements = marked.show->elements;
    for (std::uint32_t i = 0; i < elements.size(); ++i) {
      auto last = next;
      while (last != marked.places.end() && last->element == i) ++last;
      put_element(elements[i], {next, last});
      next = last;
    }
    for (; next != marked.places.end(); ++next) put_between(*next);
    put("]TJ");
  }

  void put_element(const ShowElement& element, std::span<const SlotPlace> places) {
    auto next = places.begin();
    for (; next != places.end() && next->byte == 0; ++next) put_between(*next);
    if (!element.is_string) {
      separate_number();
      return put(element.begin, element.end);
    }
    const auto within = next;
    while (next != places.end() && next->byte < element.string.size()) ++next;
    put_string(element, {within, next});
    for (; next != places.end(); ++next) put_between(*next);
  }

  void put_string(const ShowElement& element, std::span<const SlotPlace> places) {
    after_number_ = false;
    if (places.empty()) return put(element.begin, element.end);
    const bool hexadecimal = stream_.decoded[element.begin] == '<';
    const char open = hexadecimal ? '<' : '(', close = hexadecimal ? '>' : ')';
    put({&open, 1});
    std::size_t done = 0;
    const auto put_until = [&](std::size_t end) {
      const std::string_view part = std::string_view(element.string).substr(done, end - done);
      hexadecimal ? put(base::hex(base::as_bytes(part))) : put_literal(part);
      done = end;
    };
    for (const SlotPlace& place : places) {
      put_until(place.byte);
      put_within(place, close, open);
    }
    put_until(element.string.size());
    put({&close, 1});
  }
  // 7.3.4.2: an unescaped end-of-line would be read as a line feed, whatever it was.
  void put_literal(std::string_view bytes) {
    for (const char c : bytes) {
      if (c == '\r') {
        put("\\r");
        continue;
      }
      if (c == '(' || c == ')' || c == '\\') put("\\");
      put({&c, 1});
    }
  }

  const ContentStream& stream_;
  AlternativesTable& table_;
  RewrittenStream out_;
  bool after_number_ = false;
};

// Whether the next operator puts the pen somewhere by itself, from the beginning of the line or of the text
// space (9.4.2), or ends the text. Where the pen was left is then of no consequence, and need not be given
// back: a slot less, which in files with a glyph or two an operator is half of what a copy grows by.
bool pen_is_set_next(base::ByteView decoded, std::size_t at) {
  const std::string_view rest = base::as_text(decoded.subspan(at));
  const std::size_t begin = std::min(rest.find_first_not_of("0123456789+-. \t\r\n"), rest.size());
  const std::string_view name = rest.substr(begin, rest.find_first_of(" \t\r\n[(<", begin) - begin);
  return name == "Td" || name == "TD" || name == "Tm" || name == "T*" || name == "ET";
}

// Gathers the slots of a document's carriers by show operator.
class SlotCollector {
 public:
  SlotCollector(const OpenedPages& opened, ShiftNumbers numbers) : opened_(opened), numbers_(numbers) {}

  std::map<std::uint32_t, ShowsOfStream> collect() {
    std::uint32_t carrier_number = 0;
    for (std::size_t i = 0; i < opened_.pages.size(); ++i) {
      std::map<std::uint32_t, std::vector<SlotPlace>> places;  // by show operator of the page
      for (const Carrier& carrier : opened_.model.pages[i].carriers)
        add_word(i, carrier, carrier_number++, places);
      for (auto& [show, slots] : places) {
        const ShowOperator& op = opened_.pages[i].shows[show];
        std::ranges::stable_sort(slots, {}, [](const SlotPlace& p) { return std::tie(p.element, p.byte); });
        shows_[op.stream].push_back({&op, share(slots)});
      }
    }
    for (auto& [stream, shows] : shows_)
      std::ranges::sort(shows, {}, [](const MarkedShow& m) { return m.show->begin; });
    return std::move(shows_);
  }

 private:
  void add_word(std::size_t page, const Carrier& carrier, std::uint32_t number,
                std::map<std::uint32_t, std::vector<SlotPlace>>& places) {
    const PageContent& content = opened_.pages[page];
    const Word& word = opened_.model.pages[page].words[carrier.word];
    for (const WordPiece& piece : content.words[carrier.word]) {
      const ShowOperator& show = content.shows[piece.show];
      const ExactShift shift = exact_shift(show, word.along, carrier.shift_pt, numbers_);
      base::require(shift.shift_pt > 0, "every piece of a carrier can be displaced");
      places[piece.show].push_back({piece.first_element, piece.first_byte, number, kNoCarrier, shift});
      SlotPlace end{static_cast<std::uint32_t>(show.elements.size()), 0, kNoCarrier, number, shift};
      const std::uint32_t next = after_blanks(content, piece);
      if (next < content.glyphs.size() && content.glyphs[next].show == piece.show)
        end.element = content.glyphs[next].element, end.byte = content.glyphs[next].byte;
      else if (pen_is_set_next(opened_.streams[show.stream].decoded, show.end))
        continue;
      places[piece.show].push_back(end);
    }
  }

  // The glyph after a piece and the blanks that its show operator draws after it.
  static std::uint32_t after_blanks(const PageContent& content, const WordPiece& piece) {
    std::uint32_t next = piece.glyph_end;
    while (next < content.glyphs.size() && content.glyphs[next].show == piece.show &&
           content.glyphs[next].space)
      ++next;
    return next;
  }

  // One slot instead of two where a carrier ends and another begins; none where it is the same that goes on.
  static std::vector<SlotPlace> share(const std::vector<SlotPlace>& places) {
    std::vector<SlotPlace> shared;
    for (const SlotPlace& place : places) {
      if (!shared.empty() && follow(shared.back(), place)) {
        const std::uint32_t ends = shared.back().ends;
        shared.pop_back();
        if (ends == place.begins) continue;
        shared.push_back(place);
        shared.back().ends = ends;
      } else {
        shared.push_back(place);
      }
    }
    return shared;
  }

  static bool follow(const SlotPlace& last, const SlotPlace& next) {
    return last.begins == kNoCarrier && next.ends == kNoCarrier && last.element == next.element &&
           last.byte == next.byte && last.shift.number == next.shift.number;
  }

  const OpenedPages& opened_;
  ShiftNumbers numbers_;
  std::map<std::uint32_t, ShowsOfStream> shows_;
};

}  // namespace

std::uint32_t AlternativesTable::add(Texts texts) {
  const auto [found, is_new] =
      numbers_.try_emplace(std::move(texts), static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.push_back(&found->first);
  return found->second;
}

std::vector<Alternatives> AlternativesTable::views() const {
  std::vector<Alternatives> views;
  for (const Texts* texts : texts_) std::ranges::copy(*texts, views.emplace_back().texts.begin());
  return views;
}

std::vector<RewrittenStream> rewrite_streams(const OpenedPages& opened, AlternativesTable& table,
                                             ShiftNumbers numbers) {
  std::vector<RewrittenStream> streams;
  for (const auto& [number, shows] : SlotCollector(opened, numbers).collect()) {
    streams.push_back(StreamRewriter(opened.streams[number], table).rewrite(shows));
    streams.back().stream = number;
  }
  return streams;
}

}  // namespace barium::page
