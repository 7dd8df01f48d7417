#pragma once

// Memory in pages of 2 MiB where the system has them: for tables of many megabytes that are written once and
// then read here and there, where pages of 4 KiB cost more in faults and translations than the reading
// itself.

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace barium::base {

// For std::vector. Small ones get ordinary memory.
template <class T>
struct HugePageAllocator {
  using value_type = T;
  static constexpr std::size_t kPage = std::size_t{2} << 20;

  HugePageAllocator() = default;
  template <class U>
  HugePageAllocator(const HugePageAllocator<U>&) {}

  T* allocate(std::size_t count) {
    if (count > SIZE_MAX / 2 / sizeof(T)) throw std::bad_array_new_length();
    const std::size_t bytes = count * sizeof(T);
    if (bytes < kPage) return static_cast<T*>(checked(std::malloc(bytes)));
    const std::size_t whole = (bytes + kPage - 1) / kPage * kPage;
    void* const memory = checked(std::aligned_alloc(kPage, whole));
    ::madvise(memory, whole, MADV_HUGEPAGE);  // where it is refused, the memory is as good
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { std::free(memory); }

  template <class U>
  bool operator==(const HugePageAllocator<U>&) const {
    return true;
  }

 private:
  static void* checked(void* memory) {
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
};

}  // namespace barium::base
