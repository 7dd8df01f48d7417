#include "app/confine/confinement.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "app/confine/answer.h"
#include "app/confine/pixels.h"
#include "app/confine/probe.h"
#include "app/confine/tasks.h"
#include "base/error.h"
#include "base/file.h"

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
  EXPECT_THAT(error.message(), HasSubstr("by the clock"));
  EXPECT_THAT(error.advice(), HasSubstr("when the machine has less to do"));
}

TEST_P(WorkerWalls, WhoWaitsCanStopAWorker) {
  confinement_ = Confinement(GetParam(), BARIUM_PROGRAM, [] { return true; });
  EXPECT_EQ(death(Misdeed::kSpin, {.cpu_s = 100}).code(), ErrorCode::kInterrupted);
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

TEST(Answer, PlainTextTellsTheTerminalNothing) {
  EXPECT_EQ(plain_text("a\x1b[2Jb\x7f", 10), "a [2Jb ");
  EXPECT_EQ(plain_text("a\u009b2Jb\u0080\u00a0", 20), "a 2Jb \u00a0");
}

TEST(Answer, PlainTextIsUtf8AndReversesNothing) {
  EXPECT_EQ(plain_text("caf\xe9.pdf", 20), "caf\ufffd.pdf");
  EXPECT_EQ(plain_text("\u202efdp.exe\u2066", 20), " fdp.exe ");
  EXPECT_EQ(plain_text("\u05d0\u0628\u2020", 20), "\u05d0\u0628\u2020");
}

// What a worker says of the pages reaches terminals too.
// A worker that answers what the file beside it holds.
class LyingWorker {
 public:
  explicit LyingWorker(base::ByteWriter answer) {
    std::string pattern = (std::filesystem::temp_directory_path() / "barium-answer-XXXXXX").string();
    place_ = ::mkdtemp(pattern.data());
    base::write_file(place_ / "answer", frame_result(answer.take()));
    base::write_file(place_ / "worker", base::as_bytes("#!/bin/sh\ncat \"$(dirname \"$0\")/answer\"\n"),
                     base::Durability::kVisible, 0755);
  }
  ~LyingWorker() { std::filesystem::remove_all(place_); }
  Confinement confinement() const { return Confinement(Walls::kUnconfined, (place_ / "worker").string()); }

 private:
  std::filesystem::path place_;
};

TEST(Answer, TheTextOfAReadDocumentIsMadePlain) {
  page::PageModel page{.width_pt = 1, .height_pt = 1};
  page.unmarked_reason = "no text\x1b[2J";
  page.notes = {{"page.\x1b", "a\x1b[2Jb"}};
  base::ByteWriter answer;
  put_notes(answer, {{"note", "c\x1b[2J"}});
  answer.put(std::uint32_t{1});
  answer.put_blob(page::serialize(page));
  answer.put_blob({});
  const LyingWorker worker(std::move(answer));
  const page::OpenedDocument opened = read_document(worker.confinement(), {}, {});
  EXPECT_EQ(opened.model.notes.at(0).text, "c [2J");
  EXPECT_EQ(opened.model.pages.at(0).unmarked_reason, "no text [2J");
  EXPECT_EQ(opened.model.pages.at(0).notes.at(0).code, "page. ");
  EXPECT_EQ(opened.model.pages.at(0).notes.at(0).text, "a [2Jb");
}

TEST(ReadText, WhatTheWorkerReadsIsMadePlainAndKeptInBounds) {
  base::ByteWriter answer;
  answer.put(std::uint32_t{1});
  answer.put_text("16\x1b[2J,000");
  answer.put(1e300);
  for (const double edge : {-1e300, 0.0, 1e300, 5.0}) answer.put(edge);
  const LyingWorker worker(std::move(answer));
  const std::vector<ReadWord> words = read_text(worker.confinement(), image::GrayImage(1, 1));
  ASSERT_EQ(words.size(), 1u);
  EXPECT_EQ(words[0].text, "16 [2J,000");
  EXPECT_EQ(words[0].confidence, 100);
  EXPECT_EQ(words[0].box.x0, 0);
  EXPECT_LE(words[0].box.x1, 20'000);
}

TEST(ReadText, MoreWordsThanAPageHoldsAreRefused) {
  base::ByteWriter answer;
  answer.put(std::uint32_t{4'000'000'000});
  const LyingWorker worker(std::move(answer));
  EXPECT_THROW(read_text(worker.confinement(), image::GrayImage(1, 1)), Error);
}

TEST(ReadText, WithoutTesseractItSaysWhatToInstall) {
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  try {
    read_text(Confinement(Walls::kUnconfined, BARIUM_PROGRAM), image::GrayImage(10, 10));
    ADD_FAILURE() << "nothing was said";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kUnsupported);
    EXPECT_THAT(error.advice(), HasSubstr("tesseract-ocr"));
  }
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace barium::app
