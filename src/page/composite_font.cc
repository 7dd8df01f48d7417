// Composite fonts (ISO 32000-1:2008, 9.7).

#include <algorithm>
#include <array>

#include "page/font_reader.h"

namespace barium::page {
namespace {

std::uint32_t cid_of(QPDFObjectHandle value) {
  return static_cast<std::uint32_t>(std::clamp(number_or(value, 0), 0.0, 65535.0));
}

std::string unknown_cmap(const std::string& name) {
  return "its character map " + name +
         " is not installed (install the Debian package poppler-data), so its strings cannot be cut into "
         "characters";
}

}  // namespace

void FontReader::read_composite() {
  font_->composite_ = true;
  QPDFObjectHandle encoding = entry(dictionary_, "/Encoding");
  if (encoding.isName()) {
    const std::string name = encoding.getName().substr(1);
    font_->encoding_ = library_.find(name);
    if (font_->encoding_ == nullptr) doubt(unknown_cmap(name));
  } else if (encoding.isStream()) {
    font_->own_encoding_ = std::make_unique<CMap>(embedded_cmap(encoding));
    font_->encoding_ = font_->own_encoding_.get();
  }
  if (font_->encoding_ == nullptr) font_->encoding_ = library_.find("Identity-H");
  font_->vertical_ = font_->encoding_->vertical();
  QPDFObjectHandle descendants = entry(dictionary_, "/DescendantFonts");
  if (!descendants.isArray() || descendants.getArrayNItems() < 1) return;
  read_descendant(descendants.getArrayItem(0));
}

void FontReader::read_descendant(QPDFObjectHandle descendant) {
  if (!descendant.isDictionary()) return;
  font_->default_width_ = number_or(entry(descendant, "/DW"), 1000) * 1e-3;
  read_cid_widths(entry(descendant, "/W"));
  QPDFObjectHandle vertical = entry(descendant, "/DW2");
  if (vertical.isArray() && vertical.getArrayNItems() == 2) {
    font_->default_down_ = number_or(vertical.getArrayItem(1), -1000) * 1e-3;
  }
  read_cid_downs(entry(descendant, "/W2"));
  read_collection(entry(descendant, "/CIDSystemInfo"));
  descriptor_ = entry(descendant, "/FontDescriptor");
  read_height(descriptor_);
  if (!font_->vertical_) read_cid_program(descendant);
}

void FontReader::read_cid_program(QPDFObjectHandle descendant) {
  if (!program().readable()) return;
  QPDFObjectHandle map = entry(descendant, "/CIDToGIDMap");
  if (map.isStream()) font_->cid_to_gid_ = base::as_text(file_.decode(map));
  font_->cid_program_ = std::move(program_);
}

// "c [w1 ... wn]" or "cfirst clast w": 9.7.4.3.
void FontReader::read_cid_widths(QPDFObjectHandle array) {
  const int count = array.isArray() ? array.getArrayNItems() : 0;
  for (int i = 0; i + 1 < count;) {
    const std::uint32_t first = cid_of(array.getArrayItem(i));
    QPDFObjectHandle second = array.getArrayItem(i + 1);
    Font::CidSpan span;
    if (second.isArray()) {
      const int widths = std::min(second.getArrayNItems(), 65536);
      for (int k = 0; k < widths; ++k) span.widths.push_back(number_or(second.getArrayItem(k), 0) * 1e-3);
      span.last = first + static_cast<std::uint32_t>(widths) - 1;
      i += 2;
      if (widths == 0) continue;
    } else {
      if (i + 2 >= count) return;
      span.last = cid_of(second);
      span.widths.push_back(number_or(array.getArrayItem(i + 2), 0) * 1e-3);
      i += 3;
    }
    font_->cid_widths_[first] = std::move(span);
  }
}

// "c [w1y vx vy ...]" or "cfirst clast w1y vx vy".
void FontReader::read_cid_downs(QPDFObjectHandle array) {
  const int count = array.isArray() ? array.getArrayNItems() : 0;
  for (int i = 0; i + 1 < count;) {
    const std::uint32_t first = cid_of(array.getArrayItem(i));
    QPDFObjectHandle second = array.getArrayItem(i + 1);
    Font::CidDown span;
    if (second.isArray()) {
      const int triples = std::min(second.getArrayNItems() / 3, 65536);
      for (int k = 0; k < triples; ++k) span.downs.push_back(number_or(second.getArrayItem(3 * k), 0) * 1e-3);
      span.last = first + static_cast<std::uint32_t>(triples) - 1;
      i += 2;
      if (triples == 0) continue;
    } else {
      if (i + 4 >= count) return;
      span.last = cid_of(second);
      span.downs.push_back(number_or(array.getArrayItem(i + 2), 0) * 1e-3);
      i += 5;
    }
    font_->cid_downs_[first] = std::move(span);
  }
}

void FontReader::read_collection(QPDFObjectHandle info) {
  QPDFObjectHandle registry = entry(info, "/Registry"), ordering = entry(info, "/Ordering");
  if (!registry.isString() || !ordering.isString() || ordering.getStringValue() == "Identity") return;
  font_->collection_ = registry.getStringValue() + "-" + ordering.getStringValue();
}

}  // namespace barium::page
