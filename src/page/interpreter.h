#pragma once

// Executes the content streams of one page after another, and records what draws text (content.h).

#include <map>
#include <qpdf/QPDFObjectHandle.hh>
#include <vector>

#include "page/content.h"
#include "page/font.h"
#include "page/matrix.h"

namespace barium::page {

// The content streams of the whole document, each form once, with its draws counted.
class StreamStore {
 public:
  explicit StreamStore(PdfFile& file) : file_(file) {}

  std::uint32_t add_page(QPDFObjectHandle contents, int page);
  std::uint32_t form(QPDFObjectHandle stream);
  ContentStream& operator[](std::uint32_t index) { return streams_[index]; }
  std::vector<ContentStream> take() { return std::move(streams_); }

 private:
  void append(ContentStream& stream, QPDFObjectHandle part);

  PdfFile& file_;
  std::vector<ContentStream> streams_;
  std::map<QPDFObjGen, std::uint32_t> forms_;
};

// Optional content groups that are off in the default configuration (8.11.4).
class HiddenLayers {
 public:
  explicit HiddenLayers(QPDF& qpdf);
  // membership: a group or a membership dictionary, or null.
  bool hides(QPDFObjectHandle membership) const;

 private:
  bool off(QPDFObjectHandle group) const;
  bool all_off_ = false;
  std::vector<QPDFObjGen> exceptions_;  // sorted: those that are off, or, with all_off_, those that are on
};

struct PageFrame {
  double width_pt = 0, height_pt = 0;
  Matrix page_from_user;
  double user_unit = 1;  // points of the page frame in a unit of the user space
};
// CropBox within MediaBox, /Rotate and UserUnit applied.
PageFrame page_frame(QPDFObjectHandle page);
// An attribute of a page that its ancestors may hold (7.7.3.4); null if none does.
QPDFObjectHandle inherited(QPDFObjectHandle page, const char* key);

struct InterpretedPage {
  PageFrame frame;
  PageContent content;
  base::Notes notes;
  bool complete = true;  // false: a limit stopped it
};
InterpretedPage interpret_page(PdfFile& file, int index, StreamStore& streams, FontCache& fonts,
                               const HiddenLayers& layers);

}  // namespace barium::page
