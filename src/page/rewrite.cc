#include "page/rewrite.h"

#include <algorithm>
#include <tuple>

#include "base/hash.h"

namespace barium::page {

namespace {

// Before this byte of this element goes a slot.
struct SlotPlace {
  std::uint32_t element = 0, byte = 0;
  std::uint32_t carrier = 0, alternatives = 0;
};

struct MarkedShow {
  const ShowOperator* show = nullptr;
  std::vector<SlotPlace> places;  // in the order of the pen
};

using ShowsOfStream = std::vector<MarkedShow>;

// Writes one stream.
class StreamRewriter {
 public:
  explicit StreamRewriter(const ContentStream& stream) : stream_(stream) {
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
  void put_slot(const SlotPlace& place) {
    separate_number();
    out_.slots.push_back(
        {static_cast<std::uint32_t>(out_.literals.size()), place.carrier, place.alternatives});
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
    for (; next != marked.places.end(); ++next) put_slot(*next);
    put("]TJ");
  }

  void put_element(const ShowElement& element, std::span<const SlotPlace> places) {
    if (!element.is_string) {
      for (const SlotPlace& place : places) put_slot(place);
      separate_number();
      put(element.begin, element.end);
      return;
    }
    std::size_t done = 0;
    for (const SlotPlace& place : places) {
      put_string(element, done, place.byte);
      put_slot(place);
      done = place.byte;
    }
    put_string(element, done, element.string.size());
  }

  void put_string(const ShowElement& element, std::size_t begin, std::size_t end) {
    base::require(begin <= end && end <= element.string.size(), "a slot lies within its string");
    if (begin == end) return;
    after_number_ = false;
    if (begin == 0 && end == element.string.size()) return put(element.begin, element.end);
    const std::string_view part = std::string_view(element.string).substr(begin, end - begin);
    stream_.decoded[element.begin] == '<' ? put_hexadecimal(part) : put_literal(part);
  }
  void put_hexadecimal(std::string_view bytes) {
    put("<");
    put(base::hex(base::as_bytes(bytes)));
    put(">");
  }
  // 7.3.4.2: an unescaped end-of-line would be read as a line feed, whatever it was.
  void put_literal(std::string_view bytes) {
    put("(");
    for (const char c : bytes) {
      if (c == '\r') {
        put("\\r");
        continue;
      }
      if (c == '(' || c == ')' || c == '\\') put("\\");
      put(std::string_view(&c, 1));
    }
    put(")");
  }

  const ContentStream& stream_;
  RewrittenStream out_;
  bool after_number_ = false;
};

// Whether nothing of the show operator comes after the piece.
bool ends(const WordPiece& piece, const ShowOperator& show) {
  return piece.last_element + 1 == show.elements.size() &&
         piece.last_byte == show.elements.back().string.size();
}

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
  SlotCollector(const OpenedPages& opened, AlternativesTable& table, ShiftNumbers numbers)
      : opened_(opened), table_(table), numbers_(numbers) {}

  std::map<std::uint32_t, ShowsOfStream> collect() {
    std::uint32_t carrier_number = 0;
    for (std::size_t i = 0; i < opened_.pages.size(); ++i) {
      std::map<std::uint32_t, std::vector<SlotPlace>> places;  // by show operator of the page
      for (const Carrier& carrier : opened_.model.pages[i].carriers)
        add_word(i, carrier, carrier_number++, places);
      for (auto& [show, slots] : places) {
        const ShowOperator& op = opened_.pages[i].shows[show];
        std::ranges::stable_sort(slots, {}, [](const SlotPlace& p) { return std::tie(p.element, p.byte); });
        shows_[op.stream].push_back({&op, std::move(slots)});
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
      const std::uint32_t there = table_.add(shift.negated, shift.number, "0");
      places[piece.show].push_back({piece.first_element, piece.first_byte, number, there});
      if (ends(piece, show) && pen_is_set_next(opened_.streams[show.stream].decoded, show.end)) continue;
      const std::uint32_t back = table_.add(shift.number, shift.negated, "0");
      places[piece.show].push_back({piece.last_element, piece.last_byte, number, back});
    }
  }

  const OpenedPages& opened_;
  AlternativesTable& table_;
  ShiftNumbers numbers_;
  std::map<std::uint32_t, ShowsOfStream> shows_;
};

}  // namespace

std::uint32_t AlternativesTable::add(const std::string& plus, const std::string& minus,
                                     const std::string& zero) {
  std::array<std::string, 3> texts = {plus, minus, zero};
  const auto [found, is_new] = numbers_.try_emplace(texts, static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.push_back(std::move(texts));
  return found->second;
}

std::vector<Alternatives> AlternativesTable::views() const {
  std::vector<Alternatives> views;
  for (const auto& [plus, minus, zero] : texts_) views.push_back({plus, minus, zero});
  return views;
}

std::vector<RewrittenStream> rewrite_streams(const OpenedPages& opened, AlternativesTable& table,
                                             ShiftNumbers numbers) {
  std::vector<RewrittenStream> streams;
  for (const auto& [number, shows] : SlotCollector(opened, table, numbers).collect()) {
    streams.push_back(StreamRewriter(opened.streams[number]).rewrite(shows));
    streams.back().stream = number;
  }
  return streams;
}

}  // namespace barium::page
