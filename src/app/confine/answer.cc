#include "app/confine/answer.h"

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
  std::string text(foreign.substr(0, most));
  // A UTF-8 character cut in two loses its first bytes too.
  if (foreign.size() > most) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80) text.pop_back();
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0) text.pop_back();
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) text[i] = ' ';
    // U+0080 to U+009F, among them CSI, which begins what a terminal obeys as ESC [ does.
    const bool c1 =
        c == 0xc2 && i + 1 < text.size() && (static_cast<unsigned char>(text[i + 1]) & 0xe0) == 0x80;
    if (c1) text.replace(i, 2, "  ");
  }
  return text;
}

}  // namespace barium::app
