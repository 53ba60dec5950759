// Tables of buckets over one plane of 64-bit words.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "search/checked_blocks.hpp"

namespace iscckit::search {

// One table. The bucket of key k is entries offsets[k] to offsets[k + 1]. A table may come from a
// file: nothing is read beyond its ends, whatever the file says.
struct Table {
    unsigned shift = 0, bits = 0;  // of the chunk
    std::span<const std::uint32_t> offsets;
    std::span<const std::uint64_t> codes;
    std::span<const std::uint32_t> rows;
    const Blocks* blocks = nullptr;  // of the file; null for a table that was made in memory

    std::uint32_t key(std::uint64_t word) const {
        return static_cast<std::uint32_t>(word >> shift & ((std::uint64_t{1} << bits) - 1));
    }

    // Start and end of a bucket, whose entries may be read. Throws Damaged.
    std::pair<std::uint32_t, std::uint32_t> bucket(std::uint32_t key) const {
        if (blocks != nullptr) blocks->require(&offsets[key], 2 * sizeof offsets[0]);
        const std::uint32_t start = offsets[key], end = offsets[key + 1];
        if (start > end || end > codes.size()) [[unlikely]]
            throw Damaged();
        if (blocks != nullptr && start != end)
            blocks->require(&codes[start], (end - start) * sizeof codes[0]);
        return {start, end};
    }

    // The row of an entry. Throws Damaged.
    std::uint32_t row(std::uint32_t at) const {
        if (blocks != nullptr) blocks->require(&rows[at], sizeof rows[0]);
        if (rows[at] >= codes.size()) [[unlikely]]
            throw Damaged();
        return rows[at];
    }

    // Checks all buckets and rows at once, for loops that do not check each. Throws Damaged.
    void check() const {
        std::uint32_t before = 0;
        bool good = offsets[0] == 0 && offsets.back() == codes.size();
        for (const std::uint32_t offset : offsets) good &= std::exchange(before, offset) <= offset;
        for (const std::uint32_t row : rows) good &= row < codes.size();
        if (!good) throw Damaged();
    }
};

// Fills a table: `offsets` has 2^bits + 1 entries, `codes` and `rows` have one for each word.
inline void fill(std::span<const std::uint64_t> words, unsigned shift, unsigned bits,
                 std::span<std::uint32_t> offsets, std::span<std::uint64_t> codes,
                 std::span<std::uint32_t> rows) {
    const Table table{shift, bits, {}, {}, {}, nullptr};
    std::fill(offsets.begin(), offsets.end(), 0);
    for (const std::uint64_t word : words) ++offsets[table.key(word) + 1];
    for (std::size_t k = 1; k < offsets.size(); ++k) offsets[k] += offsets[k - 1];
    // Counting sort: offsets advance while buckets fill, then shift back.
    for (std::size_t row = 0; row < words.size(); ++row) {
        const std::uint32_t at = offsets[table.key(words[row])]++;
        codes[at] = words[row];
        rows[at] = static_cast<std::uint32_t>(row);
    }
    for (std::size_t k = offsets.size() - 1; k > 0; --k) offsets[k] = offsets[k - 1];
    offsets[0] = 0;
}

}  // namespace iscckit::search
