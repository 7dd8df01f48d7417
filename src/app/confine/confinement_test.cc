#include "app/confine/confinement.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "app/confine/answer.h"
#include "app/confine/probe.h"
#include "base/error.h"

namespace barium::app {
namespace {

using base::Error;
using base::ErrorCode;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Where bubblewrap cannot work there is nothing to test; doctor says the same to people.
class WorkerWalls : public testing::TestWithParam<Walls> {
 protected:
  void SetUp() override {
    try {
      probe_walls(confinement_);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::kConfinement) GTEST_SKIP() << error.what();
      throw;
    }
  }
  Error death(Misdeed misdeed, WorkerLimits limits = {.cpu_s = 1, .wall = std::chrono::seconds(20)}) {
    try {
      probe_walls(confinement_, misdeed, limits);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "the misdeed went unnoticed";
    return Error(ErrorCode::kUsage, "");
  }
  Confinement confinement_{GetParam(), BARIUM_PROGRAM};
};

TEST_P(WorkerWalls, AWorkerReachesNeitherNetworkNorOtherProcesses) {
  const std::vector<std::string> reached = probe_walls(confinement_);
  EXPECT_THAT(reached, Not(Contains("opens network sockets")));
  EXPECT_THAT(reached, Not(Contains("may trace processes")));
  EXPECT_THAT(reached, Not(Contains("makes user namespaces")));
  EXPECT_THAT(reached, Not(Contains("makes files in memory")));
}

TEST_P(WorkerWalls, AWorkerThatSpinsIsStoppedAndSaysTooLong) {
  const Error error = death(Misdeed::kSpin);
  EXPECT_EQ(error.code(), ErrorCode::kLimit);
  EXPECT_THAT(error.message(), HasSubstr("more than the 1 seconds"));
}

TEST_P(WorkerWalls, TheClockOnTheWallStopsAWorkerToo) {
  const Error error = death(Misdeed::kSpin, {.cpu_s = 100, .wall = std::chrono::milliseconds(300)});
  EXPECT_EQ(error.code(), ErrorCode::kLimit);
}

TEST_P(WorkerWalls, AWorkerThatHogsMemoryIsStoppedAndSaysSo) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "address space cannot be limited under a sanitizer";
#endif
  const Error error = death(Misdeed::kHog, {.cpu_s = 20, .memory_bytes = 256 << 20});
  EXPECT_EQ(error.code(), ErrorCode::kLimit);
  EXPECT_THAT(error.message(), HasSubstr("256 MiB of memory"));
}

TEST_P(WorkerWalls, ACrashIsAMalformedFile) {
  const Error error = death(Misdeed::kCrash);
  EXPECT_EQ(error.code(), ErrorCode::kMalformed);
  EXPECT_THAT(error.message(), HasSubstr("crash"));
}

TEST_P(WorkerWalls, AnEndlessAnswerIsCut) {
  EXPECT_EQ(death(Misdeed::kBabble, {.answer_bytes = 1 << 20}).code(), ErrorCode::kLimit);
}

TEST_P(WorkerWalls, AnAnswerThatIsNoneIsRefused) {
  EXPECT_EQ(death(Misdeed::kLie).code(), ErrorCode::kMalformed);
}

INSTANTIATE_TEST_SUITE_P(Both, WorkerWalls, testing::Values(Walls::kConfined, Walls::kUnconfined),
                         [](const auto& walls) {
                           return walls.param == Walls::kConfined ? "Confined" : "Unconfined";
                         });

TEST(Confinement, AConfinedWorkerReachesNothingAtAll) {
  const Confinement confinement(Walls::kConfined, BARIUM_PROGRAM);
  try {
    EXPECT_THAT(probe_walls(confinement), IsEmpty());
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kConfinement) throw;
    GTEST_SKIP() << error.what();
  }
}

TEST(Confinement, WithoutItsProgramItSaysWhatToDo) {
  const Confinement confinement(Walls::kConfined, "/no/such/barium");
  try {
    probe_walls(confinement);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfinement);
    EXPECT_THAT(error.advice(), HasSubstr("bubblewrap"));
  }
}

TEST(Answer, AnErrorCrossesTheWallWholeButTame) {
  const Error sent(ErrorCode::kPassword, "is encrypted\x1b[2J",
                   {.file = "/secret", .page = 3, .object = "12 0 R"}, "Give it");
  try {
    open_answer(frame_error(sent));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kPassword);
    EXPECT_EQ(error.message(), "is encrypted [2J");
    EXPECT_EQ(error.place().page, 3);
    EXPECT_EQ(error.place().object, "12 0 R");
    EXPECT_EQ(error.place().file, "");
    EXPECT_EQ(error.advice(), "Give it");
  }
}

TEST(Answer, AWorkerCannotClaimWhatOnlyTheParentKnows) {
  try {
    open_answer(frame_error(Error(ErrorCode::kStorage, "the disk is full")));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kMalformed);
  }
}

TEST(Answer, EveryCutOfAnErrorIsRefusedNotRead) {
  const base::Bytes whole = frame_error(Error(ErrorCode::kLimit, "too big", {}, "advice"));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(open_answer(base::Bytes(whole.begin(), whole.begin() + size)), Error) << size;
}

TEST(Answer, PlainTextCutsBetweenCharacters) {
  EXPECT_EQ(plain_text("a\tb\u00e9", 10), "a b\u00e9");
  EXPECT_EQ(plain_text("ab\u00e9", 3), "ab");
}

}  // namespace
}  // namespace barium::app
