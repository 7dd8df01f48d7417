#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <limits>
#include <thread>

namespace barium::base {

namespace {

struct Pipe {
  std::array<int, 2> fd{-1, -1};
  Pipe() {
    if (::pipe2(fd.data(), O_CLOEXEC) != 0) throw Error(ErrorCode::kStorage, "no more pipes can be opened");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(int which) {
    if (fd[which] >= 0) ::close(fd[which]);
    fd[which] = -1;
  }
};

void limit(__rlimit_resource resource, const std::optional<std::uint64_t>& value) {
  if (!value) return;
  const rlimit both{*value, *value};
  ::setrlimit(resource, &both);
}

// After fork: only async-signal-safe calls.
[[noreturn]] void become(char* const* argv, const Pipe& in, const Pipe& out, const Pipe& talk,
                         const Pipe& failure, const ProgramLimits& limits,
                         const std::vector<int>& inherited_fds, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it died before that
  ::dup2(in.fd[0], 0);
  ::dup2(out.fd[1], 1);
  ::dup2(talk.fd[1], 2);
  for (const int fd : inherited_fds) ::fcntl(fd, F_SETFD, 0);
  limit(RLIMIT_CPU, limits.cpu_s);
  limit(RLIMIT_AS, limits.memory_bytes);
  limit(RLIMIT_FSIZE, limits.file_bytes);
  limit(RLIMIT_CORE, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::execvp(argv[0], argv);
  const int error = errno;
  [[maybe_unused]] const ssize_t n = ::write(failure.fd[1], &error, sizeof error);
  ::_exit(127);
}

// Reads what is there; returns false at the end of the stream.
template <class Sink>
bool drain(int fd, Sink&& sink) {
  std::array<std::uint8_t, 65536> buffer;
  const ssize_t n = ::read(fd, buffer.data(), buffer.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  if (n > 0) sink(ByteView(buffer.data(), static_cast<std::size_t>(n)));
  return n > 0;
}

using Deadline = std::chrono::steady_clock::time_point;

constexpr int kBetweenStopsMs = 100;

int milliseconds_until(Deadline deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

class Conversation {
 public:
  Conversation(Pipe& in, Pipe& out, Pipe& talk, ByteView input, const ProgramLimits& limits,
               Deadline deadline)
      : in_(in), out_(out), talk_(talk), input_(input), limits_(limits), deadline_(deadline) {
    ::fcntl(in_.fd[1], F_SETFL, O_NONBLOCK);
    if (input_.empty()) in_.close_end(1);
  }

  // Pumps all three streams until the program closes its two; returns why it ended early, if it did.
  std::optional<ProgramEnd> hold(ProgramResult& result) {
    while (out_.fd[0] >= 0 || talk_.fd[0] >= 0) {
      const int left_ms = milliseconds_until(deadline_);
      if (left_ms == 0) return ProgramEnd::kDeadline;
      if (limits_.stop && limits_.stop()) return ProgramEnd::kStopped;
      std::array<pollfd, 3> wait{
          {{in_.fd[1], POLLOUT, 0}, {out_.fd[0], POLLIN, 0}, {talk_.fd[0], POLLIN, 0}}};
      const int wait_ms = limits_.stop ? std::min(left_ms, kBetweenStopsMs) : left_ms;
      if (::poll(wait.data(), wait.size(), wait_ms) < 0) {
        if (errno == EINTR) continue;
        throw Error(ErrorCode::kStorage, std::string("poll failed: ") + std::strerror(errno));
      }
      if (wait[0].revents != 0) feed();
      if (wait[1].revents != 0 && !read_output(result)) return ProgramEnd::kTooMuchOutput;
      if (wait[2].revents != 0) read_talk(result);
    }
    return std::nullopt;
  }

 private:
  void feed() {
    const ssize_t n = ::write(in_.fd[1], input_.data(), input_.size());
    if (n > 0) input_ = input_.subspan(static_cast<std::size_t>(n));
    const bool refused = n < 0 && errno != EINTR && errno != EAGAIN;
    if (input_.empty() || refused) in_.close_end(1);
  }
  bool read_output(ProgramResult& result) {
    const bool open = drain(out_.fd[0], [&](ByteView part) {
      result.output.insert(result.output.end(), part.begin(), part.end());
    });
    if (!open) out_.close_end(0);
    return result.output.size() <= limits_.output_bytes;
  }
  void read_talk(ProgramResult& result) {
    const bool open = drain(talk_.fd[0], [&](ByteView part) {
      const std::size_t room =
          limits_.talk_bytes - std::min<std::size_t>(result.talk.size(), limits_.talk_bytes);
      result.talk.append(as_text(part.first(std::min(room, part.size()))));
    });
    if (!open) talk_.close_end(0);
  }

  Pipe& in_;
  Pipe& out_;
  Pipe& talk_;
  ByteView input_;
  const ProgramLimits& limits_;
  const Deadline deadline_;
};

// A started program. It is killed and waited for also where an exception leaves it behind.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ <= 0) return;
    kill();
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill() const { ::kill(-pid_, SIGKILL); }
  // Why it must be killed, if it does not end by itself. A program that has closed its output need not have
  // ended; most end within a millisecond. Asked again and again, since older containers refuse pidfd_open.
  std::optional<ProgramEnd> outlasts(Deadline deadline, const std::function<bool()>& stop) const {
    std::chrono::microseconds pause{50};
    for (;;) {
      siginfo_t info{};
      if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          info.si_pid != 0)
        return std::nullopt;
      if (milliseconds_until(deadline) == 0) return ProgramEnd::kDeadline;
      if (stop && stop()) return ProgramEnd::kStopped;
      std::this_thread::sleep_for(pause);
      pause = std::min(2 * pause, std::chrono::microseconds{10'000});
    }
  }
  // What waitpid says of it.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

 private:
  pid_t pid_;
};

// 0 where the program was started, else why not.
int start_error(int fd) {
  int error = 0;
  ssize_t n = 0;
  do n = ::read(fd, &error, sizeof error);
  while (n < 0 && errno == EINTR);
  return n == 0 ? 0 : error;
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& arguments, ByteView input,
                          const ProgramLimits& limits, const std::vector<int>& inherited_fds) {
  require(!arguments.empty(), "a program has a name");
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  Pipe in, out, talk, failure;
  // A program that stops reading must not kill us; once for the process, as a per-call switch would race.
  static const auto ignored = std::signal(SIGPIPE, SIG_IGN);
  require(ignored != SIG_ERR, "SIGPIPE can be ignored");

  const Deadline deadline = std::chrono::steady_clock::now() + limits.wall;
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw Error(ErrorCode::kStorage, "no more processes can be started");
  if (pid == 0) become(argv.data(), in, out, talk, failure, limits, inherited_fds, parent);
  Child child(pid);
  in.close_end(0);
  out.close_end(1);
  talk.close_end(1);
  failure.close_end(1);
  if (const int error = start_error(failure.fd[0]); error != 0) {
    child.wait();
    throw Error(ErrorCode::kNotFound,
                "the program " + arguments[0] + " cannot be started: " + std::strerror(error), {},
                "Run 'barium doctor' to see what is missing");
  }
  ProgramResult result;
  std::optional<ProgramEnd> stopped = Conversation(in, out, talk, input, limits, deadline).hold(result);
  if (!stopped) stopped = child.outlasts(deadline, limits.stop);
  if (stopped) child.kill();
  const int status = child.wait();
  result.end = stopped ? *stopped : WIFSIGNALED(status) ? ProgramEnd::kSignalled : ProgramEnd::kExited;
  result.status = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

}  // namespace barium::base
