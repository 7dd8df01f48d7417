#pragma once

// Words that move in a JPEG. Blocks that no moved word touches keep their coefficients; the others are taken
// to pixels, moved, and back with the same tables. A plane of colour is left alone under words without
// colour.

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "image/jpeg_blocks.h"

namespace barium::page {

struct PictureMove;

image::JpegBlocks moved_blocks(const image::JpegBlocks& original, std::span<const PictureMove> moves,
                               std::span<const std::int8_t> signs);

// As possible_signs (marked_picture.h).
std::vector<std::uint8_t> possible_signs_of(const image::JpegBlocks& original,
                                            std::span<const PictureMove> moves, base::ByteView data);

// Part of the picture's blob. get throws base::Error(kMalformed, kLimit).
void put_jpeg_blocks(base::ByteWriter& out, const image::JpegBlocks& blocks);
image::JpegBlocks get_jpeg_blocks(base::ByteReader& in, int width, int height);

}  // namespace barium::page
