#pragma once

// The part of the graphics state (ISO 32000-1:2008, 8.4 and 9.3) that decides where text stands and whether
// it is seen.

#include <cstddef>
#include <vector>

#include "base/geometry.h"
#include "page/font.h"
#include "page/matrix.h"

namespace barium::page {

struct TextState {
  Font* font = nullptr;
  double size = 0;
  double char_space = 0, word_space = 0;
  double horizontal_scale = 1;
  double leading = 0, rise = 0;
  int render_mode = 0;
};

struct GraphicsState {
  Matrix page_from_user;
  base::Box clip;  // page frame: a hull of the clip path
  TextState text;
  double fill_alpha = 1, stroke_alpha = 1;
};

// q and Q. Real files nest a few dozen deep; a file 300,000 deep must cost no memory, so levels beyond
// kMaxDepth are counted, not kept.
class StateStack {
 public:
  static constexpr std::size_t kMaxDepth = 4096;

  void push(const GraphicsState& state) {
    if (saved_.size() < kMaxDepth) {
      saved_.push_back(state);
    } else {
      ++beyond_;
    }
  }
  // Leaves `state` alone where nothing above `floor` was saved.
  void pop(GraphicsState& state, std::size_t floor) {
    if (beyond_ > 0) {
      --beyond_;
    } else if (saved_.size() > floor) {
      state = saved_.back();
      saved_.pop_back();
    }
  }
  std::size_t depth() const { return saved_.size(); }
  void cut(std::size_t depth) {
    if (saved_.size() > depth) saved_.resize(depth);
    beyond_ = 0;
  }

 private:
  std::vector<GraphicsState> saved_;
  std::size_t beyond_ = 0;
};

}  // namespace barium::page
