#include "page/render.h"

#include <gtest/gtest.h>

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

namespace barium::page {
namespace {

// A page that is white but for one black box, given in default user space.
std::string page_with_box(const std::string& page_entries, const std::string& box) {
  QPDF pdf;
  pdf.emptyPDF();
  QPDFObjectHandle page = pdf.makeIndirectObject(
      QPDFObjectHandle::parse("<< /Type /Page /Resources << >> " + page_entries + " >>"));
  page.replaceKey("/Contents", QPDFObjectHandle::newStream(&pdf, box + " re f"));
  pdf.addPage(page, false);
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  writer.setStaticID(true);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

RenderedPage render_one(const std::string& pdf, const RenderOptions& options) {
  std::vector<RenderedPage> pages = render_pages(base::as_bytes(pdf), 1, 1, options);
  EXPECT_EQ(pages.size(), 1u);
  return std::move(pages.at(0));
}

TEST(RenderPages, PutsTheOriginAtTheTopLeftOfTheCropBox) {
  const std::string pdf = page_with_box("/MediaBox [0 0 300 300] /CropBox [100 50 200 250]", "110 230 10 10");
  const RenderedPage page = render_one(pdf, {.px_per_pt = 2});
  EXPECT_EQ(page.picture.width(), 200);
  EXPECT_EQ(page.picture.height(), 400);
  EXPECT_EQ(page.picture.at(30, 30), 0);  // 15 pt right of and below the corner
  EXPECT_EQ(page.picture.at(10, 10), 255);
  EXPECT_EQ(page.picture.at(50, 30), 255);
}

TEST(RenderPages, TurnsThePageAsRotateSays) {
  const std::string pdf = page_with_box("/MediaBox [0 0 100 200] /Rotate 90", "0 0 10 10");
  const RenderedPage page = render_one(pdf, {.px_per_pt = 1});
  EXPECT_EQ(page.picture.width(), 200);
  EXPECT_EQ(page.picture.height(), 100);
  EXPECT_EQ(page.picture.at(5, 5), 0);  // the bottom left corner, turned clockwise, is the top left
}

TEST(RenderPages, CountsUserUnitsAsPartOfThePage) {
  const std::string pdf = page_with_box("/MediaBox [0 0 100 100] /UserUnit 2", "0 90 10 10");
  const RenderedPage page = render_one(pdf, {.px_per_pt = 1});
  EXPECT_EQ(page.picture.width(), 200);
  EXPECT_EQ(page.picture.at(15, 15), 0);
}

TEST(RenderPages, LowersTheResolutionOfAnEnormousPage) {
  const std::string pdf = page_with_box("/MediaBox [0 0 14000 7000]", "0 0 7000 7000");
  const RenderedPage page = render_one(pdf, {.px_per_pt = 4, .max_side_px = 1000});
  EXPECT_EQ(page.picture.width(), 1000);
  EXPECT_NEAR(page.px_per_pt, 999.5 / 14000, 1e-12);
}

TEST(RenderPages, GivesThreeChannelsWhereAsked) {
  const std::string pdf = page_with_box("/MediaBox [0 0 10 10]", "0 0 5 10");
  const RenderedPage page = render_one(pdf, {.px_per_pt = 1, .color = RenderOptions::Color::kRgb});
  EXPECT_EQ(page.picture.channels(), 3);
}

TEST(RenderPages, RefusesWhatIsNoPdf) {
  EXPECT_THROW(render_pages(base::as_bytes("nothing of the kind"), 1, 1), base::Error);
}

TEST(RenderPages, RefusesAPageThatIsNotThere) {
  const std::string pdf = page_with_box("/MediaBox [0 0 10 10]", "0 0 5 10");
  EXPECT_THROW(render_pages(base::as_bytes(pdf), 1, 2), base::Error);
}

}  // namespace
}  // namespace barium::page
