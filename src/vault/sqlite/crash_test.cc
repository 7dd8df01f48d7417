// kill -9 in the middle of writing: what was committed is there, what was not is gone, and the vault is
// sound.
#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "base/error.h"
#include "base/rng.h"
#include "vault/public_id.h"
#include "vault/store.h"

namespace barium::vault {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBatch = 7;

// Reserves copies in batches for ever, and tells the parent after each commit how many there are.
[[noreturn]] void write_until_killed(const std::string& vault, int report) {
  base::SystemEntropy entropy;
  const auto store = open_vault(vault, Access::kWrite);
  const DocumentRow row = store->documents().front().row;
  for (std::uint64_t number = store->next_copy_number(row);;) {
    const auto transaction = store->begin();
    for (std::uint64_t i = 0; i < kBatch; ++i, ++number) {
      NewCopy copy{.number = number, .public_number = new_public_number(entropy), .codeword_hash = number};
      entropy.fill(copy.recipient);
      store->reserve(row, copy);
    }
    transaction->commit();
    if (::write(report, &number, sizeof number) != sizeof number) ::_exit(1);
  }
}

TEST(Crash, KilledInTheMiddleTheVaultIsSoundAndNothingCommittedIsLost) {
  std::string pattern = (fs::temp_directory_path() / "barium-crash-XXXXXX").string();
  const std::string place = ::mkdtemp(pattern.data());
  const std::string vault = place + "/v";
  base::SystemEntropy entropy;
  create_vault(vault, entropy);
  Document document;
  document.id = public_id('d', 1);
  open_vault(vault, Access::kWrite)->add_document(document, {});

  base::Rng rng(1, "crash");
  for (int round = 0; round < 20; ++round) {
    int report[2];
    ASSERT_EQ(::pipe(report), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(vault, report[1]);
    ::close(report[1]);
    std::uint64_t told = 0;
    ASSERT_EQ(::read(report[0], &told, sizeof told), static_cast<ssize_t>(sizeof told));
    ::usleep(static_cast<useconds_t>(rng.below(8'000)));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (std::uint64_t more = 0; ::read(report[0], &more, sizeof more) == sizeof more;) told = more;
    ::close(report[0]);

    const auto store = open_vault(vault, Access::kWrite);  // the dead writer's lock is gone
    EXPECT_THAT(store->integrity_faults(), testing::IsEmpty());
    const std::uint64_t copies = store->count_copies(store->documents().front().row).reserved;
    EXPECT_GE(copies, told);
    EXPECT_EQ(copies % kBatch, 0u) << "a batch was committed in part";
  }
  fs::remove_all(place);
}

}  // namespace
}  // namespace barium::vault
