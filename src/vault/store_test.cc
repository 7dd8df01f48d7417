// The contract of Store, run once for each backend.
#include "vault/store.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>

#include "base/error.h"
#include "vault/public_id.h"

namespace barium::vault {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

struct Backend {
  const char* name;
  std::function<void(const std::string&, base::Entropy&)> create;
  std::function<std::unique_ptr<Store>(const std::string&, Access)> open;
};

class StoreContract : public testing::TestWithParam<Backend> {
 protected:
  StoreContract() {
    std::string pattern = (fs::temp_directory_path() / "barium-vault-XXXXXX").string();
    place_ = ::mkdtemp(pattern.data());
    GetParam().create(vault(), entropy_);
    store_ = GetParam().open(vault(), Access::kWrite);
  }
  ~StoreContract() override {
    store_.reset();
    fs::remove_all(place_);
  }
  std::string vault() const { return place_ + "/v"; }
  void reopen(Access access) {
    store_.reset();
    store_ = GetParam().open(vault(), access);
  }

  Document document(std::uint64_t number) {
    Document document;
    document.id = public_id('d', number);
    document.title = "Weekly record \u2116 " + std::to_string(number);
    document.file_sha256.fill(static_cast<std::uint8_t>(number));
    document.pages = 2;
    document.carriers = 700;
    document.strength_pt = 0.25;
    document.added_at = 1'700'000'000;
    document.codebook_key = base::new_key(entropy_);
    document.notes = {{"page.no_text", "Page 2 has no text."}};
    return document;
  }
  DocumentRow add(std::uint64_t number) {
    return store_->add_document(document(number), base::as_bytes("template"));
  }
  static NewCopy copy(std::uint64_t number) {
    NewCopy copy{.number = number, .public_number = 1000 + number, .codeword_hash = ~number};
    copy.recipient.fill(static_cast<std::uint8_t>(number));
    return copy;
  }

  base::SystemEntropy entropy_;
  std::string place_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreContract, ANewVaultIsEmptyAndSound) {
  EXPECT_THAT(store_->documents(), IsEmpty());
  EXPECT_THAT(store_->pages(), IsEmpty());
  EXPECT_THAT(store_->integrity_faults(), IsEmpty());
  EXPECT_EQ(store_->find_document("d-00000001"), std::nullopt);
}

TEST_P(StoreContract, TheVaultKeyStaysAndIsItsOwn) {
  const base::Key key = store_->vault_key();
  reopen(Access::kRead);
  EXPECT_EQ(store_->vault_key(), key);
  GetParam().create(place_ + "/other", entropy_);
  EXPECT_NE(GetParam().open(place_ + "/other", Access::kRead)->vault_key(), key);
}

TEST_P(StoreContract, ADocumentComesBackAsItWasAdded) {
  const Document first = document(1);
  const base::Bytes blob(100'000, 7);
  const DocumentRow row = store_->add_document(first, blob);
  add(2);
  reopen(Access::kRead);
  const auto found = store_->find_document("d-00000001");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->row, row);
  EXPECT_EQ(found->id, first.id);
  EXPECT_EQ(found->title, first.title);
  EXPECT_EQ(found->file_sha256, first.file_sha256);
  EXPECT_EQ(found->pages, 2u);
  EXPECT_EQ(found->carriers, 700u);
  EXPECT_EQ(found->strength_pt, 0.25);
  EXPECT_EQ(found->added_at, 1'700'000'000);
  EXPECT_EQ(found->codebook_key, first.codebook_key);
  ASSERT_EQ(found->notes.size(), 1u);
  EXPECT_EQ(found->notes[0].code, "page.no_text");
  EXPECT_EQ(store_->copy_template(row), blob);
  EXPECT_EQ(store_->find_document(first.file_sha256)->id, first.id);
  EXPECT_EQ(store_->documents().size(), 2u);
}

TEST_P(StoreContract, NoTwoDocumentsShareACodebookKey) {
  Document second = document(2);
  second.codebook_key = document(1).codebook_key;
  const Document first = [&] {
    Document d = document(1);
    d.codebook_key = second.codebook_key;
    return d;
  }();
  store_->add_document(first, {});
  EXPECT_THROW(store_->add_document(second, {}), base::Error);
}

TEST_P(StoreContract, PagesKeepTheirBlobs) {
  const DocumentRow row = add(1);
  const PageRow one = store_->add_page(row, {1, {1, 1}, {2, 2, 2}, {3}});
  const PageRow two = store_->add_page(row, {2, {}, base::Bytes(50'000, 5), {4}});
  const std::vector<PageInfo> pages = store_->pages();
  ASSERT_EQ(pages.size(), 2u);
  EXPECT_EQ(pages[0].row, one);
  EXPECT_EQ(pages[1].document, row);
  EXPECT_EQ(pages[1].number, 2u);
  EXPECT_THAT(store_->page_blob(one, PageBlob::kModel), ElementsAre(1, 1));
  EXPECT_THAT(store_->page_blob(one, PageBlob::kRaster), ElementsAre(2, 2, 2));
  EXPECT_THAT(store_->page_blob(two, PageBlob::kModel), IsEmpty());
  EXPECT_THAT(store_->page_blob(two, PageBlob::kFeatures), ElementsAre(4));
  std::vector<std::pair<PageRow, std::uint8_t>> seen;
  store_->each_features([&](PageRow page, base::ByteView bytes) { seen.emplace_back(page, bytes[0]); });
  EXPECT_THAT(seen, ElementsAre(std::pair(one, 3), std::pair(two, 4)));
}

TEST_P(StoreContract, ACopyIsReservedThenIssued) {
  const DocumentRow row = add(1);
  EXPECT_EQ(store_->next_copy_number(row), 0u);
  EXPECT_EQ(store_->reserve(row, copy(3)), Reservation::kReserved);
  EXPECT_EQ(store_->next_copy_number(row), 4u);
  auto found = store_->find_copy(row, copy(3).recipient);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, CopyState::kReserved);
  EXPECT_EQ(found->id, public_id('c', 1003));
  base::Digest digest;
  digest.fill(9);
  store_->mark_issued(row, {3, digest, 1'700'000'001});
  found = store_->find_copy(row, 3);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, CopyState::kIssued);
  EXPECT_EQ(found->file_sha256, digest);
  EXPECT_EQ(found->issued_at, 1'700'000'001);
  EXPECT_EQ(found->codeword_hash, ~3ull);
  EXPECT_EQ(store_->find_copy(row, 4), std::nullopt);
  EXPECT_EQ(store_->document_of_copy(public_id('c', 1003)), row);
  EXPECT_EQ(store_->document_of_copy(public_id('c', 1004)), std::nullopt);
  EXPECT_EQ(store_->document_of_copy("c-"), std::nullopt);
}

TEST_P(StoreContract, NumbersThatWerePassedOverAreKnown) {
  const DocumentRow row = add(1);
  for (const std::uint64_t number : {1, 2, 5}) store_->reserve(row, copy(number));
  EXPECT_THAT(store_->unused_copy_numbers(row), ElementsAre(0, 3, 4));
}

TEST_P(StoreContract, ANumberThatNobodyCanHaveIsDamage) {
  const DocumentRow row = add(1);
  for (const std::uint64_t number : {0ull, (1ull << 36) + 1}) store_->reserve(row, copy(number));
  EXPECT_THROW(store_->unused_copy_numbers(row), base::Error);
}

TEST_P(StoreContract, NoRecipientTwiceNoCodewordTwiceNoIdTwice) {
  const DocumentRow row = add(1);
  ASSERT_EQ(store_->reserve(row, copy(1)), Reservation::kReserved);
  NewCopy again = copy(2);
  again.recipient = copy(1).recipient;
  EXPECT_EQ(store_->reserve(row, again), Reservation::kRecipientKnown);
  again = copy(2);
  again.codeword_hash = copy(1).codeword_hash;
  EXPECT_EQ(store_->reserve(row, again), Reservation::kCodewordTaken);
  again = copy(2);
  again.public_number = copy(1).public_number;
  EXPECT_EQ(store_->reserve(row, again), Reservation::kIdTaken);
  EXPECT_EQ(store_->count_copies(row).reserved, 1u);
}

TEST_P(StoreContract, AnotherDocumentMayHaveTheSameRecipientAndCodeword) {
  const DocumentRow first = add(1), second = add(2);
  NewCopy other = copy(1);
  other.public_number = 77;
  EXPECT_EQ(store_->reserve(first, copy(1)), Reservation::kReserved);
  EXPECT_EQ(store_->reserve(second, other), Reservation::kReserved);
}

TEST_P(StoreContract, ATransactionRollsBackUnlessCommitted) {
  const DocumentRow row = add(1);
  {
    const auto transaction = store_->begin();
    store_->reserve(row, copy(1));
    EXPECT_EQ(store_->count_copies(row).reserved, 1u);
  }
  EXPECT_EQ(store_->count_copies(row).reserved, 0u);
  {
    const auto transaction = store_->begin();
    store_->reserve(row, copy(1));
    transaction->commit();
  }
  reopen(Access::kRead);
  EXPECT_EQ(store_->count_copies(row).reserved, 1u);
}

TEST_P(StoreContract, AReaderSeesWhatWasCommittedWhileAWriterWrites) {
  const auto reader = GetParam().open(vault(), Access::kRead);
  const auto transaction = store_->begin();
  add(1);
  EXPECT_THAT(reader->documents(), IsEmpty());
  transaction->commit();
  EXPECT_EQ(reader->documents().size(), 1u);
}

TEST_P(StoreContract, ASecondWriterIsToldWhoHoldsTheVault) {
  try {
    GetParam().open(vault(), Access::kWrite);
    FAIL() << "two writers";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::kLocked);
    EXPECT_THAT(error.what(), testing::HasSubstr("process " + std::to_string(::getpid())));
  }
}

TEST_P(StoreContract, AReaderCannotWrite) {
  reopen(Access::kRead);
  EXPECT_THROW(add(1), base::Error);
}

TEST_P(StoreContract, AVaultIsNotMadeOverAnother) {
  EXPECT_THROW(GetParam().create(vault(), entropy_), base::Error);
}

INSTANTIATE_TEST_SUITE_P(Backends, StoreContract,
                         testing::Values(Backend{"sqlite", create_vault, open_vault}),
                         [](const auto& backend) { return backend.param.name; });

}  // namespace
}  // namespace barium::vault
