#include <algorithm>
#include <cmath>
#include <set>

#include "page/interpreter.h"

namespace barium::page {
namespace {

// Deeper page trees than this are hostile; balanced trees of a million pages have 7 levels.
constexpr int kMaxAncestors = 256;

std::optional<base::Box> box_of(QPDFObjectHandle array) {
  if (!array.isArray() || array.getArrayNItems() != 4) return std::nullopt;
  double v[4];
  for (int i = 0; i < 4; ++i) {
    QPDFObjectHandle item = array.getArrayItem(i);
    if (!item.isNumber()) return std::nullopt;
    v[i] = item.getNumericValue();
    if (!std::isfinite(v[i]) || std::abs(v[i]) > 1e7) return std::nullopt;
  }
  const base::Box box{std::min(v[0], v[2]), std::min(v[1], v[3]), std::max(v[0], v[2]), std::max(v[1], v[3])};
  if (!(box.width() > 0) || !(box.height() > 0)) return std::nullopt;
  return box;
}

}  // namespace

QPDFObjectHandle inherited(QPDFObjectHandle page, const char* key) {
  for (int level = 0; level < kMaxAncestors && page.isDictionary(); ++level) {
    QPDFObjectHandle value = page.getKey(key);
    if (!value.isNull()) return value;
    page = page.getKey("/Parent");
  }
  return QPDFObjectHandle::newNull();
}

PageFrame page_frame(QPDFObjectHandle page) {
  const base::Box media = box_of(inherited(page, "/MediaBox")).value_or(base::Box{0, 0, 612, 792});
  base::Box crop = intersected(box_of(inherited(page, "/CropBox")).value_or(media), media);
  if (!(crop.width() > 0) || !(crop.height() > 0)) crop = media;
  QPDFObjectHandle rotate = inherited(page, "/Rotate"), user_unit = page.getKey("/UserUnit");
  long long turns = rotate.isNumber() ? std::llround(rotate.getNumericValue() / 90) % 4 : 0;
  if (turns < 0) turns += 4;
  double unit = user_unit.isNumber() ? user_unit.getNumericValue() : 1;
  if (!(unit >= 1e-3 && unit <= 1e5)) unit = 1;
  const Matrix upright[4] = {{1, 0, 0, -1, -crop.x0, crop.y1},
                             {0, 1, 1, 0, -crop.y0, -crop.x0},
                             {-1, 0, 0, 1, crop.x1, -crop.y0},
                             {0, -1, -1, 0, crop.y1, crop.x1}};
  PageFrame frame{crop.width() * unit, crop.height() * unit, upright[turns] * Matrix{unit, 0, 0, unit, 0, 0},
                  unit};
  if (turns % 2 == 1) std::swap(frame.width_pt, frame.height_pt);
  return frame;
}

void StreamStore::append(ContentStream& stream, QPDFObjectHandle part) {
  ContentStream::Part place;
  place.begin = static_cast<std::uint32_t>(stream.decoded.size());
  if (part.isStream()) {
    const base::Bytes bytes = file_.decode(part);
    stream.decoded.insert(stream.decoded.end(), bytes.begin(), bytes.end());
    place.object = part.getObjectID();
    place.generation = part.getGeneration();
  }
  place.end = static_cast<std::uint32_t>(stream.decoded.size());
  stream.decoded.push_back('\n');
  stream.parts.push_back(place);
}

std::uint32_t StreamStore::add_page(QPDFObjectHandle contents, int page) {
  ContentStream stream;
  stream.page = page;
  stream.draws = 1;
  if (contents.isStream()) {
    append(stream, contents);
  } else if (contents.isArray()) {
    for (int i = 0; i < contents.getArrayNItems(); ++i) append(stream, contents.getArrayItem(i));
  }
  streams_.push_back(std::move(stream));
  return static_cast<std::uint32_t>(streams_.size() - 1);
}

std::uint32_t StreamStore::form(QPDFObjectHandle handle) {
  const auto [found, is_new] =
      forms_.try_emplace(handle.getObjGen(), static_cast<std::uint32_t>(streams_.size()));
  if (is_new) {
    ContentStream stream;
    stream.kind = StreamKind::kForm;
    append(stream, handle);
    streams_.push_back(std::move(stream));
  }
  return found->second;
}

HiddenLayers::HiddenLayers(QPDF& qpdf) {
  QPDFObjectHandle properties = qpdf.getRoot().getKey("/OCProperties");
  if (!properties.isDictionary()) return;
  QPDFObjectHandle configuration = properties.getKey("/D");
  if (!configuration.isDictionary()) return;
  QPDFObjectHandle base = configuration.getKey("/BaseState");
  all_off_ = base.isName() && base.getName() == "/OFF";
  QPDFObjectHandle list = configuration.getKey(all_off_ ? "/ON" : "/OFF");
  const int count = list.isArray() ? list.getArrayNItems() : 0;
  for (int i = 0; i < count; ++i) exceptions_.push_back(list.getArrayItem(i).getObjGen());
  std::sort(exceptions_.begin(), exceptions_.end());
}

bool HiddenLayers::off(QPDFObjectHandle group) const {
  return std::binary_search(exceptions_.begin(), exceptions_.end(), group.getObjGen()) != all_off_;
}

bool HiddenLayers::hides(QPDFObjectHandle membership) const {
  if (!membership.isDictionary() || (exceptions_.empty() && !all_off_)) return false;
  QPDFObjectHandle groups = membership.getKey("/OCGs");
  if (groups.isNull()) return off(membership);
  if (groups.isDictionary()) return off(groups);
  if (!groups.isArray() || groups.getArrayNItems() == 0) return false;
  const int count = std::min(groups.getArrayNItems(), 1000);
  int hidden = 0;
  for (int i = 0; i < count; ++i) hidden += off(groups.getArrayItem(i));
  QPDFObjectHandle policy = membership.getKey("/P");
  const std::string name = policy.isName() ? policy.getName() : "/AnyOn";
  if (name == "/AllOn") return hidden > 0;
  if (name == "/AnyOff") return hidden == 0;
  if (name == "/AllOff") return hidden < count;
  return hidden == count;
}

}  // namespace barium::page
