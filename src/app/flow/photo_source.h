#pragma once

// From what was named on the command line to pictures: files, directories, the pages of PDFs.

#include <filesystem>
#include <functional>
#include <vector>

#include "app/confine/confinement.h"
#include "app/flow/examine.h"
#include "image/image.h"

namespace barium::app {

struct SourcePicture {
  PhotoInfo info;
  image::GrayImage pixels;
  double scale = 1;  // p_in_pixels = scale * p_in_photo: large photos are reduced
  base::Notes notes;
};

// Whether the bytes begin as a PDF does.
bool is_pdf(base::ByteView bytes);

// The files of directories, in the order of their names; what is named itself is kept, also what does not
// exist, and so is a directory that cannot be listed.
std::vector<std::filesystem::path> files_of(const std::vector<std::filesystem::path>& inputs);

// Calls visit for each picture of a file, in order. Throws base::Error naming the file.
void each_picture(const std::filesystem::path& file, const ExamineOptions& options,
                  const Confinement& confinement, const std::function<void(SourcePicture)>& visit);

}  // namespace barium::app
