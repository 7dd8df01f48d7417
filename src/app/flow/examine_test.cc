// A batch of files, some of which were made to end it.
#include "app/flow/examine.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include "base/file.h"

namespace barium::app {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

class ExamineBatch : public testing::Test {
 protected:
  ExamineBatch() {
    std::string pattern = (fs::temp_directory_path() / "barium-examine-XXXXXX").string();
    place_ = ::mkdtemp(pattern.data());
    base::SystemEntropy entropy;
    vault::create_vault((place_ / "v").string(), entropy);
    for (const char* name : {"a.png", "b.png"}) base::write_file(place_ / name, base::as_bytes("\x89PNG"));
  }
  ~ExamineBatch() override { fs::remove_all(place_); }

  // Two files, read by a worker that is this shell script.
  std::vector<Examination> examine_with(const std::string& worker) {
    const fs::path program = place_ / "worker";
    base::write_file(program, base::as_bytes("#!/bin/sh\n" + worker), base::Durability::kVisible, 0755);
    std::vector<Examination> results;
    const auto store = vault::open_vault((place_ / "v").string(), vault::Access::kRead);
    examine(*store, {place_ / "a.png", place_ / "b.png"}, {},
            Confinement(Walls::kUnconfined, program.string()),
            [&](const Examination& result) { results.push_back(result); });
    return results;
  }

  fs::path place_;
};

TEST_F(ExamineBatch, AWorkerThatAFileTookOverEndsThatFileAlone) {
  // The first byte of a request is the task; 0 is the probe, which the real program answers.
  const std::vector<Examination> results = examine_with(
      "cd \"$(dirname \"$0\")\" && cat >request.$$\n"
      "[ \"$(head -c 1 request.$$ | od -An -tu1 | tr -d ' ')\" = 0 ] || exit 1\n"
      "exec " BARIUM_PROGRAM " worker --filter <request.$$\n");
  ASSERT_EQ(results.size(), 2u);
  for (const Examination& result : results) {
    ASSERT_TRUE(result.error.has_value());
    EXPECT_EQ(result.error->code(), ErrorCode::kMalformed);
    EXPECT_THAT(result.error->what(), testing::HasSubstr(".png"));
    EXPECT_THAT(result.error->what(), testing::Not(testing::HasSubstr("--unconfined")));
  }
}

TEST_F(ExamineBatch, AMachineWithoutWallsEndsTheBatch) {
  try {
    examine_with("exit 1\n");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kConfinement);
  }
}

}  // namespace
}  // namespace barium::app
