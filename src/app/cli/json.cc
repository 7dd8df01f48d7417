#include "app/cli/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cfloat>
#include <cmath>
#include <numbers>
#include <system_error>

namespace barium::app {

namespace {

Json placement_json(const std::optional<PlacementInfo>& placement) {
  if (!placement) return nullptr;
  return {{"document", placement->document},
          {"title", placement->title},
          {"page", placement->page},
          {"score", placement->score},
          {"photo_from_page", placement->photo_from_page}};
}

// Below what a double holds, p_value is rounded up: it stays a bound. The logarithm says it all.
Json accused_json(const std::vector<AccusedCopy>& accused) {
  Json json = Json::array();
  for (const AccusedCopy& one : accused) {
    json.push_back({{"copy", one.copy},
                    {"p_value", std::max(std::exp(one.log_p_value), DBL_MIN)},
                    {"log10_p_value", one.log_p_value / std::numbers::ln10},
                    {"bound", one.bound}});
    if (one.part)
      json.back()["part"] = {
          {"page", one.part->page},
          {"page_box", {one.part->box.x0, one.part->box.y0, one.part->box.x1, one.part->box.y1}}};
  }
  return json;
}

Json words_json(const WordsInfo& words) {
  Json altered = Json::array();
  for (const AlteredWord& word : words.altered)
    altered.push_back({{"kind", word.kind},
                       {"expected", word.expected},
                       {"reads", word.reads},
                       {"reads_by", word.reads_by},
                       {"page_box", {word.page_box.x0, word.page_box.y0, word.page_box.x1, word.page_box.y1}},
                       {"photo_quad", word.photo_quad},
                       {"p_value", word.p_value}});
  Json doubtful = Json::array();
  for (const DoubtfulWord& word : words.doubtful)
    doubtful.push_back(
        {{"expected", word.expected},
         {"why", word.why},
         {"page_box", {word.page_box.x0, word.page_box.y0, word.page_box.x1, word.page_box.y1}},
         {"photo_quad", word.photo_quad}});
  return {{"on_page", words.on_page},
          {"vouched", words.vouched},
          {"altered", altered},
          {"unreadable", words.unreadable},
          {"doubtful", doubtful}};
}

Json graphics_json(const GraphicsInfo& graphics) {
  Json altered = Json::array();
  for (const AlteredGraphic& one : graphics.altered)
    altered.push_back({{"what", one.what},
                       {"kind", one.kind},
                       {"page_box", {one.page_box.x0, one.page_box.y0, one.page_box.x1, one.page_box.y1}},
                       {"photo_quad", one.photo_quad},
                       {"p_value", one.p_value}});
  return {{"on_page", graphics.on_page},
          {"vouched", graphics.vouched},
          {"altered", altered},
          {"unreadable", graphics.unreadable}};
}

Json versions_json(const std::vector<OtherVersion>& versions) {
  Json json = Json::array();
  for (const OtherVersion& one : versions)
    json.push_back({{"document", one.document},
                    {"title", one.title},
                    {"page", one.page},
                    {"only_shown", one.only_shown},
                    {"vouched", one.vouched},
                    {"only_here", one.only_here}});
  return json;
}

// Of one page in the picture.
Json page_json(const Examination& it) {
  return {{"placement", placement_json(it.placement)},
          {"verdict", name_of(it.verdict)},
          {"words", words_json(it.words)},
          {"graphics", graphics_json(it.graphics)},
          {"versions", versions_json(it.versions)},
          {"carriers", {{"on_page", it.carriers_on_page}, {"read", it.carriers_read}}},
          {"accused", accused_json(it.accused)},
          {"tested_copies", it.tested_copies},
          {"alpha", it.alpha},
          {"notes", to_json(it.notes)}};
}

}  // namespace

Json to_json(const base::Notes& notes) {
  Json json = Json::array();
  for (const base::Note& note : notes) json.push_back({{"code", note.code}, {"text", note.text}});
  return json;
}

Json to_json(const base::Error& error) {
  return {{"code", base::name_of(error.code())},
          {"message", error.message()},
          {"page", error.place().page},
          {"advice", error.advice()}};
}

Json to_json(const PhotoInfo& photo) {
  Json json{{"file", photo.file}, {"sha256", photo.sha256}, {"width", photo.width}, {"height", photo.height}};
  if (photo.page != 0) json["page"] = photo.page;
  return json;
}

Json to_json(const Examination& it) {
  Json json{{"schema", "barium.examination/1"}, {"photo", to_json(it.photo)}};
  json.update(page_json(it));
  for (const Examination& page : it.also) json["also"].push_back(page_json(page));
  if (it.error) json["error"] = to_json(*it.error);
  return json;
}

Json to_json(const LeakFinding& it) {
  return {{"schema", "barium.leak/1"},
          {"document", it.document},
          {"title", it.title},
          {"pages", it.pages},
          {"pictures", it.pictures},
          {"carriers", {{"read", it.carriers_read}}},
          {"accused", accused_json(it.copies.accused)},
          {"tested_copies", it.copies.tested_copies},
          {"alpha", it.alpha},
          {"notes", to_json(it.copies.notes)}};
}

Json to_json(const vault::Document& document) {
  return {{"schema", "barium.document/1"},
          {"document", document.id},
          {"title", document.title},
          {"sha256", base::hex(document.file_sha256)},
          {"pages", document.pages},
          {"carriers", document.carriers},
          {"strength_pt", document.strength_pt}};
}

void print_json(const Json& json) {
  fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (std::fflush(stdout) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot write to the standard output");
}

}  // namespace barium::app
