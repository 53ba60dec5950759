// SimHash: the bitwise majority of digests. Charikar 2002, doi:10.1145/509907.509965.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cpu.hpp"

namespace iscckit {

// Requires: width > 0 and digests.size() is a positive multiple of width.
// Ties count as set: a bit is 1 when at least half of the digests have it.
inline std::vector<std::uint8_t> simhash(std::span<const std::uint8_t> digests, std::size_t width,
                                         Level = Level::best) {
    const std::size_t n = digests.size() / width;
    std::vector<std::size_t> votes(width * 8);
    for (std::size_t i = 0; i < digests.size(); ++i)
        for (std::size_t bit = 0; bit < 8; ++bit)
            votes[(i % width) * 8 + bit] += (digests[i] >> (7 - bit)) & 1;

    std::vector<std::uint8_t> out(width);
    for (std::size_t k = 0; k < votes.size(); ++k)
        if (2 * votes[k] >= n) out[k / 8] |= static_cast<std::uint8_t>(0x80 >> (k % 8));
    return out;
}

}  // namespace iscckit
