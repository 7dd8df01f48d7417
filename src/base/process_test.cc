#include "base/process.h"

#include <gmock/gmock.h>

#include <csignal>

namespace barium::base {
namespace {

using std::chrono::milliseconds;

TEST(Process, InputGoesInOutputAndTalkComeOut) {
  const ProgramResult result = run_program({"sh", "-c", "cat; echo talk >&2; exit 3"}, as_bytes("in"));
  EXPECT_EQ(as_text(result.output), "in");
  EXPECT_EQ(result.talk, "talk\n");
  EXPECT_EQ(result.end, ProgramEnd::kExited);
  EXPECT_EQ(result.status, 3);
}

TEST(Process, MegabytesBothWaysDoNotDeadlock) {
  const Bytes input(3'000'000, 'x');
  EXPECT_EQ(run_program({"cat"}, input).output, input);
}

TEST(Process, AProgramThatIgnoresItsInputIsNoError) {
  EXPECT_TRUE(run_program({"true"}, Bytes(1'000'000)).ok());
}

TEST(Process, TheDeadlineKillsTheWholeGroup) {
  const ProgramResult result =
      run_program({"sh", "-c", "sleep 100 & sleep 100"}, {}, {.wall = milliseconds(200)});
  EXPECT_EQ(result.end, ProgramEnd::kDeadline);
}

// A program that closed its output and went on was waited for without end.
TEST(Process, TheDeadlineHoldsAfterTheOutputIsClosed) {
  const ProgramResult result =
      run_program({"sh", "-c", "echo said; exec >&- 2>&-; sleep 30"}, {}, {.wall = milliseconds(300)});
  EXPECT_EQ(result.end, ProgramEnd::kDeadline);
  EXPECT_EQ(as_text(result.output), "said\n");
}

TEST(Process, WhoWaitsCanStopIt) {
  int asked = 0;
  const ProgramResult result =
      run_program({"sh", "-c", "echo said; sleep 100"}, {}, {.stop = [&] { return ++asked > 2; }});
  EXPECT_EQ(result.end, ProgramEnd::kStopped);
  EXPECT_EQ(as_text(result.output), "said\n");
}

TEST(Process, WhoWaitsCanStopItAfterTheOutputIsClosed) {
  int asked = 0;
  const ProgramResult result =
      run_program({"sh", "-c", "exec >&- 2>&-; sleep 100"}, {}, {.stop = [&] { return ++asked > 3; }});
  EXPECT_EQ(result.end, ProgramEnd::kStopped);
}

TEST(Process, TooMuchOutputIsStopped) {
  const ProgramResult result = run_program({"yes"}, {}, {.output_bytes = 100'000});
  EXPECT_EQ(result.end, ProgramEnd::kTooMuchOutput);
  EXPECT_LT(result.output.size(), 300'000u);
}

TEST(Process, TheCpuLimitEndsABusyLoop) {
  const ProgramResult result = run_program({"sh", "-c", "while :; do :; done"}, {}, {.cpu_s = 1});
  EXPECT_EQ(result.end, ProgramEnd::kSignalled);
  EXPECT_THAT(result.status, testing::AnyOf(SIGXCPU, SIGKILL));
}

TEST(Process, AnAbsentProgramIsNamed) { EXPECT_THROW(run_program({"barium-no-such-program"}, {}), Error); }

}  // namespace
}  // namespace barium::base
