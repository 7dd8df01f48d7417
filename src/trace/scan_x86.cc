// Masked byte sums on x86-64. A row's 64 bits select 64 weights: directly as a mask register (AVX-512), or
// spread to byte masks (AVX2).

#include "base/error.h"
#include "trace/scan.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define BARIUM_AVX2 __attribute__((target("avx2")))
#define BARIUM_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

namespace barium::trace {

static_assert(kHypotheses.size() == 4, "the reductions below end in four sums");

bool has_scan_path(ScanPath path) {
  switch (path) {
    case ScanPath::kScalar:
      return true;
    case ScanPath::kAvx2:
      return __builtin_cpu_supports("avx2");
    case ScanPath::kAvx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
  }
  return false;
}

namespace {

// 32 bits to 32 bytes of all ones or zeros.
BARIUM_AVX2 inline __m256i byte_masks(std::uint32_t bits) {
  const __m256i spread =
      _mm256_setr_epi64x(0x0000000000000000, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i select = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201ULL));
  const __m256i each = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(bits)), spread);
  return _mm256_cmpeq_epi8(_mm256_and_si256(each, select), select);
}

// Lane sums of four 128-bit vectors of 32-bit integers, as one vector.
BARIUM_AVX2 inline __m128i four_sums(__m128i a, __m128i b, __m128i c, __m128i d) {
  return _mm_hadd_epi32(_mm_hadd_epi32(a, b), _mm_hadd_epi32(c, d));
}

BARIUM_AVX2 inline __m128i fold(__m256i v) {
  return _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
}

// Both halves by the zero-masked extraction, because the plain cast of GCC 12 warns of its own undefined
// operand (GCC bug 105593).
BARIUM_AVX512 inline __m128i fold512(__m512i v) {
  const __m256i low = _mm512_maskz_extracti64x4_epi64(0xf, v, 0);
  const __m256i high = _mm512_maskz_extracti64x4_epi64(0xf, v, 1);
  const __m256i sum = _mm256_add_epi32(low, high);
  return _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
}

}  // namespace

BARIUM_AVX2 void score_rows_avx2(const ScoreTable& table, const std::uint64_t* rows,
                                 std::span<Scores> scores) {
  const std::size_t words = table.row_bits / 64;
  const std::int8_t* weights[4];
  for (std::size_t h = 0; h < 4; ++h) weights[h] = table.weights[h].data();
  const __m256i zero = _mm256_setzero_si256();
  const __m256i one_bytes = _mm256_set1_epi8(1);
  const __m256i one_words = _mm256_set1_epi16(1);
  const __m128i offsets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.offsets.data()));
  for (Scores& score : scores) {
    __m256i sum[4] = {zero, zero, zero, zero};
    for (std::size_t half = 0; half < 2 * words; ++half) {
      const __m256i mask = byte_masks(static_cast<std::uint32_t>(rows[half / 2] >> (half % 2 * 32)));
      for (std::size_t h = 0; h < 4; ++h) {
        const auto* at = reinterpret_cast<const __m256i*>(weights[h] + 32 * half);
        const __m256i chosen = _mm256_and_si256(mask, _mm256_loadu_si256(at));
        // Pairs of bytes to 16 bits (at most 126), pairs of those to 32.
        const __m256i pairs = _mm256_maddubs_epi16(one_bytes, chosen);
        sum[h] = _mm256_add_epi32(sum[h], _mm256_madd_epi16(pairs, one_words));
      }
    }
    const __m128i all = four_sums(fold(sum[0]), fold(sum[1]), fold(sum[2]), fold(sum[3]));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(score.data()), _mm_add_epi32(all, offsets));
    rows += words;
  }
}

BARIUM_AVX512 void score_rows_avx512(const ScoreTable& table, const std::uint64_t* rows,
                                     std::span<Scores> scores) {
  const std::size_t words = table.row_bits / 64;
  const std::int8_t* w0 = table.weights[0].data();
  const std::int8_t* w1 = table.weights[1].data();
  const std::int8_t* w2 = table.weights[2].data();
  const std::int8_t* w3 = table.weights[3].data();
  const __m512i ones = _mm512_set1_epi8(1);
  const __m128i offsets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.offsets.data()));
  for (Scores& score : scores) {
    __m512i s0 = _mm512_setzero_si512();
    __m512i s1 = s0;
    __m512i s2 = s0;
    __m512i s3 = s0;
    for (std::size_t w = 0; w < words; ++w) {
      const __mmask64 bits = _cvtu64_mask64(rows[w]);
      s0 = _mm512_dpbusd_epi32(s0, ones, _mm512_maskz_loadu_epi8(bits, w0 + 64 * w));
      s1 = _mm512_dpbusd_epi32(s1, ones, _mm512_maskz_loadu_epi8(bits, w1 + 64 * w));
      s2 = _mm512_dpbusd_epi32(s2, ones, _mm512_maskz_loadu_epi8(bits, w2 + 64 * w));
      s3 = _mm512_dpbusd_epi32(s3, ones, _mm512_maskz_loadu_epi8(bits, w3 + 64 * w));
    }
    const __m128i all = four_sums(fold512(s0), fold512(s1), fold512(s2), fold512(s3));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(score.data()), _mm_add_epi32(all, offsets));
    rows += words;
  }
}

}  // namespace barium::trace

#else

namespace barium::trace {

bool has_scan_path(ScanPath path) { return path == ScanPath::kScalar; }
void score_rows_avx2(const ScoreTable&, const std::uint64_t*, std::span<Scores>) {
  base::require(false, "AVX2 is an x86 path");
}
void score_rows_avx512(const ScoreTable&, const std::uint64_t*, std::span<Scores>) {
  base::require(false, "AVX-512 is an x86 path");
}

}  // namespace barium::trace

#endif
