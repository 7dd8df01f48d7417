#pragma once

// The command line of a suite over the real photographs, and its life: read the options, say so where the
// data are absent, run.

#include <functional>
#include <set>
#include <string>

#include "bench/real_photos.h"

namespace barium::bench {

struct PhotoSettings {
  int variants = 1;       // altered originals of each kind
  std::size_t every = 1;  // only every so many photographs
  std::string kind, invoice;
  std::string camera;  // its simulated pictures of the originals, in the photographs' place
  std::string evidence;
  bool verbose = false;
};

// One photograph's picture, or the camera's; another one for each.
image::GrayImage picture_of(const RealPhoto& photo, const PhotoSettings& settings);

// The exit status: that of `body`, which gets the photographs wanted; 0 with a sentence where there are no
// data; 2 usage. options: those of PhotoSettings that the suite has, by name.
int run_photo_suite(int argc, char** argv, const std::set<std::string>& options,
                    const std::function<int(const PhotoSettings&, RealPhotos)>& body);

}  // namespace barium::bench
