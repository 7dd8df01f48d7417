#include "app/cli/talk.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cmath>

namespace barium::app {

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenDrawings{100};

volatile sig_atomic_t stop_asked = 0;  // what a handler may write (ISO C 7.14.1.1)

// The next one, of either kind, ends the program.
void ask_to_stop(int) {
  stop_asked = 1;
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGHUP, SIG_DFL);
}

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGHUP, &action, nullptr);
  // A file beyond the limit on its size is a write that fails, and is told.
  ::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace

Talk::Talk() : began_(steady_clock::now()) {
  watch_signals();
  if (::isatty(2) != 1) return;
  drawer_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(kBetweenDrawings);
      draw();
    }
  });
}

Talk::~Talk() {
  if (drawer_.joinable()) {
    drawer_.request_stop();
    drawer_.join();
  }
  clear();
}

void Talk::clear() {
  const std::scoped_lock lock(mutex_);
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
  latest_ = {};
}

Supervision Talk::supervision() {
  return {.progress =
              [this](const Progress& progress) {
                const std::scoped_lock lock(mutex_);
                latest_ = progress;
              },
          .stop = [] { return stop_asked != 0; }};
}

void Talk::draw() {
  const std::scoped_lock lock(mutex_);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now() - began_).count();
  if (seconds < 2 || latest_.doing[0] == '\0') return;
  std::string line = latest_.doing;
  if (latest_.total > 0)
    line += fmt::format(": {} of {} ({} %)", grouped(latest_.done), grouped(latest_.total),
                        100 * latest_.done / latest_.total);
  fmt::print(stderr, "\r\x1b[K{}, {} s", line, seconds);
  std::fflush(stderr);
  drawn_ = true;
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

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string odds(double probability) {
  const double power = std::ceil(-std::log10(probability) - 1e-9);
  const double times = probability * std::pow(10.0, power);
  if (power > 12) return fmt::format("{:.3g} in 10^{:.0f}", times, power);
  return fmt::format("{:.3g} in {}", times,
                     grouped(static_cast<std::uint64_t>(std::llround(std::pow(10.0, power)))));
}

std::string whose(const AccusedCopy& copy, std::uint64_t pictures) {
  if (!copy.part) return pictures > 1 ? "They are of" : "It is of";
  return fmt::format("{} page {} is of",
                     pictures > 1 ? "What a picture, or a part of one, shows of" : "A part of",
                     copy.part->page);
}

}  // namespace barium::app
