#include "bench/photo_suite.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/file.h"
#include "base/rng.h"
#include "bench/corpus.h"
#include "bench/page_vault.h"

namespace barium::bench {
namespace {

base::Error usage(const std::string& what) { return base::Error(base::ErrorCode::kUsage, what); }

int count_of(const std::string& option, const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    throw usage(option + " wants a number, not " + text);
  return value;
}

PhotoSettings parse(int argc, char** argv, const std::set<std::string>& options) {
  PhotoSettings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (!options.contains(option))
      throw usage(fmt::format("there is no option {}; there are {}", option, fmt::join(options, " ")));
    if (option == "--verbose") {
      settings.verbose = true;
      continue;
    }
    if (++i == argc) throw usage(option + " wants a value");
    if (option == "--variants")
      settings.variants = count_of(option, argv[i]);
    else if (option == "--every")
      settings.every = static_cast<std::size_t>(std::max(1, count_of(option, argv[i])));
    else
      (option == "--kind"      ? settings.kind
       : option == "--invoice" ? settings.invoice
       : option == "--camera"  ? settings.camera
                               : settings.evidence) = argv[i];
  }
  return settings;
}

RealPhotos wanted(RealPhotos real, const PhotoSettings& settings) {
  std::size_t number = 0;
  std::erase_if(real.photos, [&](const RealPhoto& photo) {
    return number++ % settings.every != 0 || (!settings.kind.empty() && photo.kind() != settings.kind) ||
           (!settings.invoice.empty() && photo.invoice != settings.invoice);
  });
  return real;
}

}  // namespace

image::GrayImage picture_of(const RealPhoto& photo, const PhotoSettings& settings) {
  if (settings.camera.empty()) return pixels_of(photo);
  const base::Bytes pdf = base::read_file(photo.file.parent_path() / "original.pdf", 1ull << 28);
  return take_picture(pdf, 0, settings.camera, base::Rng(1, photo.invoice + "/" + photo.stem).bits());
}

int run_photo_suite(int argc, char** argv, const std::set<std::string>& options,
                    const std::function<int(const PhotoSettings&, RealPhotos)>& body) try {
  const PhotoSettings settings = parse(argc, argv, options);
  const std::filesystem::path data = VaultSettings().data;
  if (!std::filesystem::exists(data / "photos/inv3d_real")) {
    fmt::print("SKIPPED: no photographs under {}\n", (data / "photos/inv3d_real").string());
    return 0;
  }
  return body(settings, wanted(read_real_photos(data), settings));
} catch (const base::Error& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 2;
}

}  // namespace barium::bench
