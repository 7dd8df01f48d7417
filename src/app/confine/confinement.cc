#include "app/confine/confinement.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "app/confine/answer.h"
#include "app/confine/seccomp_filter.h"
#include "app/confine/worker.h"
#include "base/error.h"
#include "base/process.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;
using base::ProgramEnd;
using base::ProgramResult;
namespace fs = std::filesystem;

constexpr const char* kInside = "/run/barium";  // where the worker sees its own program

constexpr const char* kNoWalls =
    "Install bubblewrap ('apt install bubblewrap') and allow user namespaces (sysctl "
    "kernel.unprivileged_userns_clone=1); or, for files you trust only, use --unconfined";

std::string this_program() {
  std::error_code error;
  const fs::path path = fs::read_symlink("/proc/self/exe", error);
  if (error) throw Error(ErrorCode::kConfinement, "cannot find its own program: " + error.message());
  return path.string();
}

// Address space is no measure under a sanitizer, which maps terabytes.
std::optional<std::uint64_t> memory_limit(const WorkerLimits& limits) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  (void)limits;
  return std::nullopt;
#else
  return limits.memory_bytes;
#endif
}

class FilterFile {
 public:
  FilterFile() : fd_(new_filter_file()) {}
  ~FilterFile() { ::close(fd_); }
  FilterFile(const FilterFile&) = delete;
  FilterFile& operator=(const FilterFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// The system's libraries, programs and fonts, read-only. On a merged-/usr system /lib and its like are links.
void show_system(std::vector<std::string>& words) {
  words.insert(words.end(), {"--ro-bind", "/usr", "/usr"});
  for (const char* place : {"/bin", "/lib", "/lib32", "/lib64", "/libx32"}) {
    std::error_code error;
    if (fs::is_symlink(place, error)) {
      words.insert(words.end(), {"--symlink", fs::read_symlink(place, error).string(), place});
    } else {
      words.insert(words.end(), {"--ro-bind-try", place, place});
    }
  }
  for (const char* place : {"/etc/fonts", "/etc/ld.so.cache", "/etc/alternatives", "/var/cache/fontconfig"})
    words.insert(words.end(), {"--ro-bind-try", place, place});
}

// The signal that ended the worker: bubblewrap, like a shell, reports it as 128 + signal.
int signal_of(const ProgramResult& result) {
  if (result.end == ProgramEnd::kSignalled) return result.status;
  return result.status > 128 ? result.status - 128 : 0;
}

Error too_long(const WorkerLimits& limits) {
  return Error(ErrorCode::kLimit,
               "takes more than the " + std::to_string(limits.cpu_s) + " seconds of work it is allowed", {},
               "The file may have been made to waste time; if you trust it, save it anew from its program");
}

Error too_slow(const WorkerLimits& limits) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limits.wall).count();
  return Error(ErrorCode::kLimit, "is not done after " + std::to_string(seconds) + " seconds by the clock",
               {},
               "Try again when the machine has less to do; if it is idle, the file may have been made to "
               "waste time");
}

Error too_big(const WorkerLimits& limits) {
  return Error(
      ErrorCode::kLimit,
      "takes more than the " + std::to_string(limits.memory_bytes >> 20) + " MiB of memory it is allowed", {},
      "The file may have been made to waste memory; if you trust it, save it anew from its program");
}

// Why there is no answer.
Error death_of(const ProgramResult& result, const WorkerLimits& limits) {
  if (result.end == ProgramEnd::kStopped) return Error(ErrorCode::kInterrupted, "stopped");
  if (result.end == ProgramEnd::kDeadline) return too_slow(limits);
  if (result.end == ProgramEnd::kTooMuchOutput) return too_big(limits);
  const int signal = signal_of(result);
  if (signal == SIGXCPU || signal == SIGKILL) return too_long(limits);
  if (result.status == kWorkerOutOfMemory || result.talk.find("std::bad_alloc") != std::string::npos)
    return too_big(limits);
  if (signal != 0)
    return Error(ErrorCode::kMalformed, "makes its reader crash (signal " + std::to_string(signal) + ")", {},
                 "The file is damaged, or made to attack; the crash was contained");
  return Error(ErrorCode::kConfinement,
               "the confined worker cannot be started: " + plain_text(result.talk, 300), {}, kNoWalls);
}

}  // namespace

Confinement::Confinement(Walls walls, std::string program, std::function<bool()> stop)
    : walls_(walls),
      program_(program.empty() ? this_program() : std::move(program)),
      stop_(std::move(stop)) {}

std::vector<std::string> Confinement::command(const WorkerLimits& limits, int filter) const {
  if (walls_ == Walls::kUnconfined) return {program_, "worker", "--filter"};
  std::vector<std::string> words{"bwrap",         "--unshare-all", "--die-with-parent",
                                 "--new-session", "--clearenv",    "--cap-drop",
                                 "ALL",           "--uid",         "65534",
                                 "--gid",         "65534",         "--hostname",
                                 "worker"};
  show_system(words);
  words.insert(words.end(), {"--ro-bind",     program_,   kInside,
                             "--proc",        "/proc",    "--dev",
                             "/dev",          "--size",   std::to_string(limits.tmp_bytes),
                             "--tmpfs",       "/tmp",     "--chdir",
                             "/tmp",          "--setenv", "PATH",
                             "/usr/bin:/bin", "--setenv", "HOME",
                             "/tmp",          "--setenv", "LANG",
                             "C.UTF-8"});
  // Both are file systems in memory, without a limit of their own.
  words.insert(words.end(), {"--remount-ro", "/dev", "--remount-ro", "/"});
  words.insert(words.end(), {"--seccomp", std::to_string(filter), kInside, "worker"});
  return words;
}

base::Bytes Confinement::call(Task task, base::ByteView request, const WorkerLimits& limits) const {
  const FilterFile filter;
  base::Bytes framed(1 + request.size(), static_cast<std::uint8_t>(task));
  std::ranges::copy(request, framed.begin() + 1);
  const base::ProgramLimits program_limits{.wall = limits.wall,
                                           .output_bytes = limits.answer_bytes,
                                           .cpu_s = limits.cpu_s,
                                           .memory_bytes = memory_limit(limits),
                                           .file_bytes = limits.file_bytes,
                                           .stop = stop_};
  ProgramResult result;
  try {
    result = base::run_program(command(limits, filter.fd()), framed, program_limits, {filter.fd()});
  } catch (const Error& error) {
    throw Error(ErrorCode::kConfinement, error.message(), {}, kNoWalls);
  }
  if (!result.ok()) throw death_of(result, limits);
  return open_answer(std::move(result.output));
}

}  // namespace barium::app
