#include "app/confine/seccomp_filter.h"

#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/error.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;
using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

// By name, so that a call unknown to this libseccomp or machine is passed over.
constexpr const char* kDenied[] = {
    // other processes
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "pidfd_getfd",
    "kcmp",
    "perf_event_open",
    // the tree of files and its namespaces
    "mount",
    "umount",
    "umount2",
    "pivot_root",
    "chroot",
    "move_mount",
    "open_tree",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "setns",
    "unshare",
    "name_to_handle_at",
    "open_by_handle_at",
    "quotactl",
    "fanotify_init",
    "swapon",
    "swapoff",
    // the kernel
    "bpf",
    "init_module",
    "finit_module",
    "delete_module",
    "create_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "syslog",
    "acct",
    "ioperm",
    "iopl",
    "modify_ldt",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "add_key",
    "request_key",
    "keyctl",
    "lookup_dcookie",
    "nfsservctl",
    "vhangup",
    "personality",
    // memory that is no process's own, which no limit counts
    "memfd_create",
    "memfd_secret",
    "shmget",
    "msgget",
    "semget",
    "mq_open",
    // the clock and the host's names
    "settimeofday",
    "clock_settime",
    "clock_adjtime",
    "adjtimex",
    "sethostname",
    "setdomainname",
};

void expect_added(int result, const char* name) {
  if (result != 0)
    throw Error(ErrorCode::kConfinement, std::string("no filter can be made for the system call ") + name);
}

void add(const Filter& filter, std::uint32_t action, const char* name) {
  const int call = seccomp_syscall_resolve_name(name);
  if (call < 0) return;  // __NR_SCMP_ERROR, or not on this machine
  expect_added(seccomp_rule_add_exact(filter.get(), action, call, 0), name);
}

Filter make_filter() {
  Filter filter(seccomp_init(SCMP_ACT_ALLOW), seccomp_release);
  if (!filter) throw Error(ErrorCode::kConfinement, "the system call filter cannot be made");
  for (const char* name : kDenied) add(filter, SCMP_ACT_ERRNO(EPERM), name);
  // glibc falls back to clone, whose flags, unlike clone3's, a filter can see.
  add(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3");
  constexpr std::uint64_t kNewNamespace = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID |
                                          CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  for (std::uint64_t flag = 1; flag != 0 && flag <= kNewNamespace; flag <<= 1) {
    if ((kNewNamespace & flag) == 0) continue;
    expect_added(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                  SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag)),
                 "clone");
  }
  // Only sockets within the machine's own file tree, of which the worker sees nothing.
  expect_added(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                                SCMP_A0(SCMP_CMP_NE, AF_UNIX)),
               "socket");
  return filter;
}

}  // namespace

int new_filter_file() {
  const Filter filter = make_filter();
  const int fd = ::memfd_create("barium-seccomp", MFD_CLOEXEC);
  if (fd < 0 || seccomp_export_bpf(filter.get(), fd) != 0 || ::lseek(fd, 0, SEEK_SET) != 0) {
    if (fd >= 0) ::close(fd);
    throw Error(ErrorCode::kConfinement, "the system call filter cannot be written");
  }
  return fd;
}

void apply_filter() {
  const Filter filter = make_filter();
  if (seccomp_load(filter.get()) != 0)
    throw Error(ErrorCode::kConfinement, "this system refuses the system call filter");
}

}  // namespace barium::app
