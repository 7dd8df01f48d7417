#include "vault/sqlite/sqlite_store.h"

#include "base/error.h"
#include "vault/public_id.h"

namespace barium::vault::sqlite {

namespace {

using base::ByteView;

// Numbers left out between two copies: 'issue' gives up after trying so many codewords for one recipient.
constexpr std::uint64_t kMostNumbersLeftOut = 1000;

[[noreturn]] void damaged(const char* how) {
  throw base::Error(base::ErrorCode::kMalformed, std::string("the vault is damaged: ") + how);
}

std::string id_of(char kind, std::int64_t number) {
  if (number >> kPublicIdBits != 0) damaged("an id has a number that none can have");
  return public_id(kind, static_cast<std::uint64_t>(number));
}

base::Bytes write_notes(const base::Notes& notes) {
  base::ByteWriter writer;
  writer.put(static_cast<std::uint32_t>(notes.size()));
  for (const base::Note& note : notes) {
    writer.put_text(note.code);
    writer.put_text(note.text);
  }
  return writer.take();
}

base::Notes read_notes(ByteView bytes) {
  base::ByteReader reader(bytes, "the vault is damaged: the list of notes");
  base::Notes notes(reader.get_count(8));
  for (base::Note& note : notes) {
    note.code = reader.get_text();
    note.text = reader.get_text();
  }
  reader.expect_end();
  return notes;
}

constexpr const char* kDocumentColumns =
    "SELECT row, id, title, file_sha256, pages, carriers, strength_pt, added_at, codebook_key, notes "
    "FROM document ";

Document read_document(const Statement& row) {
  Document document;
  document.row = DocumentRow{row.integer(0)};
  document.id = id_of('d', row.integer(1));
  document.title = row.text(2);
  document.file_sha256 = row.array<base::Digest>(3);
  document.pages = static_cast<std::uint32_t>(row.integer(4));
  document.carriers = static_cast<std::uint64_t>(row.integer(5));
  document.strength_pt = row.real(6);
  document.added_at = row.integer(7);
  document.codebook_key = row.array<base::Key>(8);
  document.notes = read_notes(row.blob(9));
  return document;
}

#define COPY_COLUMNS "SELECT number, id, recipient, codeword_hash, state, file_sha256, issued_at FROM copy "

std::optional<Copy> read_copy(Statement& query) {
  if (!query.step()) return std::nullopt;
  Copy copy;
  copy.number = static_cast<std::uint64_t>(query.integer(0));
  copy.id = id_of('c', query.integer(1));
  copy.recipient = query.array<Fingerprint>(2);
  copy.codeword_hash = static_cast<std::uint64_t>(query.integer(3));
  copy.state = query.integer(4) == 1 ? CopyState::kIssued : CopyState::kReserved;
  if (copy.state == CopyState::kIssued) {
    copy.file_sha256 = query.array<base::Digest>(5);
    copy.issued_at = query.integer(6);
  }
  query.restart();
  return copy;
}

std::int64_t row_of(DocumentRow document) { return static_cast<std::int64_t>(document); }
std::int64_t row_of(PageRow page) { return static_cast<std::int64_t>(page); }
PageRow page_row(std::int64_t row) {
  if (row < 0 || row > UINT32_MAX) damaged("a page has a number that none can have");
  return PageRow{static_cast<std::uint32_t>(row)};
}
std::int64_t column(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

SqliteTransaction::SqliteTransaction(Database& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

SqliteTransaction::~SqliteTransaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const base::Error&) {
    // SQLite has rolled back already where it failed by itself (disk full, I/O error).
  }
}

void SqliteTransaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

SqliteStore::SqliteStore(const std::string& file, OpenMode mode, std::unique_ptr<WriterLock> lock)
    : lock_(std::move(lock)), database_(file, mode) {
  if (mode != OpenMode::kWrite) return;
  database_.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
}

std::unique_ptr<Transaction> SqliteStore::begin() { return std::make_unique<SqliteTransaction>(database_); }

base::Key SqliteStore::vault_key() {
  Statement query(database_, "SELECT value FROM secret WHERE name = 'vault'");
  if (!query.step()) damaged("its key is missing");
  return query.array<base::Key>(0);
}

int SqliteStore::schema_version() { return static_cast<int>(database_.pragma("user_version")); }

std::vector<std::string> SqliteStore::integrity_faults() {
  std::vector<std::string> faults;
  for (const char* check : {"PRAGMA integrity_check", "PRAGMA foreign_key_check"}) {
    Statement query(database_, check);
    while (query.step())
      if (query.text(0) != "ok") faults.push_back(query.text(0));
  }
  return faults;
}

DocumentRow SqliteStore::add_document(const Document& document, ByteView copy_template) {
  const auto number = public_number('d', document.id);
  base::require(number.has_value(), "a document has a public id");
  const base::Bytes notes = write_notes(document.notes);
  Statement insert(database_,
                   "INSERT INTO document(id, title, file_sha256, pages, carriers, strength_pt, added_at, "
                   "codebook_key, notes, copy_template) VALUES(?,?,?,?,?,?,?,?,?,?)");
  insert.bind(column(*number))
      .bind(document.title)
      .bind(ByteView(document.file_sha256))
      .bind(std::int64_t{document.pages})
      .bind(column(document.carriers))
      .bind(document.strength_pt)
      .bind(document.added_at)
      .bind(ByteView(document.codebook_key))
      .bind(ByteView(notes))
      .bind(copy_template)
      .run();
  return DocumentRow{database_.last_row()};
}

PageRow SqliteStore::add_page(DocumentRow document, const NewPage& page) {
  Statement insert(database_,
                   "INSERT INTO page(document, number, features, model, raster) VALUES(?,?,?,?,?)");
  insert.bind(row_of(document))
      .bind(std::int64_t{page.number})
      .bind(ByteView(page.features))
      .bind(ByteView(page.model))
      .bind(ByteView(page.raster))
      .run();
  return PageRow{static_cast<std::uint32_t>(database_.last_row())};
}

std::vector<Document> SqliteStore::documents() {
  std::vector<Document> documents;
  Statement query(database_, std::string(kDocumentColumns) + "ORDER BY row");
  while (query.step()) documents.push_back(read_document(query));
  return documents;
}

std::optional<Document> SqliteStore::find_document(std::string_view id) {
  const auto number = public_number('d', id);
  if (!number) return std::nullopt;
  Statement query(database_, std::string(kDocumentColumns) + "WHERE id = ?");
  query.bind(column(*number));
  return query.step() ? std::optional(read_document(query)) : std::nullopt;
}

std::optional<Document> SqliteStore::find_document(const base::Digest& file_sha256) {
  Statement query(database_, std::string(kDocumentColumns) + "WHERE file_sha256 = ? ORDER BY row");
  query.bind(ByteView(file_sha256));
  return query.step() ? std::optional(read_document(query)) : std::nullopt;
}

base::Bytes SqliteStore::copy_template(DocumentRow document) {
  Statement query(database_, "SELECT copy_template FROM document WHERE row = ?");
  base::require(query.bind(row_of(document)).step(), "the document is in the vault");
  const ByteView blob = query.blob(0);
  return {blob.begin(), blob.end()};
}

std::vector<PageInfo> SqliteStore::pages() {
  std::vector<PageInfo> pages;
  Statement query(database_, "SELECT row, document, number FROM page ORDER BY row");
  while (query.step()) {
    pages.push_back({page_row(query.integer(0)), DocumentRow{query.integer(1)},
                     static_cast<std::uint32_t>(query.integer(2))});
  }
  return pages;
}

base::Bytes SqliteStore::page_blob(PageRow page, PageBlob blob) {
  const char* sql = blob == PageBlob::kModel    ? "SELECT model FROM page WHERE row = ?"
                    : blob == PageBlob::kRaster ? "SELECT raster FROM page WHERE row = ?"
                                                : "SELECT features FROM page WHERE row = ?";
  Statement query(database_, sql);
  if (!query.bind(row_of(page)).step()) damaged("a page is missing");
  const ByteView bytes = query.blob(0);
  return {bytes.begin(), bytes.end()};
}

void SqliteStore::each_features(const std::function<void(PageRow, ByteView)>& visit) {
  Statement query(database_, "SELECT row, features FROM page ORDER BY row");
  while (query.step()) visit(page_row(query.integer(0)), query.blob(1));
}

SqliteStore::CopyQueries::CopyQueries(Database& database)
    : insert(database,
             "INSERT INTO copy(document, number, id, recipient, codeword_hash, state) VALUES(?,?,?,?,?,0)"),
      issue(database,
            "UPDATE copy SET state = 1, file_sha256 = ?, issued_at = ? WHERE document = ? AND number = ?"),
      by_number(database, COPY_COLUMNS "WHERE document = ? AND number = ?"),
      by_recipient(database, COPY_COLUMNS "WHERE document = ? AND recipient = ?"),
      has_id(database, "SELECT document FROM copy WHERE id = ?"),
      has_codeword(database, "SELECT 1 FROM copy WHERE document = ? AND codeword_hash = ?") {}

SqliteStore::CopyQueries& SqliteStore::copy_queries() {
  if (!copy_queries_) copy_queries_.emplace(database_);
  return *copy_queries_;
}

bool SqliteStore::any(Statement& query) {
  const bool found = query.step();
  query.restart();
  return found;
}

Reservation SqliteStore::reserve(DocumentRow document, const NewCopy& copy) {
  CopyQueries& queries = copy_queries();
  queries.by_recipient.restart().bind(row_of(document)).bind(ByteView(copy.recipient));
  if (any(queries.by_recipient)) return Reservation::kRecipientKnown;
  queries.has_codeword.restart().bind(row_of(document)).bind(column(copy.codeword_hash));
  if (any(queries.has_codeword)) return Reservation::kCodewordTaken;
  queries.has_id.restart().bind(column(copy.public_number));
  if (any(queries.has_id)) return Reservation::kIdTaken;
  queries.insert.restart()
      .bind(row_of(document))
      .bind(column(copy.number))
      .bind(column(copy.public_number))
      .bind(ByteView(copy.recipient))
      .bind(column(copy.codeword_hash))
      .run();
  return Reservation::kReserved;
}

void SqliteStore::mark_issued(DocumentRow document, const IssuedCopy& copy) {
  copy_queries()
      .issue.restart()
      .bind(ByteView(copy.file_sha256))
      .bind(copy.issued_at)
      .bind(row_of(document))
      .bind(column(copy.number))
      .run();
}

std::uint64_t SqliteStore::next_copy_number(DocumentRow document) {
  Statement query(database_, "SELECT COALESCE(MAX(number) + 1, 0) FROM copy WHERE document = ?");
  query.bind(row_of(document)).step();
  return static_cast<std::uint64_t>(query.integer(0));
}

std::vector<std::uint64_t> SqliteStore::unused_copy_numbers(DocumentRow document) {
  std::vector<std::uint64_t> unused;
  Statement query(database_, "SELECT number FROM copy WHERE document = ? ORDER BY number");
  query.bind(row_of(document));
  for (std::uint64_t expected = 0; query.step(); ++expected) {
    const auto number = static_cast<std::uint64_t>(query.integer(0));
    if (number - expected > kMostNumbersLeftOut) damaged("copies have numbers that none can have");
    for (; expected < number; ++expected) unused.push_back(expected);
  }
  return unused;
}

std::optional<Copy> SqliteStore::find_copy(DocumentRow document, std::uint64_t number) {
  return read_copy(copy_queries().by_number.restart().bind(row_of(document)).bind(column(number)));
}

std::optional<Copy> SqliteStore::find_copy(DocumentRow document, const Fingerprint& recipient) {
  return read_copy(copy_queries().by_recipient.restart().bind(row_of(document)).bind(ByteView(recipient)));
}

std::optional<DocumentRow> SqliteStore::document_of_copy(std::string_view id) {
  const auto number = public_number('c', id);
  if (!number) return std::nullopt;
  Statement& query = copy_queries().has_id.restart().bind(column(*number));
  if (!query.step()) return std::nullopt;
  const DocumentRow document{query.integer(0)};
  query.restart();
  return document;
}

CopyCounts SqliteStore::count_copies(DocumentRow document) {
  CopyCounts counts;
  Statement query(database_, "SELECT state, COUNT(*) FROM copy WHERE document = ? GROUP BY state");
  query.bind(row_of(document));
  while (query.step())
    (query.integer(0) == 1 ? counts.issued : counts.reserved) = static_cast<std::uint64_t>(query.integer(1));
  return counts;
}

}  // namespace barium::vault::sqlite
