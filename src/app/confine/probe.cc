#include "app/confine/probe.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "app/confine/answer.h"

namespace barium::app {

namespace {

bool opens(const char* path, int flags) {
  const int fd = ::open(path, flags | O_CLOEXEC);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

// Leaves nothing behind.
bool writes_to(const std::string& directory) {
  const std::string path = directory + "/barium-probe-" + std::to_string(::getpid());
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  ::close(fd);
  ::unlink(path.c_str());
  return true;
}

bool socket_opens(int family) {
  const int fd = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

bool memory_file_opens() {
  const int fd = ::memfd_create("barium-probe", MFD_CLOEXEC);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

[[noreturn]] void spin() {
  for (volatile std::uint64_t turns = 0;;) turns = turns + 1;
}

[[noreturn]] void hog() {
  std::vector<std::unique_ptr<char[]>> kept;
  for (;;) {
    kept.push_back(std::make_unique<char[]>(16 << 20));
    for (std::size_t i = 0; i < (16 << 20); i += 4096) kept.back()[i] = 1;
  }
}

[[noreturn]] void babble() {
  const std::string words(1 << 16, 'x');
  while (::write(1, words.data(), words.size()) > 0) {
  }
  ::_exit(1);
}

void commit(Misdeed misdeed) {
  if (misdeed == Misdeed::kSpin) spin();
  if (misdeed == Misdeed::kHog) hog();
  if (misdeed == Misdeed::kBabble) babble();
  if (misdeed == Misdeed::kCrash) ::raise(SIGSEGV);
  if (misdeed == Misdeed::kLie) {
    const char lie[] = "\x07 no answer at all";
    [[maybe_unused]] const ssize_t n = ::write(1, lie, sizeof lie);
    ::_exit(0);
  }
}

}  // namespace

std::vector<std::string> try_walls(Misdeed misdeed) {
  commit(misdeed);
  std::vector<std::string> reached;
  if (opens("/etc/passwd", O_RDONLY)) reached.emplace_back("reads /etc/passwd");
  if (opens("/root", O_RDONLY | O_DIRECTORY)) reached.emplace_back("reads /root");
  if (opens("/home", O_RDONLY | O_DIRECTORY)) reached.emplace_back("reads /home");
  for (const std::string place : {"", "/usr", "/run", "/dev", "/dev/shm"})
    if (writes_to(place)) reached.push_back("writes to " + (place.empty() ? "/" : place));
  if (memory_file_opens()) reached.emplace_back("makes files in memory");
  if (socket_opens(AF_INET) || socket_opens(AF_INET6)) reached.emplace_back("opens network sockets");
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0) reached.emplace_back("may trace processes");
  if (::unshare(CLONE_NEWUSER) == 0) reached.emplace_back("makes user namespaces");
  if (::getenv("USER") || ::getenv("SSH_AUTH_SOCK")) reached.emplace_back("sees the caller's environment");
  if (::geteuid() == 0) reached.emplace_back("runs as root");
  return reached;
}

std::vector<std::string> probe_walls(const Confinement& confinement, Misdeed misdeed,
                                     const WorkerLimits& limits) {
  const base::Bytes request{static_cast<std::uint8_t>(misdeed)};
  const base::Bytes answer = confinement.call(Task::kProbe, request, limits);
  base::ByteReader reader(answer, "the answer of the confined worker");
  std::vector<std::string> reached(std::min<std::size_t>(reader.get_count(4), 20));
  for (std::string& phrase : reached) phrase = plain_text(reader.get_text(), 100);
  return reached;
}

}  // namespace barium::app
