#pragma once

// Store in a directory: vault.db (SQLite, write-ahead log, synchronous=FULL) and lock. Layout and columns:
// docs/formats/vault.md.

#include <memory>
#include <optional>

#include "vault/sqlite/database.h"
#include "vault/sqlite/writer_lock.h"
#include "vault/store.h"

namespace barium::vault::sqlite {

// "BaVt": marks vault.db as ours. Never change.
inline constexpr std::int64_t kApplicationId = 0x42615674;

// IMMEDIATE: the write lock is taken at once, not at the first write, where it could fail half-way.
class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(Database& database);
  ~SqliteTransaction() override;
  void commit() override;

 private:
  Database& database_;
  bool open_ = true;
};

class SqliteStore final : public Store {
 public:
  // The directory's vault must have been checked by open_vault.
  SqliteStore(const std::string& file, OpenMode mode, std::unique_ptr<WriterLock> lock);

  std::unique_ptr<Transaction> begin() override;
  base::Key vault_key() override;
  int schema_version() override;
  std::vector<std::string> integrity_faults() override;

  DocumentRow add_document(const Document& document, base::ByteView copy_template) override;
  PageRow add_page(DocumentRow document, const NewPage& page) override;
  std::vector<Document> documents() override;
  std::optional<Document> find_document(std::string_view id) override;
  std::optional<Document> find_document(const base::Digest& file_sha256) override;
  base::Bytes copy_template(DocumentRow document) override;
  std::vector<PageInfo> pages() override;
  base::Bytes page_blob(PageRow page, PageBlob blob) override;
  void each_features(const std::function<void(PageRow, base::ByteView)>& visit) override;

  Reservation reserve(DocumentRow document, const NewCopy& copy) override;
  void mark_issued(DocumentRow document, const IssuedCopy& copy) override;
  std::uint64_t next_copy_number(DocumentRow document) override;
  std::vector<std::uint64_t> unused_copy_numbers(DocumentRow document) override;
  std::optional<Copy> find_copy(DocumentRow document, std::uint64_t number) override;
  std::optional<Copy> find_copy(DocumentRow document, const Fingerprint& recipient) override;
  std::optional<DocumentRow> document_of_copy(std::string_view id) override;
  CopyCounts count_copies(DocumentRow document) override;

  Database& database() { return database_; }

 private:
  // The queries of issuing, prepared once: they run for every copy.
  struct CopyQueries {
    explicit CopyQueries(Database& database);
    Statement insert, issue, by_number, by_recipient, has_id, has_codeword;
  };
  CopyQueries& copy_queries();
  bool any(Statement& query);

  std::unique_ptr<WriterLock> lock_;  // outlives the connection: released last
  Database database_;
  std::optional<CopyQueries> copy_queries_;
};

// Brings vault.db to this program's schema, in one transaction with what `complete` adds. Throws
// Error(kVersion) if it is newer.
void migrate(Database& database, const std::function<void()>& complete = {});
int newest_schema();

}  // namespace barium::vault::sqlite
