#pragma once

// What find is measured against: local features of the photo matched to those of each original, one by one,
// and a homography by random samples. OpenCV's, for the bench alone; built without it there are no peers.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "image/image.h"

namespace barium::bench {

class FeaturePeer {
 public:
  virtual ~FeaturePeer() = default;
  virtual std::string name() const = 0;
  // Of each original, how many matches agree on one homography.
  virtual std::vector<int> agreeing(image::GrayView photo) const = 0;
};

// ORB and SIFT, or none.
std::vector<std::unique_ptr<FeaturePeer>> feature_peers(std::span<const image::GrayImage> originals);

}  // namespace barium::bench
