#include "bench/graphic_alterations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include "base/rng.h"
#include "page/content.h"

namespace barium::bench {

namespace {

using Matrix = std::array<double, 6>;

// What `inner` does first, then `outer`.
Matrix chained(const Matrix& inner, const Matrix& outer) {
  return {inner[0] * outer[0] + inner[1] * outer[2],
          inner[0] * outer[1] + inner[1] * outer[3],
          inner[2] * outer[0] + inner[3] * outer[2],
          inner[2] * outer[1] + inner[3] * outer[3],
          inner[4] * outer[0] + inner[5] * outer[2] + outer[4],
          inner[4] * outer[1] + inner[5] * outer[3] + outer[5]};
}

base::Vec2 mapped(const Matrix& m, double x, double y) {
  return {m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]};
}

base::Box box_of(const Matrix& m, double x, double y, double w, double h) {
  const base::Vec2 a = mapped(m, x, y), b = mapped(m, x + w, y + h);
  return {std::min(a.x, b.x), std::min(a.y, b.y), std::max(a.x, b.x), std::max(a.y, b.y)};
}

// A filled rectangle of the content stream.
struct Filled {
  std::size_t begin = 0, end = 0;  // of "x y w h re" in the stream
  base::Box box;                   // pt, page frame
  double grey = 0;                 // of its colour
};

// Rectangles that continue one another.
struct Joined {
  std::vector<std::size_t> of;  // into the list of rectangles
  base::Box box;
  double grey = 0;
};

bool continues(const Joined& all, const Filled& one) {
  const base::Box &a = all.box, &b = one.box;
  const auto near = [](double u, double v) { return std::abs(u - v) < 1.2; };
  if (std::abs(all.grey - one.grey) > 0.01) return false;
  const bool level = near(a.y0, b.y0) && near(a.y1, b.y1) && (near(a.x1, b.x0) || near(a.x0, b.x1));
  const bool upright = near(a.x0, b.x0) && near(a.x1, b.x1) && (near(a.y1, b.y0) || near(a.y0, b.y1));
  return (level && a.width() >= a.height()) || (upright && a.height() >= a.width());
}

std::vector<Joined> joined(const std::vector<Filled>& filled) {
  std::vector<Joined> all;
  for (std::size_t i = 0; i < filled.size(); ++i) all.push_back({{i}, filled[i].box, filled[i].grey});
  for (bool again = true; again;) {
    again = false;
    for (std::size_t a = 0; a < all.size() && !again; ++a)
      for (std::size_t b = a + 1; b < all.size() && !again; ++b)
        if (continues(all[a], {0, 0, all[b].box, all[b].grey})) {
          all[a].box = base::united(all[a].box, all[b].box);
          all[a].of.insert(all[a].of.end(), all[b].of.begin(), all[b].of.end());
          all.erase(all.begin() + static_cast<std::ptrdiff_t>(b));
          again = true;
        }
  }
  return all;
}

class GraphicForger {
 public:
  GraphicForger(base::ByteView pdf, std::uint64_t seed)
      : file_(pdf, {}), opened_(page::open_pages(file_)), rng_(seed, "graphic alterations") {
    source_ = base::as_text(opened_.streams[content().drawings[0].stream].decoded);
    read_rectangles();
    for (Joined& one : joined(filled_)) {
      const double thick = std::min(one.box.width(), one.box.height());
      const double length = std::max(one.box.width(), one.box.height());
      if (one.grey > 0.9) continue;
      if (thick < 2.5 && length > 40) rules_.push_back(one);
      if (thick >= 8 && length > 20) bars_.push_back(one);
    }
  }

  GraphicallyAltered alter(GraphicAlteration kind) {
    base::Box where{};
    switch (kind) {
      case GraphicAlteration::kRuleAdded:
        where = rule_elsewhere();
        break;
      case GraphicAlteration::kRuleMoved:
        where = moved_rule();
        break;
      case GraphicAlteration::kBarResized:
        where = resized_bar();
        break;
      case GraphicAlteration::kPictureTurned:
        where = other_picture(rng_.below(2) == 0 ? "1 0 0 -1 0 1" : "-1 0 0 1 1 0");
        break;
      case GraphicAlteration::kPictureSwapped:
        where = other_picture("");
        break;
      case GraphicAlteration::kPictureAdded:
        where = added_picture();
        break;
    }
    return {written(), where};
  }

 private:
  const page::PageContent& content() const { return opened_.pages[0]; }
  const page::PageModel& model() const { return opened_.model.pages[0]; }

  void read_rectangles() {
    struct State {
      Matrix page_from_user;
      double grey;
    };
    std::vector<State> stack{{content().page_from_user, 0}};
    std::vector<std::pair<double, std::size_t>> numbers;  // and where they begin
    std::optional<Filled> last;
    for (std::size_t at = 0; at < source_.size();) {
      const std::size_t begin = source_.find_first_not_of(" \n\r\t", at);
      if (begin == std::string::npos) break;
      at = std::min(source_.find_first_of(" \n\r\t", begin), source_.size());
      const std::string token = source_.substr(begin, at - begin);
      double value = 0;
      const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
      if (read.ec == std::errc() && read.ptr == token.data() + token.size()) {
        numbers.emplace_back(value, begin);
        continue;
      }
      const auto n = [&](std::size_t back) { return numbers[numbers.size() - back].first; };
      if (token == "q") stack.push_back(stack.back());
      if (token == "Q" && stack.size() > 1) stack.pop_back();
      if (token == "cm" && numbers.size() >= 6)
        stack.back().page_from_user =
            chained({n(6), n(5), n(4), n(3), n(2), n(1)}, stack.back().page_from_user);
      if (token == "rg" && numbers.size() >= 3)
        stack.back().grey = 0.299 * n(3) + 0.587 * n(2) + 0.114 * n(1);
      if (token == "re" && numbers.size() >= 4)
        last = Filled{numbers[numbers.size() - 4].second, at,
                      box_of(stack.back().page_from_user, n(4), n(3), n(2), n(1)), stack.back().grey};
      if ((token == "f" || token == "f*") && last) filled_.push_back(*last);
      if (token != "re") last.reset();
      numbers.clear();
    }
  }

  // In user space at the end of the stream, whose state is that of its beginning.
  std::string rectangle(const base::Box& box) const {
    const Matrix& m = content().page_from_user;  // upright: x' = a x + e, y' = d y + f
    const double x0 = (box.x0 - m[4]) / m[0], x1 = (box.x1 - m[4]) / m[0], y0 = (box.y0 - m[5]) / m[3],
                 y1 = (box.y1 - m[5]) / m[3];
    return fmt::format("{:.4f} {:.4f} {:.4f} {:.4f} re f\n", std::min(x0, x1), std::min(y0, y1),
                       std::abs(x1 - x0), std::abs(y1 - y0));
  }

  void fill(const base::Box& box, double grey) { added_ += fmt::format("{:.3f} g ", grey) + rectangle(box); }
  void erase(const Joined& one) {
    for (const std::size_t i : one.of) {
      const Filled& f = filled_[i];
      source_.replace(f.begin, f.end - f.begin, std::string(f.end - f.begin - 10, ' ') + "0 0 0 0 re");
    }
  }

  template <class T>
  const T* any(const std::vector<T>& of) {
    return of.empty() ? nullptr : &of[rng_.below(of.size())];
  }

  bool is_upright(const base::Box& box) const { return box.height() > box.width(); }
  static base::Box moved(base::Box box, double by, bool across_is_x) {
    if (across_is_x)
      box.x0 += by, box.x1 += by;
    else
      box.y0 += by, box.y1 += by;
    return box;
  }
  bool is_on_page(const base::Box& box) const {
    return box.x0 > 20 && box.y0 > 20 && box.x1 < model().width_pt - 20 && box.y1 < model().height_pt - 20;
  }
  // No other rule or edge lies nearer than 4 pt; it may cross them.
  bool is_apart(const base::Box& box, const Joined* but) const {
    const auto meets = [&](const Joined& one) {
      if (&one == but) return false;
      const bool upright = is_upright(box);
      const base::Box& o = one.box;
      const double lo = upright ? box.x0 : box.y0, hi = upright ? box.x1 : box.y1;
      const auto near = [&](double edge) { return edge > lo - 4 && edge < hi + 4; };
      const bool beside = upright ? o.y1 > box.y0 && o.y0 < box.y1 : o.x1 > box.x0 && o.x0 < box.x1;
      return beside && (upright ? near(o.x0) || near(o.x1) : near(o.y0) || near(o.y1)) &&
             (o.width() > 3 || o.height() > 3) &&
             (is_upright(o) == upright || std::min(o.width(), o.height()) > 3);
    };
    return std::ranges::none_of(rules_, meets) && std::ranges::none_of(bars_, meets);
  }

  base::Box rule_elsewhere() {
    for (int attempt = 0; attempt < 100 && !rules_.empty(); ++attempt) {
      const Joined& rule = *any(rules_);
      const base::Box there = moved(rule.box, rng_.uniform(-200, 200), is_upright(rule.box));
      if (!is_on_page(there) || !is_apart(there, nullptr)) continue;
      fill(there, rule.grey);
      return there;
    }
    return {};
  }

  base::Box moved_rule() {
    for (int attempt = 0; attempt < 100 && !rules_.empty(); ++attempt) {
      const Joined& rule = *any(rules_);
      const double by = rng_.uniform(3, 10) * (rng_.below(2) == 0 ? 1 : -1);
      const base::Box there = moved(rule.box, by, is_upright(rule.box));
      if (!is_on_page(there) || !is_apart(there, &rule)) continue;
      erase(rule);
      fill(there, rule.grey);
      return there;
    }
    return {};
  }

  base::Box resized_bar() {
    const Joined* bar = any(bars_);
    if (bar == nullptr) return {};
    const double h = bar->box.height(), by = std::max(4.0, 0.3 * h);
    base::Box strip = bar->box;
    if (rng_.below(2) == 0) {
      strip.y0 = bar->box.y1, strip.y1 = strip.y0 + by;  // higher now
      fill(strip, bar->grey);
      return {strip.x0, strip.y1 - 1, strip.x1, strip.y1 + 1};
    }
    strip.y1 = strip.y0 + by;
    fill(strip, 1);
    return {strip.x0, strip.y1 - 1, strip.x1, strip.y1 + 1};
  }

  // A drawing by chance in the unit square.
  std::string drawing() {
    std::string out = fmt::format("{:.2f} g 0 0 1 1 re f\n", rng_.uniform(0, 1));
    for (int k = 0; k < 7; ++k) {
      out +=
          fmt::format("{:.2f} g {:.3f} {:.3f} m", rng_.uniform(0, 1), rng_.uniform(0, 1), rng_.uniform(0, 1));
      for (int p = 0; p < 3; ++p)
        out += fmt::format(" {:.3f} {:.3f} l", rng_.uniform(0, 1), rng_.uniform(0, 1));
      out += " f\n";
    }
    return out;
  }

  // turn: the matrix; empty for another picture.
  base::Box other_picture(const std::string& turn) {
    const page::PlacedImage* image = any(content().images);
    if (image == nullptr || image->drawing != 0) return {};
    const std::string own = source_.substr(image->begin, image->end - image->begin);
    source_.replace(
        image->begin, image->end - image->begin,
        turn.empty() ? "q 0 0 1 1 re W n " + drawing() + " Q" : "q " + turn + " cm " + own + " Q");
    return box_of(image->page_from_image, 0, 0, 1, 1);
  }

  base::Box added_picture() {
    for (int attempt = 0; attempt < 200; ++attempt) {
      const double x = rng_.uniform(30, model().width_pt - 90), y = rng_.uniform(30, model().height_pt - 90);
      const base::Box box{x, y, x + rng_.uniform(25, 60), y + rng_.uniform(25, 60)};
      const auto meets = [&](const base::Box& other) {
        const base::Box common = base::intersected(other.grown(4), box);
        return common.width() > 0 && common.height() > 0;
      };
      if (std::ranges::any_of(model().words, [&](const page::Word& word) { return meets(word.box); }))
        continue;
      if (std::ranges::any_of(filled_, [&](const Filled& f) { return f.grey < 0.99 && meets(f.box); }))
        continue;
      if (std::ranges::any_of(content().images, [&](const page::PlacedImage& image) {
            return meets(box_of(image.page_from_image, 0, 0, 1, 1));
          }))
        continue;
      const Matrix& m = content().page_from_user;
      added_ += fmt::format("q {:.4f} 0 0 {:.4f} {:.4f} {:.4f} cm 0 0 1 1 re W n ", box.width() / m[0],
                            box.height() / std::abs(m[3]), (box.x0 - m[4]) / m[0],
                            std::min((box.y0 - m[5]) / m[3], (box.y1 - m[5]) / m[3])) +
                drawing() + " Q\n";
      return box;
    }
    return {};
  }

  base::Bytes written() {
    QPDF& pdf = file_.qpdf();
    QPDFPageDocumentHelper(pdf).getAllPages().at(0).getObjectHandle().replaceKey(
        "/Contents", QPDFObjectHandle::newStream(&pdf, "q\n" + source_ + "\nQ\n" + added_));
    QPDFWriter writer(pdf);
    writer.setOutputMemory();
    writer.setStaticID(true);
    writer.write();
    const auto buffer = writer.getBufferSharedPointer();
    return {buffer->getBuffer(), buffer->getBuffer() + buffer->getSize()};
  }

  page::PdfFile file_;
  page::OpenedPages opened_;
  base::Rng rng_;
  std::string source_, added_;
  std::vector<Filled> filled_;
  std::vector<Joined> rules_, bars_;
};

}  // namespace

const char* name_of(GraphicAlteration kind) {
  switch (kind) {
    case GraphicAlteration::kRuleAdded:
      return "rule lacks";
    case GraphicAlteration::kRuleMoved:
      return "rule moved";
    case GraphicAlteration::kBarResized:
      return "bar resized";
    case GraphicAlteration::kPictureTurned:
      return "picture turned";
    case GraphicAlteration::kPictureSwapped:
      return "picture swapped";
    case GraphicAlteration::kPictureAdded:
      return "picture lacks";
  }
  return "";
}

GraphicallyAltered alter_graphic(base::ByteView pdf, GraphicAlteration kind, std::uint64_t seed) {
  return GraphicForger(pdf, seed).alter(kind);
}

}  // namespace barium::bench
