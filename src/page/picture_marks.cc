#include "page/picture_marks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "page/picture_frame.h"
#include "page/scan_picture.h"
#include "page/shift.h"

namespace barium::page {

namespace {

using base::Box;
using base::Vec2;

// Of the page: what a picture, or several together, must cover to be the page.
constexpr double kPictureShare = 0.5, kPartShare = 0.04;
// A page of which more words are text than are in the picture is no scan.
constexpr std::size_t kFewestWords = 8;
// Words move by whole pixels, so that nothing is blurred. A pixel larger than this would be seen: 0.5 pt is
// the step of 144 dpi.
constexpr double kLargestStepPt = 0.5;
// As for text (docs/methods/carriers.md).
constexpr double kMinSizePt = 3, kMinLength = 0.2;
// The middle height of letters in units of the font size: the x-height of common type is 0.45 to 0.52.
constexpr double kLetterHeight = 0.48;
// A word higher than this, in middle heights, or of less or more ink in its box, is a part of a picture.
constexpr double kTallestWord = 4;
// Of a hidden word's length, what must lie on a word of the picture to belong to it.
constexpr double kHiddenShare = 0.5;

double area(const PlacedImage& image, const PageModel& model) {
  const auto& m = image.page_from_image;
  Box box{m[4], m[5], m[4], m[5]};
  for (const Vec2 p : {Vec2{m[0] + m[4], m[1] + m[5]}, Vec2{m[2] + m[4], m[3] + m[5]},
                       Vec2{m[0] + m[2] + m[4], m[1] + m[3] + m[5]}})
    box = base::united(box, {p.x, p.y, p.x, p.y});
  box = base::intersected(box, {0, 0, model.width_pt, model.height_pt});
  return std::max(0.0, box.width()) * std::max(0.0, box.height());
}

bool is_seen(const Word& word) { return word.obstacle != Obstacle::kInvisible; }

// The words of one picture, on one page.
class PictureMarker {
 public:
  PictureMarker(ScanPicture scan, const PictureFrame& frame, const ReadOptions& options)
      : scan_(std::move(scan)), frame_(frame), levels_(frame.upright(scan_.levels)) {
    scan_.levels = {};
    step_px_ = std::max(1, static_cast<int>(std::lround(options.strength_pt / frame.pt_per_px_along())));
  }

  bool step_is_small(double strength_pt) const {
    return step_px_ * frame_.pt_per_px_along() <= std::max(kLargestStepPt, 1.5 * strength_pt);
  }
  double step_pt() const { return step_px_ * frame_.pt_per_px_along(); }

  std::size_t find() {
    found_ = find_picture_words(levels_, 1 / frame_.pt_per_px_along(), kLongestGapPt);
    return found_.words.size();
  }

  // Appends to the page's words and carriers; first_line: a number for the first of the picture's lines.
  void mark(PageModel& model, std::uint32_t page, int first_line, OpenedPicture& out) {
    for (std::size_t i = 0; i < found_.words.size(); ++i) {
      const PictureWord& word = found_.words[i];
      Word made = make_word(word, first_line);
      PixelBox window;
      made.obstacle = obstacle(i, made, window);
      const auto number = static_cast<std::uint32_t>(model.words.size());
      if (made.obstacle == Obstacle::kNone) {
        taken_.push_back(window);
        const auto [dx, dy] = frame_.step();
        out.marks.push_back(
            {page, number, frame_.picture_from_upright(window), dx * step_px_, dy * step_px_});
        model.carriers.push_back({number, step_pt()});
      }
      model.words.push_back(std::move(made));
    }
    out.object = scan_.object;
    out.filter = scan_.filter;
    out.parameters = scan_.parameters;
    out.picture = serialize(scan_.picture);
  }

 private:
  Word make_word(const PictureWord& found, int first_line) const {
    Word word;
    word.box = frame_.page_box(found.ink);
    word.origin = frame_.page_from_upright(found.ink.x0, found.baseline_y);
    word.along = frame_.along();
    word.length_pt = found.ink.width() * frame_.pt_per_px_along();
    word.size_pt = found.letter_height * frame_.pt_per_px_down() / kLetterHeight;
    word.line = first_line + found.line;
    // As the vault keeps it (words.cc).
    for (double* value : {&word.box.x0, &word.box.y0, &word.box.x1, &word.box.y1, &word.origin.x,
                          &word.origin.y, &word.length_pt, &word.size_pt})
      *value = static_cast<float>(*value);
    return word;
  }

  Obstacle obstacle(std::size_t i, const Word& word, PixelBox& window) const {
    const PictureWord& found = found_.words[i];
    const auto on_line = [&](std::size_t k) {
      return k < found_.words.size() && found_.words[k].line == found.line;
    };
    if (i == 0 || !on_line(i - 1) || !on_line(i + 1)) return Obstacle::kEdgeOfLine;
    if (word.size_pt < kMinSizePt || word.length_pt < kMinLength * word.size_pt) return Obstacle::kTooShort;
    if (found.ink.height() < 0.5 * found.letter_height) return Obstacle::kTooShort;  // dashes, dots
    if (found.ink.height() > kTallestWord * found.letter_height) return Obstacle::kNotRewritable;
    for (const int margin : {scan_.trace_px, 0})
      if (window_is_clear(static_cast<std::uint32_t>(i), margin, window)) return Obstacle::kNone;
    return Obstacle::kTight;
  }

  // The window that moves: the ink, room for traces of it, and at its ends the white that is moved over and
  // laid bare.
  bool window_is_clear(std::uint32_t i, int margin_y, PixelBox& window) const {
    const PixelBox& ink = found_.words[i].ink;
    const int margin_x = scan_.trace_px + step_px_;
    window = {ink.x0 - margin_x, ink.y0 - margin_y, ink.x1 + margin_x, ink.y1 + margin_y};
    if (window.x0 < 0 || window.y0 < 0 || window.x1 > levels_.width() || window.y1 > levels_.height())
      return false;
    // The last chosen stand next to it; those of the line above end above.
    for (auto other = taken_.rbegin(); other != taken_.rend(); ++other)
      if (other->meets(window)) return false;
    return no_other_ink(i, window) && ends_are_white(window);
  }

  bool no_other_ink(std::uint32_t i, const PixelBox& window) const {
    for (int y = window.y0; y < window.y1; ++y) {
      const auto& runs = found_.runs[static_cast<std::size_t>(y)];
      auto run = std::ranges::upper_bound(runs, window.x0, {}, &image::InkRun::x1);
      for (; run != runs.end() && run->x0 < window.x1; ++run)
        if (found_.word_of[run->piece] != i) return false;
    }
    return true;
  }

  // Traces of ink may cross a window's end where they are dust.
  bool ends_are_white(const PixelBox& window) const {
    int traces = 0;
    for (int y = window.y0; y < window.y1; ++y)
      for (int k = 0; k < step_px_; ++k)
        for (const int x : {window.x0 + k, window.x1 - 1 - k}) {
          if (levels_.at(x, y) == kInk) return false;
          traces += levels_.at(x, y) == kTrace;
        }
    return traces * 10 <= window.height() * step_px_ * 2;
  }

  ScanPicture scan_;
  PictureFrame frame_;
  image::GrayImage levels_;
  int step_px_ = 1;
  PictureWords found_;
  std::vector<PixelBox> taken_;
};

// Hidden text becomes the text of the words in the picture that it lies on.
class HiddenText {
 public:
  HiddenText(OpenedPages& opened, std::size_t page, std::size_t first_picture_word)
      : opened_(opened),
        content_(opened.pages[page]),
        model_(opened.model.pages[page]),
        first_(first_picture_word) {}

  void join() {
    std::vector<bool> gone(model_.words.size(), false);
    content_.words.resize(model_.words.size());
    for (std::size_t i = 0; i < first_; ++i) {
      if (is_seen(model_.words[i])) continue;
      const std::size_t to = word_under(model_.words[i]);
      if (to == 0) continue;
      give(i, to);
      gone[i] = true;
    }
    remove(gone);
  }

 private:
  // The picture's word that it lies on the longest; 0 for none.
  std::size_t word_under(const Word& hidden) const {
    double most = kHiddenShare * hidden.box.width();
    std::size_t best = 0;
    for (std::size_t k = first_; k < model_.words.size(); ++k) {
      const Box common = base::intersected(hidden.box, model_.words[k].box);
      const double height = std::min(hidden.box.height(), model_.words[k].box.height());
      if (common.height() < 0.4 * height || common.width() <= most) continue;
      if (base::dot(hidden.along, model_.words[k].along) < 0.99) continue;
      most = common.width();
      best = k;
    }
    return best;
  }

  void give(std::size_t from, std::size_t to) {
    Word& word = model_.words[to];
    if (!word.text.empty() && !model_.words[from].text.empty()) word.text += ' ';
    word.text += model_.words[from].text;
    auto& pieces = content_.words[to];
    if (movable(from, word))
      pieces.insert(pieces.end(), content_.words[from].begin(), content_.words[from].end());
    content_.words[from].clear();
  }

  bool movable(std::size_t from, const Word& word) const {
    const double step_pt = 0.25;  // any: whether there is a displacement at all
    return std::ranges::all_of(content_.words[from], [&](const WordPiece& piece) {
      const ShowOperator& show = content_.shows[piece.show];
      return show.rewritable && opened_.streams[show.stream].draws == 1 &&
             exact_shift(show, word.along, step_pt).shift_pt > 0;
    });
  }

  void remove(const std::vector<bool>& gone) {
    std::vector<std::uint32_t> number(gone.size());
    std::vector<Word> words;
    std::vector<std::vector<WordPiece>> pieces;
    for (std::size_t i = 0; i < gone.size(); ++i) {
      number[i] = static_cast<std::uint32_t>(words.size());
      if (gone[i]) continue;
      words.push_back(std::move(model_.words[i]));
      pieces.push_back(std::move(content_.words[i]));
    }
    model_.words = std::move(words);
    content_.words = std::move(pieces);
    for (Carrier& carrier : model_.carriers) carrier.word = number[carrier.word];
    renumber_marks(number);
  }

  void renumber_marks(const std::vector<std::uint32_t>& number) {
    const auto page = static_cast<std::uint32_t>(&model_ - opened_.model.pages.data());
    for (OpenedPicture& picture : opened_.pictures)
      for (PictureMark& mark : picture.marks)
        if (mark.page == page) mark.word = number[mark.word];
  }

  OpenedPages& opened_;
  PageContent& content_;
  PageModel& model_;
  std::size_t first_;
};

class DocumentMarker {
 public:
  DocumentMarker(PdfFile& file, OpenedPages& opened, const ReadOptions& options)
      : file_(file), opened_(opened), options_(options) {
    for (const PageContent& page : opened.pages)
      for (const PlacedImage& image : page.images) ++uses_[{image.object, image.generation}];
  }

  void run() {
    for (std::size_t i = 0; i < opened_.pages.size(); ++i)
      if (is_picture(i)) mark_page(i);
  }

 private:
  bool is_picture(std::size_t i) const {
    const PageModel& model = opened_.model.pages[i];
    double covered = 0;
    for (const PlacedImage& image : opened_.pages[i].images) covered = std::max(covered, area(image, model));
    return covered >= kPictureShare * model.width_pt * model.height_pt;
  }

  void mark_page(std::size_t page) {
    PageModel& model = opened_.model.pages[page];
    const auto seen = static_cast<std::size_t>(std::ranges::count_if(model.words, is_seen));
    reason_.clear();
    const std::size_t first = model.words.size(), carriers = model.carriers.size();
    const std::vector<PlacedImage>& images = opened_.pages[page].images;
    for (std::size_t k = 0; k < images.size(); ++k)
      if (area(images[k], model) >= kPartShare * model.width_pt * model.height_pt &&
          !is_covered(images, k, model))
        mark_image(page, images[k], seen);
    if (model.words.size() > first) HiddenText(opened_, page, first).join();
    model.raster_marked = model.carriers.size() > carriers;
    if (model.raster_marked)
      model.unmarked_reason.clear();
    else if (model.carriers.empty() && !reason_.empty())
      model.unmarked_reason = reason_;
  }

  // By an opaque picture drawn later, over nine tenths of it.
  static bool is_covered(const std::vector<PlacedImage>& images, std::size_t k, const PageModel& model) {
    for (std::size_t i = k + 1; i < images.size(); ++i)
      if (images[i].opaque && area(images[i], model) >= 0.9 * area(images[k], model)) return true;
    return false;
  }

  void mark_image(std::size_t page, const PlacedImage& image, std::size_t seen) {
    if (image.object == 0) return refuse("the page's picture is part of its content stream");
    if (uses_[{image.object, image.generation}] > 1)
      return refuse("the page's picture is shown in several places, which would all be marked alike");
    QPDFObjectHandle object = file_.qpdf().getObjectByID(image.object, image.generation);
    ScanPictureOrReason read = read_scan_picture(file_, object);
    if (!read.scan) return refuse(read.reason);
    const image::Samples& samples = read.scan->picture.samples;
    const auto frame = PictureFrame::make(image.page_from_image, samples.width, samples.height);
    if (!frame) return refuse("the page's picture is skewed");
    if (!replaced_.insert(read.scan->object.getObjGen()).second)
      return refuse("the page's picture is shown in several places, which would all be marked alike");
    PictureMarker marker(std::move(*read.scan), *frame, options_);
    if (!marker.step_is_small(options_.strength_pt))
      return refuse(
          fmt::format("the page's picture has {:.0f} dpi; a word can move by a whole pixel alone, which "
                      "would be {:.2f} pt",
                      72 / frame->pt_per_px_along(), marker.step_pt()));
    const std::size_t words = marker.find();
    if (words < std::max(kFewestWords, seen))
      return refuse("no lines of text were found in the page's picture");
    OpenedPicture picture;
    marker.mark(opened_.model.pages[page], static_cast<std::uint32_t>(page), next_line(page), picture);
    if (!picture.marks.empty())
      opened_.pictures.push_back(std::move(picture));
    else
      refuse("the words of the page's picture stand too close to each other");
  }

  int next_line(std::size_t page) const {
    int line = -1;
    for (const Word& word : opened_.model.pages[page].words) line = std::max(line, word.line);
    return line + 1;
  }

  void refuse(std::string reason) {
    if (reason_.empty()) reason_ = std::move(reason);
  }

  PdfFile& file_;
  OpenedPages& opened_;
  const ReadOptions& options_;
  std::map<std::pair<int, int>, std::size_t> uses_;
  std::set<QPDFObjGen> replaced_;
  std::string reason_;  // why the first picture of the page was not marked
};

}  // namespace

void mark_pictures(PdfFile& file, OpenedPages& opened, const ReadOptions& options) {
  DocumentMarker(file, opened, options).run();
}

}  // namespace barium::page
