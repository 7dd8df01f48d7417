#include "base/error.h"

#include <utility>

namespace barium::base {

namespace {

std::string compose(const std::string& message, const Place& place, const std::string& advice) {
  std::string text;
  if (!place.file.empty()) text += place.file + ": ";
  if (place.page > 0) text += "page " + std::to_string(place.page) + ": ";
  if (!place.object.empty()) text += place.object + ": ";
  text += message;
  if (place.offset >= 0) text += " (at byte " + std::to_string(place.offset) + ")";
  if (!advice.empty()) text += (text.ends_with('.') ? " " : ". ") + advice;
  return text;
}

}  // namespace

const char* name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return "usage";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kUnreadable:
      return "unreadable";
    case ErrorCode::kMalformed:
      return "malformed";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kLimit:
      return "limit";
    case ErrorCode::kPassword:
      return "password";
    case ErrorCode::kSigned:
      return "signed";
    case ErrorCode::kLocked:
      return "locked";
    case ErrorCode::kVersion:
      return "version";
    case ErrorCode::kStorage:
      return "storage";
    case ErrorCode::kConfinement:
      return "confinement";
    case ErrorCode::kInterrupted:
      return "interrupted";
  }
  return "unknown";
}

Error::Error(ErrorCode code, std::string what, Place place, std::string advice)
    : std::runtime_error(compose(what, place, advice)),
      code_(code),
      message_(std::move(what)),
      place_(std::move(place)),
      advice_(std::move(advice)) {}

Error Error::in_file(const std::string& file) const {
  Place place = place_;
  if (place.file.empty()) place.file = file;
  return Error(code_, message_, place, advice_);
}

void require(bool condition, const char* statement) {
  if (!condition) throw std::logic_error(std::string("programmer's mistake: ") + statement);
}

}  // namespace barium::base
