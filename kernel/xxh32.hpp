// XXH32 with seed 0, by the published description of xxHash (doc/xxhash_spec.md).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace iscckit {
namespace xxh32_detail {

constexpr std::uint32_t kPrime1 = 0x9E3779B1u;
constexpr std::uint32_t kPrime2 = 0x85EBCA77u;
constexpr std::uint32_t kPrime3 = 0xC2B2AE3Du;
constexpr std::uint32_t kPrime4 = 0x27D4EB2Fu;
constexpr std::uint32_t kPrime5 = 0x165667B1u;
constexpr std::size_t kStripe = 16;  // bytes of one round over the four accumulators

inline std::uint32_t read32(const std::uint8_t* at) {
    std::uint32_t word;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
    return word;
}

// What follows the stripes: the last 0..15 bytes, then the final mixing of all bits.
inline std::uint32_t finish(std::uint32_t hash, const std::uint8_t* at, std::size_t left) {
    for (; left >= 4; at += 4, left -= 4)
        hash = std::rotl(hash + read32(at) * kPrime3, 17) * kPrime4;
    for (; left > 0; ++at, --left) hash = std::rotl(hash + *at * kPrime5, 11) * kPrime1;

    hash = (hash ^ (hash >> 15)) * kPrime2;
    hash = (hash ^ (hash >> 13)) * kPrime3;
    return hash ^ (hash >> 16);
}

}  // namespace xxh32_detail

inline std::uint32_t xxh32(std::span<const std::uint8_t> data) {
    using namespace xxh32_detail;
    const std::uint8_t* at = data.data();
    std::size_t left = data.size();
    std::uint32_t hash = kPrime5;
    if (left >= kStripe) {
        std::uint32_t lane[4] = {kPrime1 + kPrime2, kPrime2, 0, 0u - kPrime1};
        for (; left >= kStripe; at += kStripe, left -= kStripe)
            for (std::size_t i = 0; i < 4; ++i)
                lane[i] = std::rotl(lane[i] + read32(at + 4 * i) * kPrime2, 13) * kPrime1;
        hash = std::rotl(lane[0], 1) + std::rotl(lane[1], 7) + std::rotl(lane[2], 12) +
               std::rotl(lane[3], 18);
    }
    return finish(hash + static_cast<std::uint32_t>(data.size()), at, left);
}

}  // namespace iscckit
