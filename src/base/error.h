#pragma once

// The one exception type for a broken outside world: a bad PDF, a cut photo, a lost database, a wrong key.
// "Not found" and "not readable" are results, not errors. An Error says what happened, where, and what to do.
// It is caught in four places only: main, the HTTP handler, the per-item loop of a batch, and tests.

#include <cstdint>
#include <stdexcept>
#include <string>

namespace barium::base {

// Codes are part of the JSON output: never rename one that has been released.
enum class ErrorCode {
  kUsage,        // the command line or an option makes no sense
  kNotFound,     // a file, vault, document or page that was named does not exist
  kUnreadable,   // the file is there, but the system refuses it (permissions, a directory)
  kMalformed,    // foreign bytes that are not what they claim to be
  kUnsupported,  // well-formed, but of a kind barium does not handle
  kLimit,        // beyond a stated limit of size, time, memory or count
  kPassword,     // encrypted, and the password is missing or wrong
  kSigned,       // changing the file would break a digital signature
  kLocked,       // another process holds it
  kVersion,      // written by a newer barium
  kStorage,      // disk full, write error, database error
  kConfinement,  // the confined worker could not be set up, or died
  kInterrupted,  // the user asked to stop
};

// The stable name of a code, for JSON: "malformed", "limit", ...
const char* name_of(ErrorCode code);

// Where it happened. Empty or negative fields are unknown.
struct Place {
  std::string file;
  int page = 0;              // counts from 1; 0 unknown
  std::string object;        // "12 0 R", "row 7", "column name"
  std::int64_t offset = -1;  // bytes from the start of the file
};

class Error : public std::runtime_error {
 public:
  // what: one sentence in plain words. advice: what the user can do, may be empty.
  Error(ErrorCode code, std::string what, Place place = {}, std::string advice = {});

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const Place& place() const { return place_; }
  const std::string& advice() const { return advice_; }

  // The same error, with the file named where it was not yet known.
  Error in_file(const std::string& file) const;

 private:
  ErrorCode code_;
  std::string message_;
  Place place_;
  std::string advice_;
};

// A programmer's mistake at a public boundary: throws std::logic_error in every build. User input never gets
// here.
void require(bool condition, const char* statement);

}  // namespace barium::base
