// Cut points of content-defined chunks by a gear hash. Xia et al. 2016, FastCDC (USENIX ATC 16),
// with the right-shifting pattern and the parameters of ISO 24138:2024.
//
// The pattern after byte t is p_t = floor(p_(t-1) / 2) + gear_t, which waits for two operations
// a byte. Because nested floors are one floor, floor(floor(x) / 2) = floor(x / 2), nothing is
// lost if the pattern is kept in fixed point and shifted only every eighth byte:
//     s_j = (p before the group) / 2 + gear_0 + 2 gear_1 + ... + 2^j gear_j
//     p_j = floor(s_j / 2^j)
// Sums of table entries that hold 2^j gear are enough, and bits of p_j are bits of s_j.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "simd/cpu.hpp"
#include "tables/constants.hpp"

namespace iscckit {

// The lengths and masks that decide where a chunk ends.
struct ChunkRule {
    std::size_t min;     // bytes at the start of a chunk that are skipped
    std::size_t center;  // where the mask changes from strict to relaxed
    std::size_t max;     // bytes of the longest chunk
    std::uint32_t strict;
    std::uint32_t relaxed;
};

// Requires: 2 <= average <= 2^28.
constexpr ChunkRule chunk_rule(std::size_t average) {
    const std::size_t min = average / 4;
    const std::size_t floor = std::bit_width(average) - 1;
    const std::uint64_t half_way = std::uint64_t{1} << (2 * floor + 1);  // (2^(floor + 1/2))^2
    const std::size_t bits = floor + (std::uint64_t{average} * average > half_way);
    return {min, average - (min + (min + 1) / 2), 8 * average, (std::uint32_t{2} << bits) - 1,
            (std::uint32_t{1} << (bits - 1)) - 1};
}

namespace cdc_detail {

constexpr std::size_t group_size = 8;

struct alignas(64) ScaledGear {
    std::array<std::array<std::uint64_t, 256>, group_size> at;  // [j][byte]: 2^j gear
};

constexpr ScaledGear scale_gear() {
    ScaledGear scaled{};
    for (std::size_t j = 0; j < group_size; ++j)
        for (std::size_t byte = 0; byte < 256; ++byte)
            scaled.at[j][byte] = std::uint64_t{constants::gear[byte]} << j;
    return scaled;
}

inline constexpr ScaledGear scaled_gear = scale_gear();

// One group of eight bytes, from the halved pattern before it. Returns the index of the first
// byte after which the bits of `Mask` are zero, or group_size, and in `sum` the s_j of that byte or
// of the last one. The second half is summed by itself, so that the groups wait for each other
// only for five additions and a shift.
template <std::uint32_t Mask>
ISCCKIT_INLINE std::size_t scan_group(const std::uint8_t* bytes, std::uint64_t half,
                                      std::uint64_t& sum) {
    constexpr std::size_t middle = group_size / 2;
    sum = half;
#pragma GCC unroll 8
    for (std::size_t j = 0; j < middle; ++j) {
        sum += scaled_gear.at[j][bytes[j]];
        if (__builtin_expect((sum & (std::uint64_t{Mask} << j)) == 0, 0)) return j;
    }
    const std::uint64_t first = sum;
    std::uint64_t second = 0;
#pragma GCC unroll 8
    for (std::size_t j = middle; j < group_size; ++j) {
        second += scaled_gear.at[j][bytes[j]];
        sum = first + second;
        if (__builtin_expect((sum & (std::uint64_t{Mask} << j)) == 0, 0)) return j;
    }
    return group_size;
}

}  // namespace cdc_detail

// The length of the first chunk of `data`. It is final where the chunk ends before the data or
// where max bytes were seen; otherwise more data might make the chunk longer.
inline std::size_t first_cut(std::span<const std::uint8_t> data, const ChunkRule& rule) {
    const std::size_t end = std::min(rule.max, data.size());
    std::uint32_t pattern = 0;
    for (std::size_t i = rule.min; i < end; ++i) {
        pattern = (pattern >> 1) + constants::gear[data[i]];
        if ((pattern & (i < rule.center ? rule.strict : rule.relaxed)) == 0) return i + 1;
    }
    return end;
}

// The first cut for an average length that is known at compile time.
template <std::size_t Average>
class FirstCut {
   public:
    static constexpr ChunkRule rule = chunk_rule(Average);
    static_assert((rule.strict & rule.relaxed) == rule.relaxed, "a strict cut is a relaxed one");

    explicit FirstCut(std::span<const std::uint8_t> data) : data_(data.data()) {}

    // Reads the bytes up to `end`, which lies within the data. True if the chunk ends there.
    bool found(std::size_t end) {
        while (at_ + cdc_detail::group_size <= end) {
            std::uint64_t sum;
            const std::size_t j = cdc_detail::scan_group<rule.relaxed>(data_ + at_, half_, sum);
            if (j == cdc_detail::group_size) {
                half_ = sum >> cdc_detail::group_size;
                at_ += cdc_detail::group_size;
                continue;
            }
            at_ += j + 1;
            if (at_ > rule.center || ((sum >> j) & rule.strict) == 0) return true;
            half_ = sum >> (j + 1);
        }
        while (at_ < end)
            if (found_next()) return true;
        return false;
    }

    // Reads one more byte.
    bool found_next() {
        const std::uint64_t pattern = half_ + constants::gear[data_[at_++]];
        half_ = pattern >> 1;
        even_ = pattern % 2 == 0;
        return (pattern & (at_ > rule.center ? rule.relaxed : rule.strict)) == 0;
    }

    // The number of bytes that were read or skipped: the length of the chunk, once found.
    std::size_t length() const { return at_; }

    // Whether the pattern after the byte that found_next read is even.
    bool even() const { return even_; }

   private:
    const std::uint8_t* data_;
    std::size_t at_ = rule.min;
    std::uint64_t half_ = 0;  // the pattern before the byte at_, shifted
    bool even_ = false;
};

template <std::size_t Average>
inline std::size_t first_cut(std::span<const std::uint8_t> data) {
    FirstCut<Average> chunk(data);
    const std::size_t end = std::min(chunk.rule.max, data.size());
    return chunk.found(end) ? chunk.length() : end;
}

// The lengths of all chunks of `data`; empty data is one empty chunk. With `utf32` every cut is
// lowered to a multiple of four, which requires size % 4 == 0 and average >= 16.
inline std::vector<std::size_t> chunk_lengths(std::span<const std::uint8_t> data,
                                              std::size_t average, bool utf32) {
    if (data.empty()) return {0};
    const ChunkRule rule = chunk_rule(average);
    std::vector<std::size_t> lengths;
    while (!data.empty()) {
        std::size_t cut = average == 1024   ? first_cut<1024>(data)
                          : average == 2048 ? first_cut<2048>(data)
                                            : first_cut(data, rule);
        if (utf32) cut -= cut % 4;
        lengths.push_back(cut);
        data = data.subspan(cut);
    }
    return lengths;
}

}  // namespace iscckit
