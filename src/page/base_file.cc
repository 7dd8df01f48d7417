#include "page/base_file.h"

#include <algorithm>
#include <charconv>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFWriter.hh>

#include "base/hash.h"

namespace barium::page {

namespace {

// Stands for a marked stream's data while qpdf writes. Its length is found again in the stream's dictionary.
constexpr std::string_view kPlaceholder = "barium: the data of a marked stream go here";

struct Cut {
  std::size_t at = 0, size = 0;
};

[[noreturn]] void fail(const std::string& why) {
  throw base::Error(base::ErrorCode::kMalformed, "the document cannot be rewritten: " + why, {},
                    "Repair it first, for example with 'qpdf broken.pdf repaired.pdf'.");
}

std::shared_ptr<Buffer> write_with_placeholders(QPDFWriter& writer) {
  writer.setOutputMemory();
  writer.setObjectStreamMode(qpdf_o_preserve);
  writer.setStreamDataMode(qpdf_s_preserve);
  writer.setPreserveEncryption(false);
  writer.setLinearization(false);
  writer.setDeterministicID(true);
  writer.write();
  return writer.getBufferSharedPointer();
}

// Where a marked stream's /Length digits and data stand in qpdf's file.
std::pair<Cut, Cut> find_cuts(std::string_view file, std::size_t object_at) {
  const std::size_t data_at = file.find(kPlaceholder, object_at);
  if (data_at == std::string_view::npos) fail("a page's content has gone");
  const std::string_view dictionary = file.substr(object_at, data_at - object_at);
  const std::string key = "/Length " + std::to_string(kPlaceholder.size());
  const std::size_t key_at = dictionary.rfind(key);
  if (key_at == std::string_view::npos) fail("a page's content has no length");
  const std::size_t digits = key.size() - std::string_view("/Length ").size();
  return {{object_at + key_at + key.size() - digits, digits}, {data_at, kPlaceholder.size()}};
}

// "startxref", a number, "%%EOF": the last lines of a file that qpdf wrote.
std::size_t find_xref(std::string_view file) {
  constexpr std::string_view kKeyword = "startxref\n";
  const std::size_t keyword_at = file.rfind(kKeyword);
  if (keyword_at == std::string_view::npos) fail("it has no cross-references");
  std::size_t at = 0;
  const char* first = file.data() + keyword_at + kKeyword.size();
  std::from_chars(first, file.data() + file.size(), at);
  if (at >= keyword_at) fail("its cross-references are out of place");
  return at;
}

base::Bytes without(std::string_view file, const std::vector<Cut>& sorted_cuts) {
  base::Bytes body;
  std::size_t done = 0;
  for (const Cut& cut : sorted_cuts) {
    body.insert(body.end(), file.begin() + static_cast<std::ptrdiff_t>(done),
                file.begin() + static_cast<std::ptrdiff_t>(cut.at));
    done = cut.at + cut.size;
  }
  body.insert(body.end(), file.begin() + static_cast<std::ptrdiff_t>(done), file.end());
  return body;
}

std::uint64_t in_body(std::size_t in_file, const std::vector<Cut>& sorted_cuts) {
  std::uint64_t place = in_file;
  for (const Cut& cut : sorted_cuts)
    if (cut.at < in_file) place -= cut.size;
  return place;
}

std::string trailer_of(QPDF& written) {
  std::string text;
  for (const std::string& key : written.getTrailer().getKeys()) {
    static const std::vector<std::string> kOwn = {"/DecodeParms", "/Filter",  "/ID",     "/Index",
                                                  "/Length",      "/Prev",    "/Size",   "/Type",
                                                  "/W",           "/XRefStm", "/Encrypt"};
    if (std::ranges::find(kOwn, key) != kOwn.end()) continue;
    text += (text.empty() ? " " : " ") + QPDFObjectHandle::newName(key).unparse() + " " +
            written.getTrailer().getKey(key).unparse();
  }
  return text;
}

std::vector<XrefEntry> xref_of(QPDF& written, std::size_t xref_at, const std::vector<Cut>& sorted_cuts) {
  std::vector<XrefEntry> entries(1);
  for (const auto& [number, entry] : written.getXRefTable()) {
    const auto index = static_cast<std::size_t>(number.getObj());
    if (entry.getType() == 0) continue;
    if (entry.getType() == 1 && static_cast<std::size_t>(entry.getOffset()) == xref_at) continue;
    if (index >= entries.size()) entries.resize(index + 1);
    if (entry.getType() == 1)
      entries[index] = {XrefType::kInFile, in_body(static_cast<std::size_t>(entry.getOffset()), sorted_cuts),
                        0};
    else
      entries[index] = {XrefType::kInObjectStream, static_cast<std::uint64_t>(entry.getObjStreamNumber()),
                        static_cast<std::uint32_t>(entry.getObjStreamIndex())};
  }
  return entries;
}

std::string original_id(QPDF& pdf) {
  QPDFObjectHandle id = pdf.getTrailer().getKey("/ID");
  if (!id.isArray() || id.getArrayNItems() < 1 || !id.getArrayItem(0).isString()) return {};
  return id.getArrayItem(0).getStringValue();
}

BaseFile cut_file(std::string_view file, const std::vector<std::size_t>& marked_at) {
  const std::size_t xref_at = find_xref(file);
  BaseFile base;
  std::vector<Cut> cuts;
  for (std::size_t at : marked_at) {
    const auto [length, data] = find_cuts(file, at);
    base.holes.push_back({length.at, data.at});
    cuts.push_back(length);
    cuts.push_back(data);
  }
  std::ranges::sort(cuts, {}, &Cut::at);
  base.body = without(file.substr(0, xref_at), cuts);
  for (StreamHole& hole : base.holes) hole = {in_body(hole.length_at, cuts), in_body(hole.data_at, cuts)};
  base.xref_kind = file.substr(xref_at).starts_with("xref") ? XrefKind::kTable : XrefKind::kStream;
  QPDF written;
  written.setSuppressWarnings(true);
  written.setAttemptRecovery(false);
  written.processMemoryFile("rewritten document", file.data(), file.size());
  base.trailer = trailer_of(written);
  base.xref = xref_of(written, xref_at, cuts);
  return base;
}

}  // namespace

BaseFile write_base(QPDF& pdf, std::vector<MarkedObject>& marked) try {
  for (MarkedObject& object : marked)
    object.stream.replaceStreamData(std::string(kPlaceholder), object.filter, object.parameters);
  // QPDFWriter puts the right number here, but only where the original has the key at all.
  pdf.getTrailer().replaceKey("/Size", QPDFObjectHandle::newInteger(1));
  QPDFWriter writer(pdf);
  const std::shared_ptr<Buffer> buffer = write_with_placeholders(writer);
  const std::string_view file(reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize());
  std::map<QPDFObjGen, QPDFXRefEntry> places = writer.getWrittenXRefTable();
  std::vector<std::size_t> marked_at;
  for (const MarkedObject& object : marked) {
    const auto place = places.find(writer.getRenumberedObjGen(object.stream.getObjGen()));
    if (place == places.end() || place->second.getType() != 1) fail("a page's content is not written");
    marked_at.push_back(static_cast<std::size_t>(place->second.getOffset()));
  }
  BaseFile base = cut_file(file, marked_at);
  base.first_id = original_id(pdf);
  if (base.first_id.empty()) {
    const base::Digest digest = base::sha256(base.body);
    base.first_id.assign(digest.begin(), digest.begin() + 16);
  }
  return base;
} catch (const std::runtime_error& error) {
  // QPDFExc, and what qpdf lets through from the numbers and streams of a damaged file.
  if (const auto* ours = dynamic_cast<const base::Error*>(&error)) throw *ours;
  fail(error.what());
}

}  // namespace barium::page
