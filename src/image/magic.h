#pragma once

// What kind of file it is, by its first bytes.

#include <string>

#include "base/bytes.h"

namespace barium::image {

enum class PhotoFormat { kUnknown, kJpeg, kPng, kWebp, kGif, kTiff, kHeif, kAvif, kBmp, kPnm };

PhotoFormat tell_format(base::ByteView bytes);
const char* name_of(PhotoFormat format);  // "jpeg", ...

// In plain words, what a file is that is not a picture we read: "a PDF", "a web page", "a video", or "not a
// picture of a known kind".
std::string describe_foreign(base::ByteView bytes);

}  // namespace barium::image
