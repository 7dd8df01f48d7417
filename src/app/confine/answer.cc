#include "app/confine/answer.h"

#include <algorithm>

#include "base/utf8.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;

constexpr std::uint8_t kResult = 0;
constexpr std::uint8_t kError = 1;
constexpr std::size_t kSentence = 500;  // bytes; the longest of ours has under 200

// A worker may not say what only the parent can know.
ErrorCode believable(std::uint8_t raw) {
  switch (static_cast<ErrorCode>(raw)) {
    case ErrorCode::kUsage:
    case ErrorCode::kUnsupported:
    case ErrorCode::kLimit:
    case ErrorCode::kPassword:
    case ErrorCode::kSigned:
    case ErrorCode::kConfinement:
    case ErrorCode::kNotFound:
      return static_cast<ErrorCode>(raw);
    default:
      return ErrorCode::kMalformed;
  }
}

[[noreturn]] void throw_error(base::ByteReader& reader) {
  const ErrorCode code = believable(reader.get<std::uint8_t>());
  base::Place place;
  place.page = static_cast<int>(std::min<std::uint32_t>(reader.get<std::uint32_t>(), 1'000'000));
  place.offset = reader.get<std::int64_t>();
  place.object = plain_text(reader.get_text(), 80);
  const std::string what = plain_text(reader.get_text(), kSentence);
  const std::string advice = plain_text(reader.get_text(), kSentence);
  throw Error(code, what, place, advice);
}

constexpr std::string_view kNoCharacter = "\ufffd";  // Unicode's mark for bytes that are none

// Controls (C0, DEL, C1: U+009B alone begins a terminal's commands), line separators, and what turns the
// order of the text around it (Unicode Standard Annex #9, table 1), so that a name can look like another.
bool commands(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7f;
  if (character.size() == 2) return character >= "\u0080" && character <= "\u009f";
  return (character >= "\u2028" && character <= "\u202e") || (character >= "\u2066" && character <= "\u2069");
}

}  // namespace

base::Bytes frame_result(base::Bytes body) {
  body.insert(body.begin(), kResult);
  return body;
}

base::Bytes frame_error(const Error& error) {
  base::ByteWriter writer;
  writer.put(kError);
  writer.put(static_cast<std::uint8_t>(error.code()));
  writer.put(static_cast<std::uint32_t>(std::max(0, error.place().page)));
  writer.put(error.place().offset);
  writer.put_text(error.place().object);
  writer.put_text(error.message());
  writer.put_text(error.advice());
  return writer.take();
}

base::Bytes open_answer(base::Bytes answer) {
  if (!answer.empty() && answer[0] == kResult) {
    answer.erase(answer.begin());
    return answer;
  }
  base::ByteReader reader(answer, "the answer of the confined worker");
  if (reader.get<std::uint8_t>() == kError) throw_error(reader);
  reader.fail("is neither result nor error");
}

std::string plain_text(std::string_view foreign, std::size_t most) {
  std::string text;
  while (!foreign.empty()) {
    const std::size_t length = base::utf8_length(foreign);
    std::string_view character = length == 0 ? kNoCharacter : foreign.substr(0, length);
    if (commands(character)) character = " ";
    if (text.size() + character.size() > most) break;
    text += character;
    foreign.remove_prefix(std::max<std::size_t>(1, length));
  }
  return text;
}

}  // namespace barium::app
