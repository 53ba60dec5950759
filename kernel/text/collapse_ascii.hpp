// text_collapse of ASCII.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "simd/cpu.hpp"

#if ISCCKIT_X86
#include <immintrin.h>
#endif

namespace iscckit {

// The result of text_collapse for an ASCII character; 0 for a character that is dropped.
struct AsciiTable {
    std::uint8_t collapsed[128] = {};
    constexpr AsciiTable() {
        for (unsigned c = 0; c < 128; ++c) {
            const bool upper = c >= 'A' && c <= 'Z';
            const bool kept = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (kept) collapsed[c] = static_cast<std::uint8_t>(upper ? c | 0x20 : c);
        }
        for (const char symbol : {'$', '+', '<', '=', '>', '^', '`', '|', '~'})
            collapsed[static_cast<unsigned>(symbol)] = static_cast<std::uint8_t>(symbol);
    }
};
inline constexpr AsciiTable ascii_table;

#if ISCCKIT_X86
// For each choice among 8 bytes, the byte shuffle that brings the chosen bytes together.
struct Compaction {
    alignas(64) std::uint8_t shuffle[256][8] = {};
    constexpr Compaction() {
        for (unsigned kept = 0; kept < 256; ++kept) {
            unsigned to = 0;
            for (std::uint8_t from = 0; from < 8; ++from)
                if ((kept >> from & 1) != 0) shuffle[kept][to++] = from;
        }
    }
};
inline constexpr Compaction compaction;

// For each low half of a byte, the set of high halves with which text_collapse keeps it.
constexpr std::array<std::uint8_t, 16> kept_by_half() {
    std::array<std::uint8_t, 16> sets{};
    for (unsigned c = 0; c < 128; ++c)
        if (ascii_table.collapsed[c] != 0)
            sets[c & 15] |= static_cast<std::uint8_t>(1u << (c >> 4));
    return sets;
}
inline constexpr std::array<std::uint8_t, 16> ascii_kept = kept_by_half();

#endif

// Collapses ASCII from `p` on, moves `p` to the first byte that is not ASCII, and returns the size
// of the result. Requires: room for end - p + 16 bytes.
struct CollapseAscii : Versions<Level::avx2, Level::baseline> {
    static std::size_t run(At<Level::baseline>, const std::uint8_t*& p, const std::uint8_t* end,
                           std::uint8_t* out) {
        std::uint8_t* const start = out;
        for (; p != end && *p < 0x80; ++p) {
            const std::uint8_t lower = ascii_table.collapsed[*p];
            *out = lower;
            out += lower != 0;
        }
        return static_cast<std::size_t>(out - start);
    }
#if ISCCKIT_X86
    ISCCKIT_AVX2 static std::size_t run(At<Level::avx2>, const std::uint8_t*& p,
                                        const std::uint8_t* end, std::uint8_t* out) {
        std::uint8_t* const start = out;
        const __m128i sets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(ascii_kept.data()));
        const __m128i bits = _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
        for (; end - p >= 16; p += 16) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
            if (_mm_movemask_epi8(bytes) != 0) break;
            const __m128i upper = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('A' - 1)),
                                                _mm_cmpgt_epi8(_mm_set1_epi8('Z' + 1), bytes));
            const __m128i lower = _mm_or_si128(bytes, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
            const __m128i high = _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(15));
            const __m128i dropped = _mm_cmpeq_epi8(
                _mm_and_si128(_mm_shuffle_epi8(sets, _mm_and_si128(bytes, _mm_set1_epi8(15))),
                              _mm_shuffle_epi8(bits, high)),
                _mm_setzero_si128());
            const unsigned kept = ~static_cast<unsigned>(_mm_movemask_epi8(dropped)) & 0xFFFF;
            const auto compact = [](__m128i half, unsigned mask) ISCCKIT_AVX2 {
                return _mm_shuffle_epi8(
                    half,
                    _mm_loadl_epi64(reinterpret_cast<const __m128i*>(compaction.shuffle[mask])));
            };
            _mm_storel_epi64(reinterpret_cast<__m128i*>(out), compact(lower, kept & 0xFF));
            out += std::popcount(kept & 0xFF);
            _mm_storel_epi64(reinterpret_cast<__m128i*>(out),
                             compact(_mm_srli_si128(lower, 8), kept >> 8));
            out += std::popcount(kept >> 8);
        }
        return static_cast<std::size_t>(out - start) + run(At<Level::baseline>{}, p, end, out);
    }
#endif
};

}  // namespace iscckit
