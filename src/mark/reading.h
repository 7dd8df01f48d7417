#pragma once

// From measured displacements to soft bits. The reader does not know the suspects, nor any codeword.

#include <cstdint>
#include <span>
#include <vector>

#include "page/measurement.h"
#include "page/word.h"

namespace barium::mark {

struct SoftBit {
  std::uint32_t carrier = 0;  // index into the page's carriers
  double displacement_pt = 0;
  double sigma_pt = 0;  // with the reading's excess
  double llr = 0;       // ln P(seen | symbol +1) - ln P(seen | symbol -1)
};

// The carriers that could be read, in order of their number; those that could not are absent.
struct Reading {
  std::vector<SoftBit> bits;
  // How much further the words scatter around the two signs than their sigma says, one deviation: 0 where the
  // measurement explains all. Somebody may have moved the words. It is in the bits' sigma already.
  double excess_pt = 0;
};

struct ReadMarksOptions {
  double outlier_rate = 0.02;     // share of words whose displacement says nothing (bad match); bounds |llr|
  double outlier_range_pt = 1.5;  // an outlier lies anywhere in +- this
  void check() const;
};

Reading read_marks(const page::PageModel& page, std::span<const page::WordMeasurement> words,
                   const ReadMarksOptions& options = {});

}  // namespace barium::mark
