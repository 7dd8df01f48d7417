#pragma once

// Pictures and notes as they cross the wall.

#include "base/bytes.h"
#include "base/note.h"
#include "image/image.h"

namespace barium::app {

void put_picture(base::ByteWriter& writer, const image::Image<std::uint8_t>& picture);
// Throws Error(kMalformed) for a picture beyond the limits, whatever the worker says.
image::Image<std::uint8_t> get_picture(base::ByteReader& reader, int max_side_px, std::int64_t max_pixels);

void put_notes(base::ByteWriter& writer, const base::Notes& notes);
base::Notes get_notes(base::ByteReader& reader);  // made plain
base::Notes plain_notes(base::Notes notes);       // at most 100, fit to be shown

}  // namespace barium::app
