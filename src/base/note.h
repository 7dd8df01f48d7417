#pragma once

// A recoverable oddity, collected on the result that it concerns and carried to the report: the library
// prints nothing.

#include <string>
#include <vector>

namespace barium::base {

struct Note {
  std::string code;  // stable, dotted, lower case: "page.no_text"
  std::string text;  // one sentence in plain words
};
using Notes = std::vector<Note>;

}  // namespace barium::base
