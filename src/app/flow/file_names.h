#pragma once

// Names of copies' files: "<title>-<name>.pdf", then "<title>-<name> (2).pdf" and so on.

#include <string>

namespace barium::app {

// Any text as a part of a file's name on any system: letters of every script stay; separators, control
// characters and the characters that Windows forbids become '_'; at most `most` bytes of UTF-8; never empty,
// never beginning with a dot or a dash.
std::string safe_name(const std::string& text, std::size_t most);

// number counts from 1; the first has no number.
std::string copy_file_name(const std::string& title, const std::string& name, int number);

}  // namespace barium::app
