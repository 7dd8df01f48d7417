#include "app/cli/talk.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

namespace barium::app {

namespace {

using std::chrono::steady_clock;

volatile sig_atomic_t stop_asked = 0;  // what a handler may write (ISO C 7.14.1.1)

void ask_to_stop(int) { stop_asked = 1; }

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);  // the second one ends the program
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Talk::Talk() : began_(steady_clock::now()), shown_(began_), terminal_(::isatty(2) == 1) { watch_signals(); }

Talk::~Talk() { clear(); }

void Talk::clear() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
}

Supervision Talk::supervision() {
  return {.progress = [this](const Progress& progress) { show(progress); },
          .stop = [] { return stop_asked != 0; }};
}

void Talk::show(const Progress& progress) {
  const auto now = steady_clock::now();
  const auto between = terminal_ ? std::chrono::milliseconds(200) : std::chrono::milliseconds(10'000);
  if (now - began_ < std::chrono::seconds(2) || now - shown_ < between) return;
  shown_ = now;
  const std::string line = progress.total == 0
                               ? fmt::format("{}: {}", progress.doing, grouped(progress.done))
                               : fmt::format("{}: {} of {} ({} %)", progress.doing, grouped(progress.done),
                                             grouped(progress.total), 100 * progress.done / progress.total);
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r\x1b[K" : "", line, terminal_ ? "" : "\n");
  drawn_ = terminal_;
}

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace barium::app
