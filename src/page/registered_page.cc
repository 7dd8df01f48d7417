#include "page/registered_page.h"

#include <cmath>

#include "base/error.h"
#include "image/decode.h"
#include "image/encode.h"

namespace barium::page {

base::Bytes serialize(const PageRaster& raster) {
  base::ByteWriter writer;
  writer.put(raster.px_per_pt);
  writer.put_raw(image::encode_png(raster.picture.view()));
  return writer.take();
}

PageRaster parse_raster(base::ByteView bytes) {
  base::ByteReader reader(bytes, "the picture of a registered page");
  PageRaster raster;
  raster.px_per_pt = reader.get<double>();
  if (!std::isfinite(raster.px_per_pt) || raster.px_per_pt <= 0) reader.fail("has no scale");
  image::Photo photo =
      image::decode_photo(reader.get_raw(reader.remaining()), {.color = image::DecodedColor::kGray});
  raster.picture = std::move(photo.frames.front().pixels);
  return raster;
}

}  // namespace barium::page
