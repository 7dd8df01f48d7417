#pragma once

// The frame of a worker's answer: one byte, 0 for a result whose bytes follow, 1 for an error whose fields
// follow. Errors cross the wall as text that may have been chosen by an attacker: it is cut to length and
// stripped of control characters.

#include "base/bytes.h"
#include "base/error.h"

namespace barium::app {

base::Bytes frame_result(base::Bytes body);
base::Bytes frame_error(const base::Error& error);

// The body. Throws the Error the answer carries, or Error(kMalformed) for what is no answer.
base::Bytes open_answer(base::Bytes answer);

// Foreign text made fit to be shown: UTF-8, at most `most` bytes, cut between characters. What is no UTF-8
// becomes U+FFFD; characters that command a terminal or reverse the text become spaces.
std::string plain_text(std::string_view foreign, std::size_t most);

}  // namespace barium::app
