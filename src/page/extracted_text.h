#pragma once

// What text extractors print for a PDF, and where two such texts part.

#include <string>
#include <vector>

#include "base/bytes.h"

namespace barium::page {

enum class Extractor { kPoppler, kPopplerLayout, kMupdf };

// Pages `first` to `last`, counting from 1: one text each. Throws base::Error(kNotFound) where the program is
// not installed, kStorage where it does not end by itself, or without a folder for temporary files.
std::vector<std::string> extract_pages(Extractor extractor, base::ByteView pdf, std::size_t first,
                                       std::size_t last);

// The same pages as XML that says where the text stands (pdftotext -bbox-layout, mutool's stext).
std::string extract_placed(Extractor extractor, base::ByteView pdf, std::size_t first, std::size_t last);

// A word as an extractor printed it, and the blanks it printed behind it.
struct Token {
  std::string text;
  std::string gap;
};
std::vector<Token> tokens_of(const std::string& page_text);

// Tokens of `original` next to which `changed` reads otherwise, in order, each once.
std::vector<std::size_t> parting_tokens(const std::vector<Token>& original,
                                        const std::vector<Token>& changed);

}  // namespace barium::page
