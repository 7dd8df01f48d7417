#pragma once

// One self-contained HTML file a photo, for people: no network, printable. Beside it, the overlay as a PNG of
// each page that the photo shows.

#include <filesystem>

#include "app/flow/examine.h"

namespace barium::app {

// Numbers files in the order of the photos. Throws base::Error(kStorage) where the directory cannot be
// written.
class Reports {
 public:
  // Makes the directory, if it is not there.
  Reports(std::filesystem::path directory, ExamineOptions::Leaks leaks);
  // it.pictures are shown, where there are any. The HTML file's path.
  std::filesystem::path write(const Examination& it);
  // What all pictures of one leak say together; the pages of the pictures point there.
  std::filesystem::path write(const std::vector<LeakFinding>& together);

 private:
  std::filesystem::path directory_;
  ExamineOptions::Leaks leaks_;
  int written_ = 0;
};

}  // namespace barium::app
