// What open_vault says of a place that is not a sound vault of this version.
#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "vault/public_id.h"
#include "vault/sqlite/sqlite_store.h"
#include "vault/store.h"

namespace barium::vault {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

class OpenVault : public testing::Test {
 protected:
  OpenVault() {
    std::string pattern = (fs::temp_directory_path() / "barium-open-XXXXXX").string();
    place_ = ::mkdtemp(pattern.data());
  }
  ~OpenVault() override { fs::remove_all(place_); }
  std::string vault() const { return (place_ / "v").string(); }
  std::string database() const { return (place_ / "v/vault.db").string(); }
  void make() { create_vault(vault(), entropy_); }

  std::string refusal(ErrorCode code, Access access = Access::kRead) {
    try {
      open_vault(vault(), access);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_THAT(error.place().file, testing::HasSubstr(vault()));
      return error.what();
    }
    ADD_FAILURE() << "the vault was opened";
    return {};
  }

  base::SystemEntropy entropy_;
  fs::path place_;
};

TEST_F(OpenVault, NothingThereAdvisesInit) {
  EXPECT_THAT(refusal(ErrorCode::kNotFound), testing::HasSubstr("barium init"));
  EXPECT_FALSE(fs::exists(vault()));
}

TEST_F(OpenVault, AFileOrAnotherDirectoryIsNoVault) {
  std::ofstream(vault()) << "text";
  EXPECT_THAT(refusal(ErrorCode::kMalformed), testing::HasSubstr("not a barium vault"));
  fs::remove(vault());
  fs::create_directory(vault());
  for (const Access access : {Access::kRead, Access::kWrite})
    EXPECT_THAT(refusal(ErrorCode::kMalformed, access), testing::HasSubstr("not a barium vault"));
  EXPECT_TRUE(fs::is_empty(vault())) << "looking left something behind";
}

TEST_F(OpenVault, AFileThatIsNoDatabaseIsNoVault) {
  fs::create_directory(vault());
  std::ofstream(database()) << std::string(5000, 'x');
  for (const Access access : {Access::kRead, Access::kWrite})
    EXPECT_THAT(refusal(ErrorCode::kMalformed, access), testing::HasSubstr("not a barium vault"));
}

TEST_F(OpenVault, AnotherProgramsDatabaseIsNotTouched) {
  fs::create_directory(vault());
  {
    base::write_file(database(), {});
    sqlite::Database other(database(), sqlite::OpenMode::kWrite);
    other.run("CREATE TABLE t(x); INSERT INTO t VALUES(1); PRAGMA user_version=1");
  }
  const base::Bytes before = base::read_file(database(), 1 << 20);
  EXPECT_THAT(refusal(ErrorCode::kMalformed, Access::kWrite), testing::HasSubstr("another program"));
  EXPECT_EQ(base::read_file(database(), 1 << 20), before);
}

TEST_F(OpenVault, AnInterruptedInitIsCalledSo) {
  fs::create_directory(vault());
  base::write_file(database(), {});
  EXPECT_THAT(refusal(ErrorCode::kMalformed), testing::HasSubstr("interrupted"));
}

TEST_F(OpenVault, ANewerVaultIsRefusedAndLeftAlone) {
  make();
  sqlite::Database(database(), sqlite::OpenMode::kWrite).run("PRAGMA user_version=99");
  for (const Access access : {Access::kRead, Access::kWrite})
    EXPECT_THAT(refusal(ErrorCode::kVersion, access), testing::HasSubstr("newer barium"));
}

// Where SQLite had rolled back by itself, "cannot rollback" was told instead of why.
TEST_F(OpenVault, AMigrationThatFailsSaysWhy) {
  fs::create_directory(vault());
  base::write_file(database(), {});
  sqlite::Database database(this->database(), sqlite::OpenMode::kWrite);
  const auto fail = [&] {
    database.run("ROLLBACK");
    throw base::Error(ErrorCode::kLimit, "told as it was");
  };
  try {
    sqlite::migrate(database, fail);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kLimit) << error.what();
  }
  EXPECT_EQ(database.pragma("user_version"), 0);
}

TEST_F(OpenVault, DamageIsToldFromForeignFiles) {
  make();
  {
    const auto store = open_vault(vault(), Access::kWrite);
    Document document;
    document.id = public_id('d', 1);
    for (int i = 0; i < 50; ++i) {
      document.id = public_id('d', i);
      document.codebook_key = base::new_key(entropy_);
      store->add_document(document, base::Bytes(5000));
    }
  }
  base::Bytes bytes = base::read_file(database(), 10 << 20);
  std::fill(bytes.begin() + 4096, bytes.end(), std::uint8_t{0xa5});
  base::write_file(database(), bytes);
  try {
    open_vault(vault(), Access::kRead)->documents();
    FAIL() << "damage was not noticed";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kMalformed);
    EXPECT_THAT(error.what(), testing::HasSubstr("damaged"));
  }
}

TEST_F(OpenVault, OnlyTheOwnerReadsAVault) {
  make();
  const auto store = open_vault(vault(), Access::kWrite);
  store->count_copies(DocumentRow{1});
  struct stat info {};
  ::stat(vault().c_str(), &info);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  for (const auto& entry : fs::directory_iterator(vault())) {
    ::stat(entry.path().c_str(), &info);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << entry.path();
  }
}

// The bar is 200 bytes a copy: row and three indexes, in a file that 20,000 copies were issued into.
TEST_F(OpenVault, ACopyTakesLessThanTwoHundredBytes) {
  make();
  constexpr std::uint64_t kCopies = 20'000;
  auto store = open_vault(vault(), Access::kWrite);
  Document document;
  document.id = public_id('d', 1);
  const DocumentRow row = store->add_document(document, {});
  store.reset();
  const auto before = fs::file_size(database());
  store = open_vault(vault(), Access::kWrite);
  {
    const auto transaction = store->begin();
    for (std::uint64_t i = 0; i < kCopies; ++i) {
      NewCopy copy{.number = i, .public_number = new_public_number(entropy_)};
      entropy_.fill(copy.recipient);
      entropy_.fill({reinterpret_cast<std::uint8_t*>(&copy.codeword_hash), sizeof copy.codeword_hash});
      ASSERT_EQ(store->reserve(row, copy), Reservation::kReserved);
      base::Digest digest;
      entropy_.fill(digest);
      store->mark_issued(row, {i, digest, 1'700'000'000});
    }
    transaction->commit();
  }
  store.reset();
  const double each = static_cast<double>(fs::file_size(database()) - before) / kCopies;
  RecordProperty("bytes_a_copy", std::to_string(each));
  EXPECT_LT(each, 200);
  EXPECT_GT(each, 16 + 8 + 32);  // a figure below what is stored would be a broken measurement
}

}  // namespace
}  // namespace barium::vault
