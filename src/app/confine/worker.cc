#include "app/confine/worker.h"

#include <unistd.h>

#include <cerrno>
#include <new>

#include "app/confine/answer.h"
#include "app/confine/probe.h"
#include "app/confine/seccomp_filter.h"
#include "app/confine/tasks.h"
#include "base/error.h"

namespace barium::app {

namespace {

using base::Bytes;
using base::ByteView;
using base::Error;
using base::ErrorCode;

Bytes read_request() {
  Bytes request;
  std::size_t got = 0;
  for (;;) {
    if (got == request.size()) request.resize(std::max<std::size_t>(1 << 16, 2 * request.size()));
    const ssize_t n = ::read(0, request.data() + got, request.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(ErrorCode::kConfinement, "the request cannot be read");
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  request.resize(got);
  return request;
}

void write_answer(ByteView answer) {
  while (!answer.empty()) {
    const ssize_t n = ::write(1, answer.data(), answer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;  // the parent has gone; there is nobody to tell
    answer = answer.subspan(static_cast<std::size_t>(n));
  }
}

Bytes do_probe(ByteView request) {
  base::ByteReader reader(request, "the request");
  base::ByteWriter writer;
  const std::vector<std::string> reached = try_walls(static_cast<Misdeed>(reader.get<std::uint8_t>()));
  writer.put(static_cast<std::uint32_t>(reached.size()));
  for (const std::string& phrase : reached) writer.put_text(phrase);
  return writer.take();
}

Bytes perform(ByteView request) {
  base::ByteReader reader(request, "the request");
  const Task task = static_cast<Task>(reader.get<std::uint8_t>());
  const ByteView body = reader.get_raw(reader.remaining());
  switch (task) {
    case Task::kProbe:
      return do_probe(body);
    case Task::kDecodePhoto:
      return do_decode_photo(body);
    case Task::kReadDocument:
      return do_read_document(body);
    case Task::kReadWords:
      return do_read_words(body);
    case Task::kCountPages:
      return do_count_pages(body);
    case Task::kRenderPages:
      return do_render_pages(body);
    case Task::kReadText:
      return do_read_text(body);
  }
  reader.fail("asks for an unknown task");
}

}  // namespace

int run_worker(FilterHere filter) {
  try {
    if (filter == FilterHere::kYes) apply_filter();
    write_answer(frame_result(perform(read_request())));
  } catch (const Error& error) {
    write_answer(frame_error(error));
  } catch (const std::bad_alloc&) {
    return kWorkerOutOfMemory;
  } catch (const std::length_error&) {
    return kWorkerOutOfMemory;  // a container asked for more than can be addressed
  } catch (const std::exception& error) {
    write_answer(frame_error(Error(ErrorCode::kMalformed, error.what())));
  }
  return 0;
}

}  // namespace barium::app
