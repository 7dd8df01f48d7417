#include <charconv>
#include <functional>
#include <map>

#include "base/error.h"
#include "sim/camera.h"

namespace barium::sim {

namespace {

using Setter = std::function<void(Camera&, double)>;

template <class Part, class Field>
Setter field(Part Camera::*part, Field Part::*member) {
  return [=](Camera& camera, double value) { (camera.*part).*member = static_cast<Field>(value); };
}

const std::map<std::string, Setter, std::less<>>& setters() {
  static const std::map<std::string, Setter, std::less<>> table = {
      {"flatbed_dpi", [](Camera& camera, double value) { camera.flatbed_dpi = value; }},
      {"printer.screen_lpi", field(&Camera::printer, &Printer::screen_lpi)},
      {"printer.edge_noise", field(&Camera::printer, &Printer::edge_noise)},
      {"printer.dot_gain_pt", field(&Camera::printer, &Printer::dot_gain_pt)},
      {"printer.ink_reflectance", field(&Camera::printer, &Printer::ink_reflectance)},
      {"copier.passes", field(&Camera::copier, &Copier::passes)},
      {"copier.blur_pt", field(&Camera::copier, &Copier::blur_pt)},
      {"copier.noise", field(&Camera::copier, &Copier::noise)},
      {"copier.threshold", field(&Camera::copier, &Copier::threshold)},
      {"paper.bend_pt", field(&Camera::paper, &Paper::bend_pt)},
      {"paper.bend_waves", field(&Camera::paper, &Paper::bend_waves)},
      {"paper.folds_across", field(&Camera::paper, &Paper::folds_across)},
      {"paper.folds_along", field(&Camera::paper, &Paper::folds_along)},
      {"paper.fold_deg", field(&Camera::paper, &Paper::fold_deg)},
      {"paper.crumple_pt", field(&Camera::paper, &Paper::crumple_pt)},
      {"paper.crumple_length_pt", field(&Camera::paper, &Paper::crumple_length_pt)},
      {"screen.dpi", field(&Camera::screen, &Screen::dpi)},
      {"screen.snap_glyphs", field(&Camera::screen, &Screen::snap_glyphs)},
      {"screen.subpixel_gap", field(&Camera::screen, &Screen::subpixel_gap)},
      {"pose.tilt_deg", field(&Camera::pose, &Pose::tilt_deg)},
      {"pose.roll_deg", field(&Camera::pose, &Pose::roll_deg)},
      {"pose.distance_pt", field(&Camera::pose, &Pose::distance_pt)},
      {"pose.fill", field(&Camera::pose, &Pose::fill)},
      {"pose.view_width", field(&Camera::pose, &Pose::view_width)},
      {"pose.view_height", field(&Camera::pose, &Pose::view_height)},
      {"pose.off_centre", field(&Camera::pose, &Pose::off_centre)},
      {"lens.k1", field(&Camera::lens, &Lens::k1)},
      {"lens.k2", field(&Camera::lens, &Lens::k2)},
      {"lens.blur_px", field(&Camera::lens, &Lens::blur_px)},
      {"lens.defocus_px", field(&Camera::lens, &Lens::defocus_px)},
      {"lens.motion_px", field(&Camera::lens, &Lens::motion_px)},
      {"lens.vignetting", field(&Camera::lens, &Lens::vignetting)},
      {"light.slope", field(&Camera::light, &Light::slope)},
      {"light.shading", field(&Camera::light, &Light::shading)},
      {"light.shadow", field(&Camera::light, &Light::shadow)},
      {"light.shadow_edge_pt", field(&Camera::light, &Light::shadow_edge_pt)},
      {"light.cast", field(&Camera::light, &Light::cast)},
      {"sensor.long_side_px", field(&Camera::sensor, &Sensor::long_side_px)},
      {"sensor.bayer", field(&Camera::sensor, &Sensor::bayer)},
      {"sensor.full_well", field(&Camera::sensor, &Sensor::full_well)},
      {"sensor.read_noise", field(&Camera::sensor, &Sensor::read_noise)},
      {"sensor.white", field(&Camera::sensor, &Sensor::white)},
      {"sensor.sharpen", field(&Camera::sensor, &Sensor::sharpen)},
      {"sensor.sharpen_px", field(&Camera::sensor, &Sensor::sharpen_px)},
  };
  return table;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

class Line {
 public:
  Line(const std::string& file, int number) : file_(file), number_(number) {}

  [[noreturn]] void fail(const std::string& what) const {
    throw base::Error(base::ErrorCode::kMalformed, what,
                      {.file = file_, .object = "line " + std::to_string(number_)});
  }
  double number(std::string_view text) const {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
      fail("'" + std::string(text) + "' is not a number");
    }
    return value;
  }
  Hop hop(std::string_view text) const {
    const auto space = text.find(' ');
    if (space == std::string_view::npos) fail("a hop is a long side in pixels and a JPEG quality");
    return {static_cast<int>(number(trimmed(text.substr(0, space)))),
            static_cast<int>(number(trimmed(text.substr(space))))};
  }
  Device device(std::string_view text) const {
    if (text == "camera") return Device::kCamera;
    if (text == "flatbed") return Device::kFlatbed;
    if (text == "screenshot") return Device::kScreenshot;
    if (text == "render") return Device::kRender;
    fail("the device is camera, flatbed, screenshot or render");
  }

 private:
  const std::string& file_;
  int number_;
};

void apply(Camera& camera, std::string_view text, const Line& line) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) line.fail("is not 'key = value'");
  const std::string_view key = trimmed(text.substr(0, equals)), value = trimmed(text.substr(equals + 1));
  if (key == "hop") {
    camera.hops.push_back(line.hop(value));
  } else if (key == "device") {
    camera.device = line.device(value);
  } else if (const auto setter = setters().find(key); setter != setters().end()) {
    setter->second(camera, line.number(value));
  } else {
    line.fail("there is no parameter '" + std::string(key) + "'");
  }
}

}  // namespace

Camera parse_camera(std::string_view text, const std::string& name) {
  Camera camera;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view content = trimmed(text.substr(0, std::min(text.substr(0, end).find('#'), end)));
    if (!content.empty()) apply(camera, content, Line(name, number));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  camera.check();
  return camera;
}

void Camera::check() const {
  const auto demand = [](bool holds, const char* what) {
    if (!holds) throw base::Error(base::ErrorCode::kUsage, std::string("camera: ") + what);
  };
  demand(flatbed_dpi >= 20 && flatbed_dpi <= 1200, "flatbed_dpi lies between 20 and 1200");
  demand(pose.fill > 0.05 && pose.fill <= 3, "pose.fill lies between 0.05 and 3");
  demand(pose.view_width > 0 && pose.view_width <= 1 && pose.view_height > 0 && pose.view_height <= 1,
         "pose.view_width and view_height are parts of the page");
  demand(pose.distance_pt > 300, "pose.distance_pt is more than 300: the paper must not touch the lens");
  demand(sensor.long_side_px >= 64 && sensor.long_side_px <= 8000,
         "sensor.long_side_px lies between 64 and 8000");
  demand(sensor.white > 0 && sensor.white <= 1, "sensor.white lies between 0 and 1");
  demand(copier.passes >= 0 && copier.passes <= 10, "copier.passes lies between 0 and 10");
  demand(paper.folds_across >= 0 && paper.folds_across <= 20 && paper.folds_along >= 0 &&
             paper.folds_along <= 20,
         "there are at most 20 folds");
  for (const Hop& hop : hops)
    demand(hop.jpeg_quality >= 0 && hop.jpeg_quality <= 100, "a JPEG quality is 1 to 100");
}

}  // namespace barium::sim
