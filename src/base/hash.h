#pragma once

// SHA-256 (FIPS 180-4) for everything that outsiders check with ordinary tools. By way of OpenSSL, which uses
// the processor's instructions (libsodium does not: it took 46 % of the time of issuing); HMAC by way of
// libsodium.

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"

namespace barium::base {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(ByteView bytes);
// Keyed: HMAC-SHA-256 (RFC 2104). key: any length.
Digest hmac_sha256(ByteView key, ByteView bytes);
std::string hex(ByteView bytes);  // lower case

}  // namespace barium::base
