// AES with the instructions of x86-64: four blocks of one bit plane to a 512-bit register (VAES), or one to a
// 128-bit register (AES-NI).

#include "base/error.h"
#include "code/rows.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define BARIUM_AESNI __attribute__((target("aes,sse4.1")))
#define BARIUM_VAES __attribute__((target("avx512f,avx512bw,avx512vl,vaes,aes")))

namespace barium::code {

namespace {

// Asked of the processor itself: clang 14 and 16 do not know the name "vaes" in __builtin_cpu_supports.
// Intel SDM, volume 2, CPUID: leaf 7, subleaf 0, ECX bit 9. That the system saves the 512-bit registers is
// covered by __builtin_cpu_supports("avx512f").
bool has_vaes() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (c & bit_VAES) != 0;
}

}  // namespace

bool has_row_path(RowPath path) {
  switch (path) {
    case RowPath::kOpenSsl:
      return true;
    case RowPath::kAesNi:
      return __builtin_cpu_supports("aes") && __builtin_cpu_supports("sse4.1");
    case RowPath::kVaes512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && has_vaes();
  }
  return false;
}

namespace {

constexpr int kRounds = 10;  // FIPS 197: AES-128

struct Schedule {
  __m128i key[kRounds + 1];
};

// FIPS 197, section 5.2: w[i] = w[i-4] xor (...), four words at a time.
BARIUM_AESNI inline __m128i next_key(__m128i key, __m128i assist) {
  assist = _mm_shuffle_epi32(assist, 0xff);
  key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
  key = _mm_xor_si128(key, _mm_slli_si128(key, 8));
  return _mm_xor_si128(key, assist);
}

BARIUM_AESNI Schedule expand(const AesKey& key) {
  Schedule s;
  s.key[0] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(key.data()));
  s.key[1] = next_key(s.key[0], _mm_aeskeygenassist_si128(s.key[0], 0x01));
  s.key[2] = next_key(s.key[1], _mm_aeskeygenassist_si128(s.key[1], 0x02));
  s.key[3] = next_key(s.key[2], _mm_aeskeygenassist_si128(s.key[2], 0x04));
  s.key[4] = next_key(s.key[3], _mm_aeskeygenassist_si128(s.key[3], 0x08));
  s.key[5] = next_key(s.key[4], _mm_aeskeygenassist_si128(s.key[4], 0x10));
  s.key[6] = next_key(s.key[5], _mm_aeskeygenassist_si128(s.key[5], 0x20));
  s.key[7] = next_key(s.key[6], _mm_aeskeygenassist_si128(s.key[6], 0x40));
  s.key[8] = next_key(s.key[7], _mm_aeskeygenassist_si128(s.key[7], 0x80));
  s.key[9] = next_key(s.key[8], _mm_aeskeygenassist_si128(s.key[8], 0x1b));
  s.key[10] = next_key(s.key[9], _mm_aeskeygenassist_si128(s.key[9], 0x36));
  return s;
}

}  // namespace

BARIUM_AESNI void generate_aesni(const RowPlan& plan, CopyNumber first, std::size_t count,
                                 std::uint64_t* rows) {
  const Schedule schedule = expand(plan.key);
  const std::size_t words = plan.half.size();
  for (std::size_t n = 0; n < count; ++n, rows += words) {
    const __m128i copy = _mm_set_epi64x(0, static_cast<long long>(first + n));
    for (std::size_t i = 0; i < words; i += 4) {  // two blocks of three planes keep the AES unit busy
      __m128i x[6];
#pragma GCC unroll 6
      for (int j = 0; j < 6; ++j) {
        const auto* counter = reinterpret_cast<const __m128i*>(&plan.counters[i + 2 * (j / 3)]);
        const __m128i plane = _mm_set_epi64x(static_cast<long long>(j % 3) << 32, 0);
        x[j] = _mm_xor_si128(_mm_xor_si128(copy, plane), _mm_loadu_si128(counter));
        x[j] = _mm_xor_si128(x[j], schedule.key[0]);
      }
      for (int round = 1; round < kRounds; ++round)
#pragma GCC unroll 6
        for (int j = 0; j < 6; ++j) x[j] = _mm_aesenc_si128(x[j], schedule.key[round]);
#pragma GCC unroll 6
      for (int j = 0; j < 6; ++j) x[j] = _mm_aesenclast_si128(x[j], schedule.key[kRounds]);
#pragma GCC unroll 2
      for (int b = 0; b < 2; ++b) {
        const auto* half = reinterpret_cast<const __m128i*>(&plan.half[i + 2 * b]);
        const auto* invert = reinterpret_cast<const __m128i*>(&plan.invert[i + 2 * b]);
        const __m128i both = _mm_or_si128(_mm_and_si128(x[3 * b + 1], x[3 * b + 2]), _mm_loadu_si128(half));
        const __m128i row = _mm_xor_si128(_mm_and_si128(x[3 * b], both), _mm_loadu_si128(invert));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(rows + i + 2 * b), row);
      }
    }
  }
}

// The zero-masked form, because the plain one of GCC 12 warns of its own undefined operand (GCC bug 105593).
BARIUM_VAES static inline __m512i everywhere(__m128i lane) {
  return _mm512_maskz_broadcast_i32x4(0xffff, lane);
}

BARIUM_VAES void generate_vaes512(const RowPlan& plan, CopyNumber first, std::size_t count,
                                  std::uint64_t* rows) {
  const Schedule schedule = expand(plan.key);
  __m512i key[kRounds + 1];
  for (int round = 0; round <= kRounds; ++round) key[round] = everywhere(schedule.key[round]);
  const __m512i plane1 = everywhere(_mm_set_epi64x(1LL << 32, 0));
  const __m512i plane2 = everywhere(_mm_set_epi64x(2LL << 32, 0));
  const std::size_t words = plan.half.size();
  for (std::size_t n = 0; n < count; ++n, rows += words) {
    const __m512i copy =
        _mm512_xor_si512(_mm512_maskz_set1_epi64(0x55, static_cast<long long>(first + n)), key[0]);
    for (std::size_t i = 0; i < words; i += 8) {
      __m512i b0 = _mm512_xor_si512(copy, _mm512_loadu_si512(&plan.counters[i]));
      __m512i b1 = _mm512_xor_si512(b0, plane1);
      __m512i b2 = _mm512_xor_si512(b0, plane2);
      for (int round = 1; round < kRounds; ++round) {
        b0 = _mm512_aesenc_epi128(b0, key[round]);
        b1 = _mm512_aesenc_epi128(b1, key[round]);
        b2 = _mm512_aesenc_epi128(b2, key[round]);
      }
      b0 = _mm512_aesenclast_epi128(b0, key[kRounds]);
      b1 = _mm512_aesenclast_epi128(b1, key[kRounds]);
      b2 = _mm512_aesenclast_epi128(b2, key[kRounds]);
      const __m512i both = _mm512_or_si512(_mm512_and_si512(b1, b2), _mm512_loadu_si512(&plan.half[i]));
      const __m512i row = _mm512_xor_si512(_mm512_and_si512(b0, both), _mm512_loadu_si512(&plan.invert[i]));
      _mm512_storeu_si512(rows + i, row);
    }
  }
}

}  // namespace barium::code

#else

namespace barium::code {

bool has_row_path(RowPath path) { return path == RowPath::kOpenSsl; }
void generate_aesni(const RowPlan&, CopyNumber, std::size_t, std::uint64_t*) {
  base::require(false, "AES-NI is an x86 path");
}
void generate_vaes512(const RowPlan&, CopyNumber, std::size_t, std::uint64_t*) {
  base::require(false, "VAES is an x86 path");
}

}  // namespace barium::code

#endif
