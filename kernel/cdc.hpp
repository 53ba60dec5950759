// Cut points of content-defined chunks by a gear hash. Xia et al. 2016, FastCDC (USENIX ATC 16),
// with the right-shifting pattern and the parameters of ISO 24138:2024.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cdc_gear.hpp"

namespace iscckit {

// The lengths that decide where a chunk may end, and the masks that decide where it does.
struct ChunkRule {
    std::size_t min;        // bytes at the start of a chunk that are not looked at
    std::size_t center;     // where the mask changes from strict to relaxed
    std::size_t max;        // where a chunk ends at the latest
    std::uint32_t strict;
    std::uint32_t relaxed;
};

// Requires: 2 <= average <= 2^28.
constexpr ChunkRule chunk_rule(std::size_t average) {
    const std::size_t min = average / 4;
    const std::size_t floor = std::bit_width(average) - 1;
    const std::uint64_t half_way = std::uint64_t{1} << (2 * floor + 1);  // (2^(floor + 1/2))^2
    const std::size_t bits = floor + (std::uint64_t{average} * average > half_way);
    return {min, average - (min + (min + 1) / 2), 8 * average,
            (std::uint32_t{2} << bits) - 1, (std::uint32_t{1} << (bits - 1)) - 1};
}

// The length of the first chunk of `data`. It is final where the chunk ends before the data or
// where max bytes were seen; otherwise more data might make the chunk longer.
inline std::size_t first_cut(std::span<const std::uint8_t> data, const ChunkRule& rule) {
    const std::size_t center = std::min(rule.center, data.size());
    const std::size_t end = std::min(rule.max, data.size());
    std::uint32_t pattern = 0;
    std::size_t i = std::min(rule.min, data.size());
    for (; i < center; ++i) {
        pattern = (pattern >> 1) + kGear[data[i]];
        if ((pattern & rule.strict) == 0) return i + 1;
    }
    for (; i < end; ++i) {
        pattern = (pattern >> 1) + kGear[data[i]];
        if ((pattern & rule.relaxed) == 0) return i + 1;
    }
    return i;
}

// The lengths of all chunks of `data`; empty data is one empty chunk. With `utf32` every cut is
// lowered to a multiple of four, which requires size % 4 == 0 and average >= 16.
inline std::vector<std::size_t> chunk_lengths(std::span<const std::uint8_t> data,
                                              std::size_t average, bool utf32) {
    if (data.empty()) return {0};
    const ChunkRule rule = chunk_rule(average);
    std::vector<std::size_t> lengths;
    while (!data.empty()) {
        std::size_t cut = first_cut(data, rule);
        if (utf32) cut -= cut % 4;
        lengths.push_back(cut);
        data = data.subspan(cut);
    }
    return lengths;
}

}  // namespace iscckit
