#pragma once

// The system calls that no parser needs and that attacks on a kernel begin with: denied to the worker and to
// every program it starts. A list of what is forbidden, not of what is allowed: poppler, glibc and their next
// versions may use any ordinary call.

namespace barium::app {

// The filter as BPF in an anonymous file, for `bwrap --seccomp FD`. The caller closes it. Each bwrap needs
// its own: reading moves the file's position. Throws base::Error(kConfinement).
int new_filter_file();

// Puts the filter on this process and its children. Throws base::Error(kConfinement).
void apply_filter();

}  // namespace barium::app
