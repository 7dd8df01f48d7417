#include "app/flow/words_info.h"

#include "verify/glyph_cells.h"

namespace barium::app {

namespace {

// With the glyphs that seem to stand there now; empty where one has no name, or the word's glyphs are not its
// characters.
std::string now_reads(const page::Word& word, const verify::WordFinding& finding) {
  std::u32string text = verify::characters_of_glyphs(word);
  if (text.empty()) return {};
  for (const auto& [glyph, now] : finding.changes) {
    if (now == 0) return {};
    text[glyph] = now;
  }
  return verify::text_of_glyphs(text);
}

std::array<double, 8> quad_of(const base::Box& b, const image::Warp& picture_from_page, double scale) {
  std::array<double, 8> quad{};
  const base::Vec2 corners[] = {{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}};
  for (std::size_t i = 0; i < 4; ++i) {
    const base::Vec2 p = picture_from_page * corners[i];
    quad[2 * i] = p.x / scale;
    quad[2 * i + 1] = p.y / scale;
  }
  return quad;
}

const char* kind_of(verify::Altered what) {
  switch (what) {
    case verify::Altered::kChanged:
      return "changed";
    case verify::Altered::kMissing:
      return "missing";
    case verify::Altered::kBlackedOut:
      return "blacked_out";
  }
  return "changed";
}

AlteredWord altered_word(const page::Word& word, const verify::WordFinding& finding,
                         const image::Warp& picture_from_page, double scale) {
  const bool stands = finding.what == verify::Altered::kChanged;
  AlteredWord altered{.kind = kind_of(finding.what),
                      .expected = word.text,
                      .reads = stands ? now_reads(word, finding) : "",
                      .page_box = word.box,
                      .p_value = finding.p_value};
  if (!altered.reads.empty()) altered.reads_by = "glyphs";
  altered.photo_quad = quad_of(word.box, picture_from_page, scale);
  return altered;
}

}  // namespace

WordsInfo words_info(const page::PageModel& page, std::span<const verify::WordFinding> findings,
                     std::span<const verify::AddedInk> added, const image::Warp& picture_from_page,
                     double scale) {
  WordsInfo info{.on_page = static_cast<int>(page.words.size())};
  for (std::size_t i = 0; i < findings.size(); ++i) {
    info.vouched += findings[i].state == verify::WordState::kVouched;
    info.unreadable += findings[i].state == verify::WordState::kUnreadable;
    if (findings[i].state == verify::WordState::kAltered)
      info.altered.push_back(altered_word(page.words[i], findings[i], picture_from_page, scale));
    if (findings[i].reason == verify::Reason::kDoubtful || findings[i].reason == verify::Reason::kCovered)
      info.doubtful.push_back({page.words[i].text,
                               findings[i].reason == verify::Reason::kCovered ? "covered" : "different",
                               page.words[i].box, quad_of(page.words[i].box, picture_from_page, scale)});
  }
  for (const verify::AddedInk& ink : added)
    info.altered.push_back({.kind = "added",
                            .page_box = ink.where,
                            .photo_quad = quad_of(ink.where, picture_from_page, scale),
                            .p_value = verify::kAddedInkFalseAlarm});
  return info;
}

GraphicsInfo graphics_info(std::span<const verify::GraphicFinding> findings,
                           const image::Warp& picture_from_page, double scale) {
  using State = verify::GraphicFinding::State;
  GraphicsInfo info{.on_page = static_cast<int>(findings.size())};
  for (const verify::GraphicFinding& finding : findings) {
    info.vouched += finding.state == State::kVouched;
    info.unreadable += finding.state == State::kUnreadable;
    if (finding.state == State::kAltered)
      info.altered.push_back({.what = finding.kind == verify::Graphic::Kind::kRule ? "rule" : "picture",
                              .kind = finding.missing ? "missing" : "changed",
                              .page_box = finding.where,
                              .photo_quad = quad_of(finding.where, picture_from_page, scale),
                              .p_value = finding.p_value});
  }
  return info;
}

}  // namespace barium::app
