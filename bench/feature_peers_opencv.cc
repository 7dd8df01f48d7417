#include <algorithm>
#include <cmath>
#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/flann.hpp>

#include "bench/feature_peers.h"
#include "image/sample.h"

namespace barium::bench {
namespace {

// As much of the photo as find looks at: 1,600 px on the long side of A4 are 1.8 Mpx.
constexpr double kMostPixels = 2e6;
constexpr int kOrbFeatures = 4000;
constexpr int kSiftFeatures = 3000;
// D. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 2004, section 7.1; for the
// binary strings of ORB the same.
constexpr float kRatio = 0.8f;
// Of the reduced photo. Bent paper leaves any homography by more than the usual 3 px.
constexpr double kTolerancePx = 8;
constexpr int kSamples = 5000;
constexpr double kConfidence = 0.999;
// OpenCV's tutorial of its nearest neighbours by trees: 5 trees, 50 checks.
constexpr int kTrees = 5;
constexpr int kChecks = 50;

struct Described {
  std::vector<cv::KeyPoint> points;
  cv::Mat descriptors;
};

Described describe(image::GrayView photo, cv::Feature2D& features) {
  const double scale = std::min(1.0, std::sqrt(kMostPixels / photo.width() / photo.height()));
  auto reduced = image::resize(photo, static_cast<int>(std::lround(photo.width() * scale)),
                               static_cast<int>(std::lround(photo.height() * scale)));
  const cv::Mat picture(reduced.height(), reduced.width(), CV_8UC1, reduced.pixels().data());
  Described result;
  features.detectAndCompute(picture, cv::noArray(), result.points, result.descriptors);
  return result;
}

using Nearest = std::vector<cv::DMatch>;  // two, the nearer first

int count_agreeing(const Described& original, const Described& seen, const std::vector<Nearest>& nearest) {
  std::vector<cv::Point2f> in_original, in_photo;
  for (const Nearest& two : nearest) {
    if (two.size() < 2 || two[0].distance >= kRatio * two[1].distance) continue;
    in_photo.push_back(seen.points[static_cast<std::size_t>(two[0].queryIdx)].pt);
    in_original.push_back(original.points[static_cast<std::size_t>(two[0].trainIdx)].pt);
  }
  if (in_photo.size() < 5) return 0;  // four always agree
  cv::Mat agree;
  cv::findHomography(in_original, in_photo, cv::USAC_MAGSAC, kTolerancePx, agree, kSamples, kConfidence);
  return agree.empty() ? 0 : cv::countNonZero(agree);
}

// E. Rublee and others, "ORB: an efficient alternative to SIFT or SURF", ICCV 2011; all pairs compared.
class OrbPeer final : public FeaturePeer {
 public:
  explicit OrbPeer(std::span<const image::GrayImage> originals) {
    for (const auto& original : originals)
      originals_.push_back(describe(original, *cv::ORB::create(kOrbFeatures)));
  }
  std::string name() const override { return "ORB"; }
  std::vector<int> agreeing(image::GrayView photo) const override {
    const Described seen = describe(photo, *cv::ORB::create(kOrbFeatures));
    const cv::BFMatcher matcher(cv::NORM_HAMMING);
    std::vector<int> counts;
    for (const Described& original : originals_) {
      std::vector<Nearest> nearest;
      matcher.knnMatch(seen.descriptors, original.descriptors, nearest, 2);
      counts.push_back(count_agreeing(original, seen, nearest));
    }
    return counts;
  }

 private:
  std::vector<Described> originals_;
};

class SiftPeer final : public FeaturePeer {
 public:
  explicit SiftPeer(std::span<const image::GrayImage> originals) {
    for (const auto& original : originals)
      originals_.push_back(describe(original, *cv::SIFT::create(kSiftFeatures)));
    for (const Described& original : originals_)
      trees_.push_back(
          std::make_unique<cv::flann::Index>(original.descriptors, cv::flann::KDTreeIndexParams(kTrees)));
  }
  std::string name() const override { return "SIFT"; }
  std::vector<int> agreeing(image::GrayView photo) const override {
    const Described seen = describe(photo, *cv::SIFT::create(kSiftFeatures));
    std::vector<int> counts;
    for (std::size_t i = 0; i < originals_.size(); ++i)
      counts.push_back(count_agreeing(originals_[i], seen, nearest(seen, *trees_[i])));
    return counts;
  }

 private:
  static std::vector<Nearest> nearest(const Described& seen, cv::flann::Index& tree) {
    cv::Mat indices, squares;
    tree.knnSearch(seen.descriptors, indices, squares, 2, cv::flann::SearchParams(kChecks));
    std::vector<Nearest> result;
    for (int row = 0; row < indices.rows; ++row)
      result.push_back({{row, indices.at<int>(row, 0), std::sqrt(squares.at<float>(row, 0))},
                        {row, indices.at<int>(row, 1), std::sqrt(squares.at<float>(row, 1))}});
    return result;
  }

  std::vector<Described> originals_;
  std::vector<std::unique_ptr<cv::flann::Index>> trees_;
};

}  // namespace

std::vector<std::unique_ptr<FeaturePeer>> feature_peers(std::span<const image::GrayImage> originals) {
  cv::setNumThreads(1);  // the time is that of the calling thread
  std::vector<std::unique_ptr<FeaturePeer>> peers;
  peers.push_back(std::make_unique<OrbPeer>(originals));
  peers.push_back(std::make_unique<SiftPeer>(originals));
  return peers;
}

}  // namespace barium::bench
