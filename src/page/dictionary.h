#pragma once

// Reading entries of foreign dictionaries: what is absent or of another kind than expected is a default,
// never an error.

#include <cmath>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>

namespace barium::page {

// Null where `dictionary` is none.
inline QPDFObjectHandle entry(QPDFObjectHandle dictionary, const std::string& key) {
  return dictionary.isDictionary() ? dictionary.getKey(key) : QPDFObjectHandle::newNull();
}

// With its slash; empty where there is no name.
inline std::string name_entry(QPDFObjectHandle dictionary, const std::string& key) {
  QPDFObjectHandle value = entry(dictionary, key);
  return value.isName() ? value.getName() : std::string();
}

inline double number_or(QPDFObjectHandle value, double otherwise) {
  const double number = value.isNumber() ? value.getNumericValue() : otherwise;
  return std::isfinite(number) && std::abs(number) < 1e6 ? number : otherwise;
}

}  // namespace barium::page
