#pragma once

// CMaps (ISO 32000-1:2008, 9.7.5; Adobe Technical Notes 5014 and 5411): how a string is cut into codes, which
// CID a code selects, and what Unicode text a code stands for. Predefined ones are read at run time from
// poppler-data.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace barium::page {

class CMap {
 public:
  struct Code {
    std::uint32_t value = 0;
    std::uint32_t bytes = 1;
  };

  bool vertical() const { return vertical_; }

  // The code at the start of `rest`, which is not empty. Bytes outside every codespace are passed over one by
  // one, or as many as the shortest codespace has.
  Code next_code(std::string_view rest) const;
  std::optional<std::uint32_t> cid(Code code) const;
  // nullptr-like empty: none.
  std::u32string text(std::uint32_t code) const;
  bool has_text() const { return !texts_.empty() || (parent_ != nullptr && parent_->has_text()); }

 private:
  friend class CMapParser;
  friend CMap identity_cmap(bool vertical);
  struct CodeSpace {
    std::uint32_t bytes, low, high;
  };
  struct CidRange {
    std::uint32_t low, high, bytes, cid;
  };
  struct TextRange {
    std::uint32_t low, high;
    std::u32string text;  // its last character counts up along the range
  };

  bool in_codespace(Code code) const;
  bool has_codespace() const { return !spaces_.empty() || (parent_ != nullptr && parent_->has_codespace()); }

  bool vertical_ = false;
  std::vector<CodeSpace> spaces_;
  std::vector<CidRange> cids_;    // sorted by (bytes, low)
  std::vector<TextRange> texts_;  // sorted by low
  const CMap* parent_ = nullptr;  // usecmap; owned by the library
};

// Identity-H and Identity-V.
CMap identity_cmap(bool vertical);

// Looks up the CMap that usecmap names; may return nullptr.
using FindCMap = std::function<const CMap*(const std::string&)>;
// Foreign bytes: never fails, keeps what it understands, within limits.
CMap parse_cmap(std::string_view bytes, const FindCMap& find_cmap);

// Predefined CMaps and CID collections, loaded when first asked for. Not for several threads at once.
class CMapLibrary {
 public:
  // directory: of poppler-data, holding cMap and cidToUnicode.
  explicit CMapLibrary(std::string directory = "/usr/share/poppler");

  // nullptr: no such CMap.
  const CMap* find(const std::string& name);
  // The character of a CID in "Adobe-Japan1" and the like; 0: unknown.
  char32_t unicode(const std::string& collection, std::uint32_t cid);

 private:
  const CMap* load(const std::string& name);

  std::string directory_;
  int depth_ = 0;  // of usecmap
  std::map<std::string, std::unique_ptr<CMap>> cmaps_;
  std::map<std::string, std::vector<char32_t>> collections_;
};

}  // namespace barium::page
