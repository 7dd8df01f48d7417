#pragma once

// The coded data of three kinds of ITU-T T.88 (JBIG2) segments, both ways: a generic region (6.2, template 0
// with its nominal adaptive pixels, typical prediction), a symbol dictionary (6.5, arithmetic, every symbol
// exported) and a text region (6.4, arithmetic, bottom left corners, no refinement). Decoding throws
// base::Error(kMalformed) where the data lead out of the picture. Private to the module.

#include "image/jbig2_symbols.h"

namespace barium::image {

// One bit a pixel, 1 is black.
base::Bytes encode_generic_region(const Samples& bitmap);
Samples decode_generic_region(base::ByteView data, int width, int height);

// symbols: by height, then by width. most_pixels: of all of them together.
base::Bytes encode_dictionary(const std::vector<Jbig2Symbol>& symbols);
std::vector<Jbig2Symbol> decode_dictionary(base::ByteView data, std::uint32_t count,
                                           std::int64_t most_pixels);

// places: by row, then by column. A strip of the region is one row: on the masks of Seige_of_Vicksburg strips
// of 2, 4 and 8 rows came out larger, by 0.1 to 0.8 %.
base::Bytes encode_text_region(const std::vector<Jbig2Symbol>& symbols,
                               const std::vector<SymbolPlace>& places);
// Draws into the bitmap, black over white. most_pixels: of all places together.
void decode_text_region(base::ByteView data, const std::vector<Jbig2Symbol>& symbols, std::uint32_t count,
                        std::int64_t most_pixels, Samples& bitmap);

}  // namespace barium::image
