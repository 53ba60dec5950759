// Cut points of content-defined chunks in sixteen parts of the data at a time, for processors with
// AVX-512 VBMI: byte permutes look up 64 bytes at once in a table of 256.
//
// The pattern of a chunk starts with zero after the minimum of the chunk, so it seems to depend on
// the start of the chunk. But patterns forget: when two patterns read the same byte, their
// difference d shrinks to at most ceil(d / 2). After 32 common bytes it is 0 or 1, and once the
// smaller pattern is even, floor(x / 2) = floor((x + 1) / 2) makes both equal. Hence one endless
// chunk, which sixteen lanes compute side by side, has the pattern of every chunk from about 34
// bytes after its minimum on. The lanes start from the largest pattern, so that the pattern of a
// chunk is never larger.
#pragma once

#include "data/cdc.hpp"

#if ISCCKIT_X86
#if !defined(__clang__)
// GCC 12 warns about undefined vectors inside its header.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "simd/vec.hpp"

namespace iscckit::cdc_detail {

constexpr std::size_t lane_count = 16;
constexpr std::size_t column_size = 64;   // bytes that each lane reads at a time
constexpr std::size_t merging_size = 32;  // bytes after which two patterns differ by at most 1
constexpr std::size_t shortest_lane = 8 * column_size;
// Lanes of a power of two of bytes would share cache sets.
constexpr std::size_t longest_lane = 65 * column_size;

// Where the endless pattern cuts: bit k of element n stands for byte n of lane k.
struct alignas(64) Cuts {
    std::array<std::uint16_t, longest_lane> strict;
    std::array<std::uint16_t, longest_lane> relaxed;
    std::uint32_t first;  // the pattern before the first byte
    std::uint32_t last;   // the pattern after the last byte
    bool exact;           // each lane starts with the pattern with which the one before it ends
};

// Plane p holds byte p of each gear value.
struct alignas(64) GearPlanes {
    std::uint8_t at[4][256];
};
constexpr GearPlanes split_gear() {
    GearPlanes planes{};
    for (int p = 0; p < 4; ++p)
        for (int byte = 0; byte < 256; ++byte)
            planes.at[p][byte] = static_cast<std::uint8_t>(constants::gear[byte] >> (8 * p));
    return planes;
}
inline constexpr GearPlanes gear_planes = split_gear();

using Words = Vec<std::uint32_t, lane_count>;

// The 128-bit quarters First and First + 2 of `a`, then those of `b`.
template <int First>
ISCCKIT_INLINE Words every_other_quarter(Words a, Words b) {
    constexpr int q = 4 * First;
    return shuffled<q, q + 1, q + 2, q + 3, q + 8, q + 9, q + 10, q + 11, q + 16, q + 17, q + 18,
                    q + 19, q + 24, q + 25, q + 26, q + 27>(a, b);
}

// Transposes 16 x 16 words: in each quarter of four rows at a time, then the quarters. Shuffles of
// whole quarters need no register for their indices, unlike those of transpose<16>.
ISCCKIT_INLINE void transpose_words(Words (&rows)[lane_count]) {
    Words t[lane_count];
    for (int k = 0; k < 16; k += 4) transpose<4>(rows + k);
    for (int k = 0; k < 4; ++k) {
        t[k] = every_other_quarter<0>(rows[k], rows[k + 4]);
        t[k + 4] = every_other_quarter<1>(rows[k], rows[k + 4]);
        t[k + 8] = every_other_quarter<0>(rows[k + 8], rows[k + 12]);
        t[k + 12] = every_other_quarter<1>(rows[k + 8], rows[k + 12]);
    }
    for (int k = 0; k < 4; ++k) {
        rows[k] = every_other_quarter<0>(t[k], t[k + 8]);
        rows[k + 8] = every_other_quarter<1>(t[k], t[k + 8]);
        rows[k + 4] = every_other_quarter<0>(t[k + 4], t[k + 12]);
        rows[k + 12] = every_other_quarter<1>(t[k + 4], t[k + 12]);
    }
}

// The gear values of four bytes of each lane: gear[j] holds those of byte j. `quads` are four
// bytes a lane.
ISCCKIT_AVX512_VBMI inline void look_up(__m512i quads, const __m512i (&table)[16],
                                        __m512i (&gear)[4]) {
    // In each group of four lanes, the four bytes j come together.
    const __m512i by_byte =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const __m512i index = _mm512_shuffle_epi8(quads, by_byte);
    const __mmask64 upper = _mm512_movepi8_mask(index);  // the upper half of the table
    __m512i plane[4];
    for (int p = 0; p < 4; ++p)
        plane[p] = _mm512_mask_blend_epi8(
            upper, _mm512_permutex2var_epi8(table[4 * p], index, table[4 * p + 1]),
            _mm512_permutex2var_epi8(table[4 * p + 2], index, table[4 * p + 3]));
    const __m512i low01 = _mm512_unpacklo_epi8(plane[0], plane[1]);
    const __m512i low23 = _mm512_unpackhi_epi8(plane[0], plane[1]);
    const __m512i high01 = _mm512_unpacklo_epi8(plane[2], plane[3]);
    const __m512i high23 = _mm512_unpackhi_epi8(plane[2], plane[3]);
    gear[0] = _mm512_unpacklo_epi16(low01, high01);
    gear[1] = _mm512_unpackhi_epi16(low01, high01);
    gear[2] = _mm512_unpacklo_epi16(low23, high23);
    gear[3] = _mm512_unpackhi_epi16(low23, high23);
}

// Sixteen lanes of `length` bytes each, the first from `data` on. Requires column_size readable
// bytes before `data`, and a length that is a multiple of column_size and at most longest_lane.
template <std::size_t Average>
ISCCKIT_AVX512_VBMI inline void scan_lanes(const std::uint8_t* data, std::size_t length,
                                           Cuts& out) {
    static constexpr ChunkRule rule = chunk_rule(Average);
    const __m512i relaxed = _mm512_set1_epi32(static_cast<int>(rule.relaxed));
    const __m512i strict = _mm512_set1_epi32(static_cast<int>(rule.strict));
    __m512i table[16];
    for (int k = 0; k < 16; ++k) table[k] = _mm512_load_si512(&gear_planes.at[k / 4][k % 4 * 64]);

    __m512i pattern = _mm512_set1_epi32(-1);
    const auto read_column = [&](std::size_t column, std::uint16_t* cuts_strict,
                                 std::uint16_t* cuts_relaxed) ISCCKIT_AVX512_VBMI {
        // Processors cannot prefetch sixteen streams, so the next lanes are fetched as one.
        const std::uint8_t* next = data + lane_count * (length + column);
        Words rows[lane_count];
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            std::memcpy(&rows[lane], data + lane * length + column - column_size, sizeof(Words));
            _mm_prefetch(reinterpret_cast<const char*>(next + lane * column_size), _MM_HINT_T1);
        }
        transpose_words(rows);
        for (const Words& quads : rows) {
            __m512i gear[4];
            look_up((__m512i)quads, table, gear);
            for (const __m512i& each : gear) {
                pattern = _mm512_add_epi32(_mm512_srli_epi32(pattern, 1), each);
                *cuts_strict++ = _mm512_testn_epi32_mask(pattern, strict);
                *cuts_relaxed++ = _mm512_testn_epi32_mask(pattern, relaxed);
            }
        }
    };
    // The bytes before a lane give its first pattern. Their cuts are overwritten.
    read_column(0, out.strict.data(), out.relaxed.data());
    alignas(64) std::uint32_t starts[lane_count];
    _mm512_store_si512(starts, pattern);
    for (std::size_t at = 0; at < length; at += column_size)
        read_column(at + column_size, &out.strict[at], &out.relaxed[at]);

    alignas(64) std::uint32_t ends[lane_count];
    _mm512_store_si512(ends, pattern);
    out.first = starts[0];
    out.last = ends[lane_count - 1];
    out.exact = true;
    for (std::size_t lane = 0; lane + 1 < lane_count; ++lane)
        out.exact = out.exact && ends[lane] == starts[lane + 1];
}

// Cuts one buffer into chunks, from its start to its end.
template <std::size_t Average>
class LaneCutter {
   public:
    explicit LaneCutter(std::span<const std::uint8_t> data) : data_(data) {}

    // The length of the chunk that starts at `start`, as first_cut gives it.
    ISCCKIT_AVX512_VBMI std::size_t cut(std::size_t start) {
        const auto rest = data_.subspan(start);
        const std::size_t end = std::min(rule.max, rest.size());
        FirstCut<Average> own(rest);
        if (own.found(std::min(end, rule.min + merging_size))) return own.length();
        do {
            if (own.length() >= end) return end;
            if (own.found_next()) return own.length();
        } while (!own.even());

        std::size_t i = own.length();
        for (bool first = true; i < end; first = false) {
            const bool joined = start + i < end_ || scan_from(start + i);
            if (!block_.exact || !(joined || first)) return first_cut<Average>(rest);
            const bool early = i < rule.center;
            const std::size_t until = std::min(start + (early ? rule.center : end), end_);
            const std::size_t found =
                next(early ? block_.strict : block_.relaxed, start + i, until);
            if (found < until) return found - start + 1;
            i = until - start;
        }
        return end;
    }

   private:
    static constexpr ChunkRule rule = chunk_rule(Average);

    // Scans the block that starts at `at`. Returns whether its lanes continue the block before.
    ISCCKIT_AVX512_VBMI bool scan_from(std::size_t at) {
        const bool joined = at == end_ && block_.exact;
        const std::uint32_t before = block_.last;
        begin_ = at;
        length_ =
            std::min(longest_lane, (data_.size() - at) / lane_count / column_size * column_size);
        end_ = begin_ + lane_count * length_;
        block_.exact = false;
        if (length_ < shortest_lane) {
            end_ = data_.size();  // the rest is too short for lanes
            return false;
        }
        scan_lanes<Average>(data_.data() + at, length_, block_);
        return joined && before == block_.first;
    }

    // The first of `cuts` from `at` on, or `until`; both within the block.
    ISCCKIT_AVX512_VBMI std::size_t next(const std::array<std::uint16_t, longest_lane>& cuts,
                                         std::size_t at, std::size_t until) const {
        constexpr std::size_t step = 32;  // elements in a vector
        for (std::size_t lane = (at - begin_) / length_; at < until; ++lane) {
            const std::size_t base = begin_ + lane * length_;
            const std::size_t end = std::min(length_, until - base);
            const __m512i bit = _mm512_set1_epi16(static_cast<short>(1 << lane));
            std::size_t skipped = (at - base) % step;
            for (std::size_t n = at - base - skipped; n < end; n += step, skipped = 0) {
                const std::uint32_t hits =
                    _mm512_test_epi16_mask(_mm512_load_si512(&cuts[n]), bit) >> skipped << skipped;
                if (hits != 0) return std::min(base + n + std::countr_zero(hits), until);
            }
            at = base + length_;
        }
        return until;
    }

    std::span<const std::uint8_t> data_;
    std::size_t begin_ = 0;  // of the block; its lanes have `length_` bytes each
    std::size_t end_ = 0;
    std::size_t length_ = 0;
    Cuts block_{};
};

}  // namespace iscckit::cdc_detail

#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif
