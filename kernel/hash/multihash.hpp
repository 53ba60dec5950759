// The multihash of BLAKE3: https://multiformats.io/multihash/
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "hash/blake3.hpp"

namespace iscckit {

// The code of BLAKE3 (0x1E), the length of the digest (0x20) and the digest, in hexadecimal.
inline std::array<std::uint8_t, 68> multihash(std::span<const std::uint8_t> data) {
    constexpr char symbols[] = "0123456789abcdef";
    const blake3::Chain digest = blake3::hash(data);
    std::array<std::uint8_t, 34> bytes = {0x1E, 0x20};
    std::memcpy(bytes.data() + 2, digest.data(), sizeof digest);
    std::array<std::uint8_t, 68> out;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out[2 * i] = static_cast<std::uint8_t>(symbols[bytes[i] >> 4]);
        out[2 * i + 1] = static_cast<std::uint8_t>(symbols[bytes[i] & 15]);
    }
    return out;
}

}  // namespace iscckit
