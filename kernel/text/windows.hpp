// XXH32 of all windows of 13 characters of a text, several windows side by side.
//
// Windows overlap and are short, so a lane of a vector holds one window, and the words of a lane
// are read straight from the text. Windows of ASCII have 13 bytes each, one byte apart. Other
// windows differ in length, and each step masks the lanes whose windows have ended.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "hash/xxh32.hpp"
#include "simd/cpu.hpp"
#include "simd/vec.hpp"

namespace iscckit {

inline constexpr std::size_t text_window = 13;
// Bytes behind the end of a text that may be read.
inline constexpr std::size_t text_padding = 64;

namespace windows_detail {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

using xxh32_detail::prime1, xxh32_detail::prime2, xxh32_detail::prime3, xxh32_detail::prime4,
    xxh32_detail::prime5;

template <class Words>
ISCCKIT_INLINE Words rotate(Words x, int by) {
    return (x << by) | (x >> (32 - by));
}

template <class Words>
ISCCKIT_INLINE Words add_word(Words h, Words word) {
    return rotate<Words>(h + word * prime3, 17) * prime4;
}

template <class Words>
ISCCKIT_INLINE Words add_byte(Words h, Words byte) {
    return rotate<Words>(h + byte * prime5, 11) * prime1;
}

template <class Words>
ISCCKIT_INLINE Words avalanche(Words h) {
    h = (h ^ (h >> 15)) * prime2;
    h = (h ^ (h >> 13)) * prime3;
    return h ^ (h >> 16);
}

template <class Words>
ISCCKIT_INLINE Words load(const std::uint8_t* from) {
    Words words;
    std::memcpy(&words, from, sizeof words);
    return words;
}

// Hashes 4 * Lanes windows of 13 bytes that start at `text`, `text` + 1, ... The hashes have
// another order than the windows: lane i of vector j is window 4 i + j, whose words lie one vector
// apart.
template <int Lanes>
ISCCKIT_INLINE void hash_ascii(const std::uint8_t* text, std::uint32_t* hashes) {
    using Words = Vec<std::uint32_t, Lanes>;
    for (int j = 0; j < 4; ++j) {
        Words h = Words{} + (prime5 + text_window);
        for (int word = 0; word < 3; ++word)
            h = add_word<Words>(h, load<Words>(text + j + 4 * word));
        h = add_byte<Words>(h, load<Words>(text + j + 12) & 0xFF);
        h = avalanche<Words>(h);
        std::memcpy(hashes + j * Lanes, &h, sizeof h);
    }
}

// Two vectors as one of twice the width.
template <class Half>
ISCCKIT_INLINE auto join(Half low, Half high) {
    if constexpr (sizeof(Half) == 16)
        return shuffled<0, 1, 2, 3, 4, 5, 6, 7>(low, high);
    else
        return shuffled<0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15>(low, high);
}

// 16 bytes from each of the places `from`[0], [4], [8] ...
template <int Lanes>
ISCCKIT_INLINE Vec<std::uint32_t, Lanes> load_row(const std::uint8_t* const* from) {
    using Quad = Vec<std::uint32_t, 4>;
    if constexpr (Lanes == 4) {
        return load<Quad>(from[0]);
    } else {
        return join(load_row<Lanes / 2>(from), load_row<Lanes / 2>(from + Lanes / 2));
    }
}

// Reads words 0..3 of each lane from its place.
template <int Lanes>
ISCCKIT_INLINE void load_words(const std::uint8_t* const* from,
                               Vec<std::uint32_t, Lanes> (&words)[4]) {
    for (int i = 0; i < 4; ++i) words[i] = load_row<Lanes>(from + i);
    transpose<4>(words);
}

// Hashes Lanes windows; window i reaches from starts[i] to starts[i + 13].
template <int Lanes>
ISCCKIT_INLINE void hash_mixed(const std::uint8_t* text, const std::uint32_t* starts,
                               std::uint32_t* hashes) {
    using Words = Vec<std::uint32_t, Lanes>;
    const Words size = load<Words>(reinterpret_cast<const std::uint8_t*>(starts + text_window)) -
                       load<Words>(reinterpret_cast<const std::uint8_t*>(starts));
    const std::uint8_t* from[Lanes];
    std::uint32_t longest = 0;
    for (int i = 0; i < Lanes; ++i) {
        from[i] = text + starts[i];
        const std::uint32_t bytes = starts[i + text_window] - starts[i];
        longest = bytes > longest ? bytes : longest;
    }

    Words h = Words{} + prime5, words[4];
    if (longest >= 16) {
        const Words zero{};
        Words v[4] = {zero + (prime1 + prime2), zero + prime2, zero, zero - prime1};
        for (std::uint32_t done = 16; done <= longest; done += 16) {
            load_words<Lanes>(from, words);
            for (int k = 0; k < 4; ++k) {
                const Words next = rotate<Words>(v[k] + words[k] * prime2, 13) * prime1;
                v[k] = size >= done ? next : v[k];
            }
            for (int i = 0; i < Lanes; ++i)
                if (starts[i + text_window] - starts[i] >= done) from[i] += 16;
        }
        const Words stripes = rotate<Words>(v[0], 1) + rotate<Words>(v[1], 7) +
                              rotate<Words>(v[2], 12) + rotate<Words>(v[3], 18);
        h = size >= 16 ? stripes : h;
    }
    h += size;

    const Words left = size & 15;
    load_words<Lanes>(from, words);
    Words last = words[0];
    for (std::uint32_t k = 0; k < 3; ++k) {
        const auto whole = left >= 4 * (k + 1);
        h = whole ? add_word<Words>(h, words[k]) : h;
        last = whole ? words[k + 1] : last;
    }
    for (std::uint32_t k = 0; k < 3; ++k)
        h = (left & 3) > k ? add_byte<Words>(h, last >> (8 * k) & 0xFF) : h;
    h = avalanche<Words>(h);
    std::memcpy(hashes, &h, sizeof h);
}

}  // namespace windows_detail

// Hashes `count` windows, in any order. `starts` holds the start of each of their characters and
// the end of the last. Requires: count > 0, and text_padding readable bytes behind the last.
struct HashWindows : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static void run(auto at, const std::uint8_t* text, const std::uint32_t* starts,
                                   std::size_t count, std::uint32_t* hashes) {
        constexpr std::size_t lanes = at.lanes, block = 4 * lanes;
        std::size_t i = 0;
        while (i < count) {
            if (count - i >= block &&
                starts[i + block - 1 + text_window] - starts[i] == block - 1 + text_window) {
                windows_detail::hash_ascii<at.lanes>(text + starts[i], hashes + i);
                i += block;
            } else if (count - i >= lanes) {
                windows_detail::hash_mixed<at.lanes>(text, starts + i, hashes + i);
                i += lanes;
            } else {
                const std::size_t bytes = starts[i + text_window] - starts[i];
                hashes[i] = xxh32({text + starts[i], bytes});
                ++i;
            }
        }
    }
};

}  // namespace iscckit
