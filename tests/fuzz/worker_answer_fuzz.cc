// What a worker that was taken over may answer: bytes or an Error, never more.

#include "app/confine/answer.h"
#include "app/confine/pixels.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barium;
  try {
    const base::Bytes body = app::open_answer({data, data + size});
    base::ByteReader reader(body, "the answer");
    app::get_notes(reader);
    app::get_picture(reader, 100, 5000);
  } catch (const base::Error&) {
  }
  return 0;
}
