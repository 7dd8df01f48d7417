#pragma once

// What barium remembers: registered documents, their pages, and who is to get which copy. A Store knows rows
// and blobs, never algorithms: what a blob holds is its maker's business. There is no name in a vault: a
// recipient is known by a keyed fingerprint of their whole row in the issuer's list, and names live in
// copies.csv only.
//
// Several processes may read while one writes. Writing happens inside a Transaction, which rolls back unless
// committed; what is committed survives a power cut. Errors: base::Error, kLocked, kStorage, kMalformed
// (damaged), as each function says nothing else.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/entropy.h"
#include "base/hash.h"
#include "base/note.h"

namespace barium::vault {

enum class DocumentRow : std::int64_t {};
// Counts up through the vault and is never used again; fits the 27 bits of find's postings.
enum class PageRow : std::uint32_t {};

struct Document {
  DocumentRow row{};  // given by the store
  std::string id;     // public: "d-7k3m9q2x"
  std::string title;
  base::Digest file_sha256{};
  std::uint32_t pages = 0;
  std::uint64_t carriers = 0;
  double strength_pt = 0;
  std::int64_t added_at = 0;  // unix seconds
  base::Key codebook_key{};   // secret; never another document's
  base::Notes notes;          // what reading the original remarked
};

struct NewPage {
  std::uint32_t number = 0;  // within its document, counts from 1
  base::Bytes model, raster, features;
};

struct PageInfo {
  PageRow row{};
  DocumentRow document{};
  std::uint32_t number = 0;
};

enum class PageBlob { kModel, kRaster, kFeatures };

// Stored: never renumber.
enum class CopyState : std::uint8_t {
  kReserved = 0,  // the number is this recipient's; the file may or may not exist
  kIssued = 1,    // the file was written, read back and is on disk
};

// Keyed hash of a recipient's whole row: tells two rows apart, says nothing about the person.
using Fingerprint = std::array<std::uint8_t, 16>;

struct NewCopy {
  std::uint64_t number = 0;         // code::CopyNumber within the document
  std::uint64_t public_number = 0;  // see public_id.h
  Fingerprint recipient{};
  std::uint64_t codeword_hash = 0;  // unique in a document: two recipients never share a codeword
};

struct Copy {
  std::uint64_t number = 0;
  std::string id;  // public: "c-0v4w8y2e"
  Fingerprint recipient{};
  std::uint64_t codeword_hash = 0;
  CopyState state = CopyState::kReserved;
  base::Digest file_sha256{};  // of an issued copy
  std::int64_t issued_at = 0;  // unix seconds, of an issued copy
};

struct IssuedCopy {
  std::uint64_t number = 0;
  base::Digest file_sha256{};
  std::int64_t issued_at = 0;
};

struct CopyCounts {
  std::uint64_t reserved = 0;
  std::uint64_t issued = 0;
};

// Why a copy could not be reserved as asked.
enum class Reservation {
  kReserved,
  kRecipientKnown,  // this recipient has a copy of this document already
  kCodewordTaken,   // try the next number
  kIdTaken,         // try another public number
};

class Transaction {
 public:
  virtual ~Transaction() = default;  // rolls back what was not committed
  virtual void commit() = 0;         // durable on return
};

class Store {
 public:
  virtual ~Store() = default;

  virtual std::unique_ptr<Transaction> begin() = 0;
  virtual base::Key vault_key() = 0;  // of this vault's fingerprints; made with the vault
  virtual int schema_version() = 0;
  // Reads everything; the faults found, in the database's words. Empty: sound.
  virtual std::vector<std::string> integrity_faults() = 0;

  virtual DocumentRow add_document(const Document& document, base::ByteView copy_template) = 0;
  virtual PageRow add_page(DocumentRow document, const NewPage& page) = 0;
  virtual std::vector<Document> documents() = 0;  // in the order they were added
  virtual std::optional<Document> find_document(std::string_view id) = 0;
  virtual std::optional<Document> find_document(const base::Digest& file_sha256) = 0;
  virtual base::Bytes copy_template(DocumentRow document) = 0;
  virtual std::vector<PageInfo> pages() = 0;  // by row
  virtual base::Bytes page_blob(PageRow page, PageBlob blob) = 0;
  // Every page's features, by row; the view is valid during the call only.
  virtual void each_features(const std::function<void(PageRow, base::ByteView)>& visit) = 0;

  virtual Reservation reserve(DocumentRow document, const NewCopy& copy) = 0;
  // Marks reserved copies as issued; a second time changes nothing but hash and time.
  virtual void mark_issued(DocumentRow document, const IssuedCopy& copy) = 0;
  virtual std::uint64_t next_copy_number(DocumentRow document) = 0;  // one above the highest reserved
  // Numbers below it that are nobody's: their codeword was another's already. Ascending.
  virtual std::vector<std::uint64_t> unused_copy_numbers(DocumentRow document) = 0;
  virtual std::optional<Copy> find_copy(DocumentRow document, std::uint64_t number) = 0;
  virtual std::optional<Copy> find_copy(DocumentRow document, const Fingerprint& recipient) = 0;
  // Whose copy it is; nullopt where the vault has none of that id.
  virtual std::optional<DocumentRow> document_of_copy(std::string_view id) = 0;
  virtual CopyCounts count_copies(DocumentRow document) = 0;
};

enum class Access { kRead, kWrite };

// Makes an empty vault: a directory readable by its owner only. Throws base::Error: kUsage where there is
// something already.
void create_vault(const std::string& path, base::Entropy& entropy);

// Throws base::Error: kNotFound (no vault there), kMalformed (not a vault, or damaged), kVersion (from a
// newer barium), kLocked (another process writes; kWrite only), kStorage, kUnreadable.
std::unique_ptr<Store> open_vault(const std::string& path, Access access);

}  // namespace barium::vault
