// SimHash: the bitwise majority of digests. Charikar 2002, doi:10.1145/509907.509965.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hash/bitcount.hpp"
#include "simd/cpu.hpp"

namespace iscckit {

// Writes the majority of n digests. `counts` as from count_bits.
// Ties count as set: a bit is 1 when at least half of the digests have it.
inline void majority(const std::uint64_t* counts, std::size_t width, std::uint64_t n,
                     std::uint8_t* out) {
    for (std::size_t byte = 0; byte < width; ++byte) {
        unsigned value = 0;
        for (unsigned bit = 0; bit < 8; ++bit)
            value |= static_cast<unsigned>(2 * counts[8 * byte + bit] >= n) << bit;
        out[byte] = static_cast<std::uint8_t>(value);
    }
}

// Requires: width > 0 and digests.size() is a positive multiple of width.
inline std::vector<std::uint8_t> simhash(std::span<const std::uint8_t> digests, std::size_t width,
                                         Target target) {
    std::vector<std::uint64_t> counts(8 * width);
    count_bits(digests, width, counts.data(), target);
    std::vector<std::uint8_t> out(width);
    majority(counts.data(), width, digests.size() / width, out.data());
    return out;
}

}  // namespace iscckit
