#include "app/flow/issue.h"

#include <utility>

#include "app/flow/capacity.h"
#include "app/flow/copies_list.h"
#include "app/flow/copy_files.h"
#include "app/flow/people.h"
#include "app/flow/registered.h"
#include "base/error.h"
#include "base/parallel.h"
#include "mark/signs.h"
#include "page/document.h"
#include "vault/public_id.h"

namespace barium::app {

namespace {

using base::Error;
using base::ErrorCode;

// Copies between two syncs. A sync costs tens of milliseconds, a copy about ten; a killed run makes at most
// these again.
constexpr std::size_t kBatch = 256;
// Reservations in a transaction.
constexpr std::size_t kReserveBatch = 4096;
// Codewords tried for one recipient. With the circulation that expect_capacity allows, a codeword is taken
// with a chance of 1e-6 or so.
constexpr int kMostTries = 1000;

class Issuing {
 public:
  Issuing(vault::Store& store, const IssueOptions& options, base::Entropy& entropy, base::Clock& clock,
          const Supervision& supervision)
      : store_(store),
        options_(options),
        entropy_(entropy),
        clock_(clock),
        supervision_(supervision),
        document_(find_document(store, options.document)),
        model_(load_model(store, document_)),
        people_(read_people(options.people, store.vault_key())),
        codebook_(document_.codebook_key, document_.carriers) {}

  IssueReport run() {
    expect_room();
    copy_template_.bytes = store_.copy_template(document_.row);
    CopyFiles files(options_.out);
    CopiesList list(options_.out);
    expect_own(list);
    note_namesakes(list);
    reserve_all();
    try {
      make_all(files, list);
    } catch (...) {
      files.remove_temporaries();
      keep_list(list);
      throw;
    }
    list.write();
    return {document_, issued_, already_, bytes_, options_.out / "copies.csv", people_.notes};
  }

 private:
  struct Work {
    const Person* person = nullptr;
    vault::Copy copy;
    base::Digest digest{};
    std::uint64_t bytes = 0;
  };

  // Recipients who have a copy count too: all must be told apart.
  void expect_room() {
    if (document_.carriers == 0) expect_capacity(document_, 1);
    const vault::CopyCounts counts = store_.count_copies(document_.row);
    std::uint64_t fresh = 0;
    for (const Person& person : people_.people)
      if (!store_.find_copy(document_.row, person.fingerprint)) ++fresh;
    expect_capacity(document_, counts.issued + counts.reserved + fresh);
  }

  // Copies that the vault does not remember: it was restored from a backup, and would give their codewords to
  // other people, who would then be accused in their place.
  void expect_own(const CopiesList& list) const {
    for (const std::string& copy : list.copies()) {
      if (store_.document_of_copy(copy)) continue;
      throw Error(ErrorCode::kUsage, "lists copy '" + copy + "', which is not of this vault",
                  {.file = list.path().string()},
                  "Name another directory with --out. If the vault was restored from a backup, people have "
                  "copies that it would give away once more: register the document anew with 'barium add "
                  "--again', and issue that one");
    }
  }

  // A list that has gained a column makes everybody a new recipient, which is not always meant. Of this
  // document: that they have copies of others is as it should be.
  void note_namesakes(const CopiesList& list) {
    const std::set<std::string> names =
        list.names([&](const std::string& copy) { return store_.document_of_copy(copy) == document_.row; });
    std::size_t namesakes = 0;
    for (const Person& person : people_.people)
      namesakes += names.contains(person.name) && !store_.find_copy(document_.row, person.fingerprint);
    if (namesakes == 0) return;
    people_.notes.push_back(
        {"issue.namesakes",
         "New recipients with the name of somebody in copies.csv, but another column or field: " +
             std::to_string(namesakes) + ". They were taken for other people and got copies of their own."});
  }

  void reserve_all() {
    std::uint64_t number = store_.next_copy_number(document_.row);
    for (std::size_t first = 0; first < people_.people.size(); first += kReserveBatch) {
      stop_if_asked();
      const auto transaction = store_.begin();
      const std::size_t last = std::min(people_.people.size(), first + kReserveBatch);
      for (std::size_t i = first; i < last; ++i) number = reserve(people_.people[i], number);
      transaction->commit();
    }
  }

  // The next free number.
  std::uint64_t reserve(const Person& person, std::uint64_t number) {
    for (int tries = 0; tries < kMostTries; ++tries) {
      const vault::NewCopy copy{.number = number,
                                .public_number = vault::new_public_number(entropy_),
                                .recipient = person.fingerprint,
                                .codeword_hash = codeword_hash(codebook_.codeword(number))};
      switch (store_.reserve(document_.row, copy)) {
        case vault::Reservation::kReserved:
          return number + 1;
        case vault::Reservation::kRecipientKnown:
          return number;
        case vault::Reservation::kCodewordTaken:
          ++number;
          break;
        case vault::Reservation::kIdTaken:
          break;
      }
    }
    throw Error(ErrorCode::kUnsupported,
                "'" + document_.title + "' has no codeword left for '" + person.name + "'");
  }

  void make_all(CopyFiles& files, CopiesList& list) {
    std::vector<Work> batch;
    for (const Person& person : people_.people) {
      Work work{&person, store_.find_copy(document_.row, person.fingerprint).value()};
      const std::string file = list.file_of(work.copy.id);
      if (work.copy.state == vault::CopyState::kIssued && files.holds(file, work.copy.file_sha256)) {
        list.put(work.copy.id, file, people_, person);
        ++already_;
      } else {
        batch.push_back(std::move(work));
      }
      if (batch.size() == kBatch) make(std::exchange(batch, {}), files, list);
    }
    make(std::move(batch), files, list);
  }

  void make(std::vector<Work> batch, CopyFiles& files, CopiesList& list) {
    if (batch.empty()) return;
    stop_if_asked();
    base::parallel_for(batch.size(), options_.threads, [&](std::size_t i) { write(batch[i], files); });
    files.sync();
    std::vector<std::string> names;
    for (const Work& work : batch)
      names.push_back(files.publish(work.copy.id, document_.title, work.person->name, work.digest));
    files.sync_names();
    mark_issued(batch);
    for (std::size_t i = 0; i < batch.size(); ++i)
      list.put(batch[i].copy.id, names[i], people_, *batch[i].person);
    supervision_.progress({"issuing copies", issued_ + already_, people_.people.size()});
  }

  // A copy counts only when its marks have been read from the written file.
  void write(Work& work, const CopyFiles& files) {
    stop_if_asked();
    const std::vector<std::int8_t> signs = mark::signs_of_copy(model_, codebook_, work.copy.number);
    const base::Bytes written = files.write_temporary(work.copy.id, copy_with(signs));
    if (page::read_back(copy_template_, written) != signs) {
      throw Error(ErrorCode::kStorage,
                  "the copy for '" + work.person->name + "' does not read back as written",
                  {.file = options_.out.string()}, "Check the disk, and run the same command again");
    }
    work.digest = base::sha256(written);
    work.bytes = written.size();
  }

  base::Bytes copy_with(const std::vector<std::int8_t>& signs) const try {
    return page::write_copy(copy_template_, signs);
  } catch (const Error& error) {
    throw of_vault(error);
  }

  void mark_issued(const std::vector<Work>& batch) {
    const auto transaction = store_.begin();
    for (const Work& work : batch)
      store_.mark_issued(document_.row, {work.copy.number, work.digest, clock_.unix_seconds()});
    transaction->commit();
    for (const Work& work : batch) {
      (work.copy.state == vault::CopyState::kIssued ? already_ : issued_) += 1;
      bytes_ += work.bytes;
    }
  }

  // After a failure: what was issued is listed if the disk still allows it; the next run lists it again
  // anyway.
  static void keep_list(const CopiesList& list) {
    try {
      list.write();
    } catch (const Error&) {
    }
  }

  void stop_if_asked() const {
    if (!supervision_.stop()) return;
    throw Error(ErrorCode::kInterrupted,
                "stopped after " + std::to_string(issued_ + already_) + " of " +
                    std::to_string(people_.people.size()) + " copies; those are complete and listed",
                {}, "Run the same command again to go on: nobody is issued twice");
  }

  vault::Store& store_;
  const IssueOptions& options_;
  base::Entropy& entropy_;
  base::Clock& clock_;
  const Supervision& supervision_;
  vault::Document document_;
  page::DocumentModel model_;
  People people_;
  code::Codebook codebook_;
  page::CopyTemplate copy_template_;
  std::uint64_t issued_ = 0, already_ = 0, bytes_ = 0;
};

}  // namespace

IssueReport issue(vault::Store& store, const IssueOptions& options, base::Entropy& entropy,
                  base::Clock& clock, const Supervision& supervision) {
  return Issuing(store, options, entropy, clock, supervision).run();
}

}  // namespace barium::app
