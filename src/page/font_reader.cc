#include "page/font_reader.h"

namespace barium::page {

std::unique_ptr<Font> FontReader::run() {
  auto font = std::make_unique<Font>();
  font_ = font.get();
  font_->library_ = &library_;
  const std::string subtype = name_entry(dictionary_, "/Subtype");
  read_to_unicode();
  if (subtype == "/Type0") {
    read_composite();
  } else {
    font_->type3_ = subtype == "/Type3";
    read_simple();
  }
  return font;
}

void FontReader::read_to_unicode() {
  QPDFObjectHandle stream = entry(dictionary_, "/ToUnicode");
  if (!stream.isStream()) return;
  font_->to_unicode_ = std::make_unique<CMap>(embedded_cmap(stream));
  if (!font_->to_unicode_->has_text()) font_->to_unicode_.reset();
}

CMap FontReader::embedded_cmap(QPDFObjectHandle stream) {
  const base::Bytes bytes = file_.decode(stream);
  return parse_cmap(base::as_text(bytes), [this](const std::string& name) { return library_.find(name); });
}

void FontReader::read_height(QPDFObjectHandle descriptor) {
  const double ascent = number_or(entry(descriptor, "/Ascent"), 0) * 1e-3;
  const double descent = -std::abs(number_or(entry(descriptor, "/Descent"), 0)) * 1e-3;
  if (ascent >= 0.4 && ascent <= 1.2) font_->ascent_ = ascent;
  if (descent <= -0.1 && descent >= -0.6) font_->descent_ = descent;
}

// Of all its glyphs.
void FontReader::doubt(std::string why) {
  font_->all_doubtful_ = true;
  font_->doubt_ = "The font " + plain_name() + " cannot be relied on: " + std::move(why) + ".";
}

// Without its slash and the tag of a subset (9.6.4).
std::string FontReader::plain_name() const {
  std::string name = name_entry(dictionary_, "/BaseFont");
  if (!name.empty()) name.erase(0, 1);
  if (name.size() > 7 && name[6] == '+') name.erase(0, 7);
  return name.empty() ? "without a name" : name;
}

}  // namespace barium::page
