#pragma once

// Copies of an encrypted document are encrypted as it was: same passwords, same permissions, by way of qpdf
// (ISO 32000-1:2008, 7.6). The template keeps a small PDF with that encryption, from which each copy takes
// it. Much slower than a plain copy: the whole file goes through qpdf.

#include <qpdf/QPDF.hh>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "page/copy_layout.h"

namespace barium::page {

// An empty PDF encrypted as `original`, which is open and encrypted.
base::Bytes encryption_sample(QPDF& original);

// The same plain copy gives the same bytes. Throws base::Error(kMalformed, kPassword).
base::Bytes encrypt_copy(const CopyLayout& layout, base::ByteView plain_copy);

// The data of layout.streams as they stand in `copy`, decrypted but not expanded. any_plain_copy: of the same
// layout; it tells how qpdf numbers the objects. Throws base::Error(kMalformed).
std::vector<base::Bytes> decrypted_streams(const CopyLayout& layout, base::ByteView any_plain_copy,
                                           base::ByteView copy);

}  // namespace barium::page
