#include "base/file.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

namespace barium::base {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string name = (fs::temp_directory_path() / "barium_file_test.XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~FileTest() override { fs::remove_all(directory_); }

  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }

  static ErrorCode code_of_reading(const fs::path& path, std::uint64_t limit = 1000) {
    try {
      read_file(path, limit);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kUsage;
  }

  fs::path directory_;
};

TEST_F(FileTest, WhatIsWrittenIsRead) {
  const Bytes bytes{0, 255, 10, 13};
  write_file(directory_ / "a", bytes);
  EXPECT_EQ(read_file(directory_ / "a", 4), bytes);
}

TEST_F(FileTest, WritingReplacesWholeAndLeavesNoTemporary) {
  write_file(directory_ / "a", as_bytes("first version"));
  write_file(directory_ / "a", as_bytes("second"));
  EXPECT_EQ(as_text(read_file(directory_ / "a", 100)), "second");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(FileTest, EveryWayOfNotBeingReadableHasItsCode) {
  EXPECT_EQ(code_of_reading(directory_ / "absent"), ErrorCode::kNotFound);
  EXPECT_EQ(code_of_reading(directory_), ErrorCode::kUnreadable);
  EXPECT_EQ(code_of_reading("/dev/zero"), ErrorCode::kUnreadable);
  write_file(directory_ / "large", Bytes(1001));
  EXPECT_EQ(code_of_reading(directory_ / "large"), ErrorCode::kLimit);
}

TEST_F(FileTest, AFailedWriteKeepsTheOldFileAndLeavesNoPart) {
  write_file(directory_ / "a", as_bytes("old"));
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{100, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(write_file(directory_ / "a", Bytes(1000)), Error);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(as_text(read_file(directory_ / "a", 100)), "old");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(FileTest, WritingIntoAnAbsentDirectoryIsAStorageError) {
  try {
    write_file(directory_ / "absent" / "a", as_bytes("x"));
    FAIL() << "wrote into nowhere";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kStorage);
  }
}

}  // namespace
}  // namespace barium::base
