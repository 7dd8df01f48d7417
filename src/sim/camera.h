#pragma once

// What happens to a page on its way into a picture, as physical parameters. Plain aggregates: each field has
// a unit and a meaning; where each default comes from is in docs/methods/camera.md. "Up to" fields are drawn
// anew for every seed, uniformly between plus and minus the value, so that one preset gives many different
// pictures.

#include <string>
#include <string_view>
#include <vector>

namespace barium::sim {

// A laser printer: toner lands where a clustered-dot screen says, with rough edges, and spreads.
struct Printer {
  double screen_lpi = 0;          // lines an inch of the halftone screen; 0: no screen, tones as they are
  double edge_noise = 0;          // of the threshold that toner is decided with, 0 to 1, one sigma
  double dot_gain_pt = 0;         // sigma of the spread of toner
  double ink_reflectance = 0.05;  // linear, of solid toner; paper is 1
};

// A photocopier, before the printer's page is photographed: scanned, thresholded, printed.
struct Copier {
  int passes = 0;          // copies of copies
  double blur_pt = 0.12;   // sigma, optics and toner
  double noise = 0.06;     // of the tone before the threshold, one sigma, paper to ink being 1
  double threshold = 0.5;  // of the tone; lower is darker
};

struct Paper {
  double bend_pt = 0;             // up to: height of a cylindrical wave through the page
  double bend_waves = 1;          // how many half waves over the page's length
  int folds_across = 0;           // creases parallel to the short side, evenly spaced
  int folds_along = 0;            // creases parallel to the long side
  double fold_deg = 0;            // up to: how far a crease is from flat
  double crumple_pt = 0;          // height of random facets, one sigma
  double crumple_length_pt = 90;  // their size
};

// The page shown on a display instead of printed.
struct Screen {
  double dpi = 0;              // of the page on the display; 0: it is paper
  bool snap_glyphs = false;    // letters stand on whole pixels, as older text renderers put them
  double subpixel_gap = 0.25;  // share of a colour stripe that is dark, for a photographed display
};

enum class Device { kCamera, kFlatbed, kScreenshot, kRender };

struct Pose {
  double tilt_deg = 0;        // up to: about the page's horizontal and vertical axes, each
  double roll_deg = 0;        // up to: in the picture plane
  double distance_pt = 1100;  // from the lens to the middle of the page
  double fill = 0.9;          // the part of the frame that the page, or the part shown, takes
  double view_width = 1;      // part of the page's width that is framed; where is drawn
  double view_height = 1;     // part of the page's height that is framed
  double off_centre = 0.02;   // up to: of the frame
};

struct Lens {
  double k1 = 0, k2 = 0;  // radial distortion, radius 1 at half the diagonal
  double blur_px = 0.5;   // sigma at the sensor: diffraction, aberration, anti-alias filter
  double defocus_px = 0;  // radius of the circle of confusion at the sensor
  double motion_px = 0;   // up to: length of the smear; direction is drawn
  double vignetting = 0;  // light lost in the corner, 0 to 1
};

struct Light {
  double slope = 0;            // up to: change over the page, of the mean
  double shading = 0;          // how much the paper's slope changes its light, 0 to 1
  double shadow = 0;           // light taken in the shadow, 0 to 1
  double shadow_edge_pt = 40;  // sigma of its edge
  double cast = 0;             // up to: of red against blue, of the mean
};

struct Sensor {
  int long_side_px = 2400;
  bool bayer = true;        // colour filter array, demosaiced after Malvar, He and Cutler 2004
  double full_well = 0;     // electrons at paper white; 0: no noise
  double read_noise = 3;    // electrons, one sigma
  double white = 0.8;       // linear value of paper in the picture
  double sharpen = 0;       // amount of the unsharp mask
  double sharpen_px = 1.0;  // its sigma
};

// One hop of the picture's way: scaled to a long side if larger, then compressed.
struct Hop {
  int long_side_px = 0;  // 0: as it is
  int jpeg_quality = 0;  // 0: without loss
};

struct Camera {
  Device device = Device::kCamera;
  double flatbed_dpi = 150;  // of Device::kFlatbed and kRender
  Printer printer;
  Copier copier;
  Paper paper;
  Screen screen;
  Pose pose;
  Lens lens;
  Light light;
  Sensor sensor;
  std::vector<Hop> hops;

  void check() const;  // throws base::Error(kUsage) where a value makes no sense
};

// A preset: lines of "key = value", '#' comments; keys as in docs/methods/camera.md; "hop = 1600 75" as often
// as wanted. Throws base::Error(kMalformed) that names the line; `name` is the file, for messages.
Camera parse_camera(std::string_view text, const std::string& name);

}  // namespace barium::sim
