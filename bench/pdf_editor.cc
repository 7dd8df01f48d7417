#include "bench/pdf_editor.h"

#include <fmt/format.h>

#include <memory>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>
#include <string>

#include "base/error.h"

namespace barium::bench {

namespace {

// One page in the making: the copies' pages are forms /C0, /C1 and so on.
class Collage {
 public:
  Collage(std::span<const base::Bytes> copies, std::size_t page) {
    base::require(!copies.empty(), "a collage is of something");
    for (const base::Bytes& copy : copies) {
      sources_.push_back(std::make_unique<QPDF>());
      sources_.back()->processMemoryFile("copy", reinterpret_cast<const char*>(copy.data()), copy.size());
    }
    target_.emptyPDF();
    QPDFPageObjectHelper first = page_of(0, page);
    box_ = first.getCropBox().getArrayAsRectangle();
    QPDFObjectHandle forms = QPDFObjectHandle::newDictionary();
    for (std::size_t i = 0; i < copies.size(); ++i)
      forms.replaceKey("/" + form(i), target_.copyForeignObject(page_of(i, page).getFormXObjectForPage()));
    page_ = QPDFObjectHandle::newDictionary();
    page_.replaceKey("/Type", QPDFObjectHandle::newName("/Page"));
    page_.replaceKey("/MediaBox", QPDFObjectHandle::newFromRectangle(box_));
    resources_ = QPDFObjectHandle::newDictionary();
    resources_.replaceKey("/XObject", forms);
    resources_.replaceKey("/ExtGState", QPDFObjectHandle::newDictionary());
    page_.replaceKey("/Resources", resources_);
  }

  void draw(std::size_t copy) { content_ += "/" + form(copy) + " Do\n"; }

  void draw_within(std::size_t copy, const std::vector<base::Box>& boxes) {
    std::string path;
    for (const base::Box& box : boxes)
      path += fmt::format("{:.3f} {:.3f} {:.3f} {:.3f} re\n", box_.llx + box.x0, box_.ury - box.y1,
                          box.width(), box.height());
    content_ += "q 1 g " + path + "f Q q " + path + "W n\n";
    draw(copy);
    content_ += "Q\n";
  }

  // The page as a sheet of white paper, so that it hides as much as it shows: a transparency group.
  void draw_faintly(std::size_t copy, double opacity) {
    const std::string graphics = fmt::format("/G{}", copy), sheet = fmt::format("/Sheet{}", copy);
    resources_.getKey("/ExtGState")
        .replaceKey(graphics, QPDFObjectHandle::parse(fmt::format("<</ca {0:.4f}/CA {0:.4f}>>", opacity)));
    QPDFObjectHandle group = QPDFObjectHandle::newStream(
        &target_, fmt::format("q 1 g {} {} {} {} re f Q /{} Do\n", box_.llx, box_.lly, box_.urx - box_.llx,
                              box_.ury - box_.lly, form(copy)));
    QPDFObjectHandle inner = QPDFObjectHandle::newDictionary();
    inner.replaceKey("/" + form(copy), resources_.getKey("/XObject").getKey("/" + form(copy)));
    QPDFObjectHandle dictionary = group.getDict();
    dictionary.replaceKey("/Type", QPDFObjectHandle::newName("/XObject"));
    dictionary.replaceKey("/Subtype", QPDFObjectHandle::newName("/Form"));
    dictionary.replaceKey("/BBox", QPDFObjectHandle::newFromRectangle(box_));
    dictionary.replaceKey("/Group", QPDFObjectHandle::parse("<</S/Transparency/CS/DeviceRGB>>"));
    dictionary.replaceKey("/Resources", QPDFObjectHandle::parse("<<>>"));
    dictionary.getKey("/Resources").replaceKey("/XObject", inner);
    resources_.getKey("/XObject").replaceKey(sheet, group);
    content_ += "q " + graphics + " gs " + sheet + " Do Q\n";
  }

  base::Bytes take() {
    page_.replaceKey("/Contents", QPDFObjectHandle::newStream(&target_, content_));
    QPDFPageDocumentHelper(target_).addPage(QPDFPageObjectHelper(target_.makeIndirectObject(page_)), false);
    QPDFWriter writer(target_);
    writer.setOutputMemory();
    writer.setStaticID(true);
    writer.write();
    const auto buffer = writer.getBufferSharedPointer();
    return {buffer->getBuffer(), buffer->getBuffer() + buffer->getSize()};
  }

 private:
  static std::string form(std::size_t copy) { return fmt::format("C{}", copy); }

  QPDFPageObjectHelper page_of(std::size_t copy, std::size_t page) {
    return QPDFPageDocumentHelper(*sources_[copy]).getAllPages().at(page);
  }

  std::vector<std::unique_ptr<QPDF>> sources_;  // streams of target_ are read from them when it is written
  QPDF target_;
  QPDFObjectHandle page_, resources_;
  QPDFObjectHandle::Rectangle box_;
  std::string content_;
};

}  // namespace

base::Bytes paste(std::span<const base::Bytes> copies, std::size_t page, const std::vector<Patch>& patches) {
  Collage collage(copies, page);
  collage.draw(0);
  for (const Patch& patch : patches) collage.draw_within(patch.copy, patch.boxes);
  return collage.take();
}

base::Bytes lay_over(std::span<const base::Bytes> copies, std::size_t page) {
  Collage collage(copies, page);
  collage.draw(0);
  for (std::size_t i = 1; i < copies.size(); ++i) collage.draw_faintly(i, 1.0 / static_cast<double>(i + 1));
  return collage.take();
}

}  // namespace barium::bench
