#pragma once

// A verdict in words: what it rests on, and why a page is not called genuine.

#include "app/flow/examine.h"
#include "base/note.h"
#include "verify/verdict.h"

namespace barium::app {

// Of a page that is genuine or undetermined.
base::Note note_of(const verify::PageVerdict& page, const WordsInfo& words);
// Of a picture in which no page was found.
// asked: what was looked for, where that was not all of the vault ("page 2 of 'memo.pdf'"); else empty.
base::Note note_of_unfound(Verdict verdict, std::size_t words_seen, const std::string& asked);

}  // namespace barium::app
