#include "app/cli/report.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/cli/json.h"
#include "app/cli/overlay_picture.h"
#include "app/cli/talk.h"
#include "app/confine/answer.h"
#include "app/flow/file_names.h"
#include "base/error.h"
#include "base/file.h"
#include "image/encode.h"

namespace barium::app {

namespace {

constexpr int kJpegQuality = 85;
constexpr std::size_t kMostNameBytes = 80;
constexpr const char* kTogether = "together.html";

constexpr const char* kStyle = R"(
body{font:16px/1.45 sans-serif;color:#222;background:#fff;max-width:1180px;margin:1.5em auto;padding:0 1em}
h1{font-size:1.5em;margin:.2em 0}h2{font-size:1.15em;margin:1.6em 0 .4em}
.verdict{font-size:1.25em;padding:.7em 1em;border-left:8px solid #777;background:#f3f3f3;margin:1em 0}
.doubtful{background:#fbe9c6;padding:0 .25em}.verdict.altered{border-color:#c0392b}.verdict.named{border-color:#b5651d}
table{border-collapse:collapse;width:100%;font-size:.93em}td,th{border:1px solid #ccc;padding:.3em .5em;text-align:left;vertical-align:top}
.pair{display:flex;gap:12px}.pane{flex:1;overflow:auto;height:640px;border:1px solid #bbb;position:relative}
.sheet{position:relative;transform-origin:0 0;width:100%}.sheet img{width:100%;display:block}
.sheet svg{position:absolute;left:0;top:0;width:100%;height:100%}
.slide{position:relative;border:1px solid #bbb}.slide img{width:100%;display:block}
.slide .over{position:absolute;left:0;top:0;width:100%}
.a{fill:none;stroke:#c0392b;stroke-width:1.6}.u{fill:url(#hatch);stroke:none}
.legend span{margin-right:1.5em}.small{font-size:.88em;color:#555}input[type=range]{width:100%}
@media print{.pane{height:auto;overflow:visible}.controls,.slide{display:none}})";

constexpr const char* kScript = R"(
document.querySelectorAll('.page').forEach(page=>{
 const panes=[...page.querySelectorAll('.pane')],zoom=page.querySelector('.zoom'),cut=page.querySelector('.cut');
 let busy=false;
 panes.forEach(p=>p.addEventListener('scroll',()=>{if(busy)return;busy=true;panes.forEach(q=>{if(q!==p){q.scrollTop=p.scrollTop;q.scrollLeft=p.scrollLeft}});busy=false}));
 if(zoom)zoom.addEventListener('input',()=>page.querySelectorAll('.sheet').forEach(s=>s.style.width=zoom.value+'%'));
 if(cut)cut.addEventListener('input',()=>page.querySelector('.over').style.clipPath='inset(0 '+(100-cut.value)+'% 0 0)');
});)";

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : plain_text(text, 4096)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

std::string base64(base::ByteView bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string picture(const image::GrayImage& image, const char* what) {
  return fmt::format("<img alt='{}' src='data:image/jpeg;base64,{}'>", what,
                     base64(image::encode_jpeg(image.view(), kJpegQuality)));
}

// Altered words framed, unreadable ones hatched; in points of the page.
std::string overlay(const PagePictures& pictures) {
  const double w = pictures.original.width() / pictures.px_per_pt,
               h = pictures.original.height() / pictures.px_per_pt;
  std::string out = fmt::format("<svg viewBox='0 0 {:.1f} {:.1f}' preserveAspectRatio='none'>", w, h);
  for (const PagePictures::Word& word : pictures.words) {
    if (word.found == PagePictures::Word::Found::kVouched) continue;
    const bool altered = word.found == PagePictures::Word::Found::kAltered;
    const base::Box box = altered ? word.box.grown(1.5) : word.box;
    out += fmt::format(
        "<rect class='{}' x='{:.1f}' y='{:.1f}' width='{:.1f}' height='{:.1f}'><title>{}</title></rect>",
        altered ? "a" : "u", box.x0, box.y0, box.width(), box.height(),
        word.why.empty() ? "altered" : escaped(word.why));
  }
  return out + "</svg>";
}

std::string one_in(double log_p) {
  const double digits = -log_p / std::numbers::ln10;
  if (digits < 6)
    return fmt::format("one chance in {}", grouped(static_cast<std::uint64_t>(std::exp(-log_p))));
  return fmt::format("one chance in 1 followed by {:.0f} zeros", std::floor(digits));
}

bool has_note(const Examination& it, std::string_view code) {
  return std::ranges::any_of(it.notes, [&](const base::Note& note) { return note.code == code; });
}

std::string verdict_sentence(const Examination& it) {
  if (!it.placement && it.verdict == Verdict::kNotOurs)
    return "This is probably none of our pages: the picture shows text, and no page of the vault is like it.";
  if (!it.placement && has_note(it, "find.several_places"))
    return "What this picture shows stands at several places of our documents, and nothing in it tells "
           "which.";
  if (!it.placement)
    return "No page of the vault was recognised in this picture. That does not say that it is none of ours: "
           "it may show too little.";
  std::string text =
      fmt::format("This is page {} of “{}”. ", it.placement->page, escaped(it.placement->title));
  const std::size_t altered = it.words.words_altered(), added = it.words.altered.size() - altered;
  if (it.spliced) text += "Only a part of it is shown, on a sheet put together of several pages. ";
  text += altered > 0 ? fmt::format("{} of it {} been altered. ", counted(altered, "word", "words"),
                                    altered == 1 ? "has" : "have")
          : it.verdict == Verdict::kGenuine ? "It is genuine. "
          : it.verdict == Verdict::kAltered ? ""
          : it.words.doubtful.empty()
              ? "No word that can be read differs from the original; not all could be read. "
              : fmt::format("It is undecided: {} not look as {} should. ",
                            counted(it.words.doubtful.size(), "word does", "words do"),
                            it.words.doubtful.size() == 1 ? "it" : "they");
  if (added > 0)
    text += fmt::format("There is ink in {} where it is blank. ", counted(added, "place", "places"));
  if (const std::size_t n = it.graphics.altered.size(); n > 0)
    text += fmt::format("{} {} not the original’s. ", counted(n, "line or picture", "lines and pictures"),
                        n == 1 ? "is" : "are");
  if (it.accused.size() == 1) text += "It shows the marks of one copy.";
  if (it.accused.size() > 1) text += fmt::format("It shows the marks of {} copies.", it.accused.size());
  return text;
}

std::string copies_section(const std::vector<AccusedCopy>& accused, std::uint64_t pictures) {
  std::string out;
  for (const AccusedCopy& one : accused)
    out += fmt::format(
        "<p>{} copy <b>{}</b>. That a given copy whose holder had no part in it would look like this by "
        "chance: at most {}.</p>",
        whose(one, pictures), escaped(one.copy), one_in(one.log_p_value));
  return accused.empty() ? "<p>It cannot be said whose copy it is.</p>" : out;
}

std::string copies_section(const Examination& it, ExamineOptions::Leaks leaks) {
  if (leaks == ExamineOptions::Leaks::kTogether)
    return fmt::format("<p>All pictures were taken for one leak: see <a href='{0}'>{0}</a>.</p>", kTogether);
  if (it.tested_copies == 0) return "<p>No copies were compared.</p>";
  return copies_section(it.accused, 1) +
         fmt::format(
             "<p>{} were compared; {} of {} on the page could be read. The chance that this report "
             "names anybody innocent at all: at most {}.</p>",
             counted(it.tested_copies, "copy", "copies"),
             grouped(static_cast<std::uint64_t>(it.carriers_read)),
             counted(static_cast<std::uint64_t>(it.carriers_on_page), "mark", "marks"), odds(it.alpha));
}

std::string words_section(const WordsInfo& words) {
  std::string out = fmt::format(
      "<p>Of {} on the page, {} are vouched for: they are the original’s, and a change of a single character "
      "would have been seen. "
      "{} altered. {} cannot be vouched for by this picture.</p>",
      counted(static_cast<std::uint64_t>(words.on_page), "word", "words"),
      grouped(static_cast<std::uint64_t>(words.vouched)),
      words.words_altered() == 1 ? "1 is" : grouped(words.words_altered()) + " are",
      grouped(static_cast<std::uint64_t>(words.unreadable)));
  if (!words.doubtful.empty()) {
    out += "<p>Not as they should look, and not surely others; look at them in the pictures below:";
    for (const DoubtfulWord& word : words.doubtful)
      out += fmt::format(" <span class='doubtful'>{}</span>{}", escaped(word.expected),
                         word.why == "covered" ? " (covered)" : "");
    out += ".</p>";
  }
  if (words.altered.empty()) return out;
  out +=
      "<table><tr><th>the original says</th><th>the picture seems to say</th><th>an unaltered word, or "
      "blank page, looks like this</th></tr>";
  for (const AlteredWord& word : words.altered)
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>at most {} times</td></tr>",
                       word.kind == "added" ? "nothing: blank paper" : escaped(word.expected),
                       word.kind == "missing"       ? "nothing: blank paper"
                       : word.kind == "blacked_out" ? "a black bar"
                       : !word.reads.empty()        ? escaped(word.reads)
                       : word.kind == "added"       ? "ink: something was written or printed there"
                                                    : "not known",
                       odds(word.p_value));
  return out + "</table>";
}

std::string graphics_section(const GraphicsInfo& graphics) {
  if (graphics.on_page == 0) return {};
  std::string out = fmt::format(
      "<p>Of {} on the page, {} are vouched for. {} altered. {} cannot be vouched for by this picture.</p>",
      counted(static_cast<std::uint64_t>(graphics.on_page), "line or picture", "lines and pictures"),
      grouped(static_cast<std::uint64_t>(graphics.vouched)),
      graphics.altered.size() == 1 ? "1 is" : grouped(graphics.altered.size()) + " are",
      grouped(static_cast<std::uint64_t>(graphics.unreadable)));
  for (const AlteredGraphic& one : graphics.altered)
    out += fmt::format("<p>A {} {}. An unaltered page looks like this at most {} times.</p>",
                       one.what == "rule" ? "line" : "picture",
                       one.kind == "missing" ? "is missing" : "is another", odds(one.p_value));
  return out;
}

std::string pictures_section(const PagePictures& pictures) {
  const std::string original = picture(pictures.original, "the original"),
                    photo = picture(pictures.photo, "the photo, laid out like the original"),
                    marks = overlay(pictures);
  return "<p class='legend small'><span style='color:#c0392b'>▭ altered</span><span>▨ cannot be vouched for "
         "(point at it for the reason)</span></p>"
         "<p class='controls'>Larger <input class='zoom' type='range' min='100' max='400' value='100' "
         "aria-label='zoom'></p>"
         "<div class='pair'><div class='pane'><div class='sheet'>" +
         original + marks + "</div></div><div class='pane'><div class='sheet'>" + photo + marks +
         "</div></div></div><p class='small'>Left the original, right the picture, laid out like it.</p>"
         "<p class='controls'>Original over picture <input class='cut' type='range' min='0' max='100' "
         "value='50' aria-label='original over picture'></p>"
         "<div class='slide controls'>" +
         photo + "<div class='over' style='clip-path:inset(0 50% 0 0)'>" + original + "</div></div>";
}

std::string versions_section(const std::vector<OtherVersion>& versions) {
  std::string out = "<h2>Other versions of the page</h2><ul>";
  for (const OtherVersion& one : versions)
    out += fmt::format(
        "<li>Page {} of “{}” is another version, and not the one shown: of {} that only the page shown "
        "has, the picture vouches for {}; {} only in the other.</li>",
        one.page, escaped(one.title), counted(one.only_shown, "word", "words"), grouped(one.vouched),
        counted(one.only_here, "word is", "words are"));
  return out + "</ul>";
}

std::string page_section(const Examination& it, ExamineOptions::Leaks leaks) {
  std::string out = fmt::format("<section class='page'><p class='verdict{}'>{}</p>",
                                it.verdict == Verdict::kAltered ? " altered"
                                : it.accused.empty()            ? ""
                                                                : " named",
                                verdict_sentence(it));
  if (it.placement) {
    out += "<h2>Whose copy</h2>" + copies_section(it, leaks) + "<h2>Word by word</h2>" +
           words_section(it.words) + graphics_section(it.graphics);
    if (it.pictures) out += pictures_section(*it.pictures);
  }
  if (!it.versions.empty()) out += versions_section(it.versions);
  if (!it.notes.empty()) {
    out += "<h2>Remarks</h2><ul>";
    for (const base::Note& note : it.notes) out += "<li>" + escaped(note.text) + "</li>";
    out += "</ul>";
  }
  return out + "</section>";
}

// "</script" must not end the element that holds it.
std::string json_for_html(const Examination& it) {
  std::string text = to_json(it).dump(1, ' ', true, Json::error_handler_t::replace);
  for (std::size_t at = 0; (at = text.find('<', at)) != std::string::npos;) text.replace(at, 1, "\\u003c");
  return text;
}

std::string head_of(const std::string& title) {
  return "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
         "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; img-src data:; style-src "
         "'unsafe-inline'; script-src 'unsafe-inline'\">"
         "<meta name='viewport' content='width=device-width'><title>barium: " +
         escaped(title) + "</title><style>" + kStyle +
         "</style></head><body><svg width='0' height='0' aria-hidden='true' "
         "style='position:absolute'><pattern "
         "id='hatch' width='4' height='4' "
         "patternUnits='userSpaceOnUse' patternTransform='rotate(45)'><rect width='1.1' height='4' "
         "fill='#1b6ca8' fill-opacity='.55'/></pattern></svg>";
}

std::string page_of(const Examination& it, ExamineOptions::Leaks leaks) {
  std::string out = head_of(it.photo.file);
  out += fmt::format("<h1>{}</h1><p class='small'>SHA-256 {}, {} by {} pixels{}</p>", escaped(it.photo.file),
                     it.photo.sha256, it.photo.width, it.photo.height,
                     it.photo.page > 0 ? fmt::format(", picture {} of the file", it.photo.page) : "");
  if (it.error) {
    out += "<p class='verdict'>This file could not be examined: " + escaped(it.error->what()) + "</p>";
  } else {
    out += page_section(it, leaks);
    for (const Examination& page : it.also) out += page_section(page, leaks);
    out +=
        "<h2>What this rests on, and what it does not show</h2><p>The picture was compared with the page "
        "that the vault holds, word by word, its lines and pictures, and its blank paper; nothing else was "
        "asked about it. Lines that were drawn on bent or crumpled paper are not told from folds. "
        "A copy says whose copy the picture shows, not who took it or passed it on.</p>";
  }
  return out +
         "<details><summary>All of it as data (JSON)</summary><pre id='data'></pre></details><script "
         "type='application/json' id='json'>" +
         json_for_html(it) +
         "</"
         "script><script>document.getElementById('data').textContent=document.getElementById('json')."
         "textContent;" +
         kScript + "</script></body></html>\n";
}

std::string page_of(const std::vector<LeakFinding>& together) {
  std::string out = head_of("all pictures together") + "<h1>All pictures together</h1>";
  if (together.empty())
    out += "<p class='verdict'>No page of a marked document was recognised in any picture.</p>";
  for (const LeakFinding& it : together) {
    out += fmt::format("<section class='page'><p class='verdict{}'>{} of “{}” ({}).</p>",
                       it.copies.accused.empty() ? "" : " named", counted(it.pictures, "picture", "pictures"),
                       escaped(it.title), escaped(it.document));
    if (it.copies.tested_copies > 0)
      out +=
          copies_section(it.copies.accused, it.pictures) +
          fmt::format(
              "<p>{} were compared; {} could be read on {}. The chance that anybody innocent is named "
              "at all: at most {}.</p>",
              counted(it.copies.tested_copies, "copy", "copies"), counted(it.carriers_read, "mark", "marks"),
              counted(it.pages.size(), "page", "pages"), odds(it.alpha));
    for (const base::Note& note : it.copies.notes) out += "<p>" + escaped(note.text) + "</p>";
    out += "</section>";
  }
  return out +
         "<p>A copy says whose copy the pictures show, not who took them or passed them "
         "on.</p></body></html>\n";
}

}  // namespace

Reports::Reports(std::filesystem::path directory, ExamineOptions::Leaks leaks)
    : directory_(std::move(directory)), leaks_(leaks) {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error || !std::filesystem::is_directory(directory_))
    throw base::Error(base::ErrorCode::kStorage, "the directory for reports cannot be made",
                      {.file = directory_.string()}, "Name one that can be written");
}

std::filesystem::path Reports::write(const Examination& it) {
  const std::string stem =
      safe_name(std::filesystem::path(it.photo.file).filename().string(), kMostNameBytes);
  const std::string name = fmt::format("{:03}-{}", ++written_, stem);
  const std::filesystem::path path = directory_ / (name + ".html");
  const std::string text = page_of(it, leaks_);
  base::write_file(path, base::as_bytes(text), base::Durability::kVisible, 0600);
  std::vector<const Examination*> pages{&it};
  for (const Examination& page : it.also) pages.push_back(&page);
  for (std::size_t i = 0; i < pages.size(); ++i)
    if (pages[i]->pictures)
      base::write_file(directory_ / (name + (i == 0 ? "" : fmt::format("-{}", i + 1)) + ".png"),
                       image::encode_png(overlay_picture(*pages[i]->pictures).view()),
                       base::Durability::kVisible, 0600);
  return path;
}

std::filesystem::path Reports::write(const std::vector<LeakFinding>& together) {
  const std::filesystem::path path = directory_ / kTogether;
  base::write_file(path, base::as_bytes(page_of(together)), base::Durability::kVisible, 0600);
  return path;
}

}  // namespace barium::app
