#pragma once

// PDFs of one page, written in the tests of the interpreter.

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "page/content.h"

namespace barium::page {

struct Sample {
  std::string content;
  std::string page_extra;                          // entries of the page dictionary
  std::string resources = "/Font << /F 5 0 R >>";  // entries
  std::string font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
  std::string more;  // whole objects, from 6 on
};

inline std::string stream(const std::string& data, const std::string& keys = {}) {
  return "<< /Length " + std::to_string(data.size()) + " " + keys + " >> stream\n" + data + "\nendstream";
}

// No cross-reference table: qpdf finds the objects by itself.
inline std::string pdf(const Sample& sample) {
  return "%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
         "2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
         "3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << " +
         sample.resources + " >> " + sample.page_extra + " >> endobj\n4 0 obj " + stream(sample.content) +
         " endobj\n5 0 obj " + sample.font + " endobj\n" + sample.more +
         "trailer << /Root 1 0 R /Size 20 >>\n%%EOF\n";
}

inline OpenedPages open(const Sample& sample, const ReadOptions& options = {},
                        CloneShared clone = CloneShared::kNo) {
  const std::string bytes = pdf(sample);
  PdfFile file(base::as_bytes(bytes), options);
  return open_pages(file, options, clone);
}

inline std::vector<std::string> texts(const OpenedPages& opened) {
  std::vector<std::string> out;
  for (const Word& word : opened.model.pages.at(0).words) out.push_back(word.text);
  return out;
}
using Texts = std::vector<std::string>;

inline const Word& word_of(const OpenedPages& opened, const std::string& text) {
  const auto& words = opened.model.pages.at(0).words;
  const auto found = std::find_if(words.begin(), words.end(), [&](const Word& w) { return w.text == text; });
  if (found == words.end()) throw std::runtime_error("no word " + text);
  return *found;
}

}  // namespace barium::page
