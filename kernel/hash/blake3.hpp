// BLAKE3 in its default mode, 256 bits: https://github.com/BLAKE3-team/BLAKE3-specs
//
// One source serves a single message (Word = std::uint32_t) and a message in each lane of a
// vector (Word = Vec<std::uint32_t, Lanes>).
//
// iscckit has two BLAKE3. The package blake3 hashes whole files for the Instance-Code: it puts the
// chunks of one long message into lanes. The Meta-Code hashes thousands of messages of 3
// characters or 4 bytes, where a call of the package takes longer than the hash: this one puts one
// message into each lane. The package does not give chaining values either, which slices of files
// need (bao/).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "simd/cpu.hpp"
#include "simd/vec.hpp"

namespace iscckit::blake3 {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in memory");

enum Flag : std::uint32_t { chunk_start = 1, chunk_end = 2, parent = 4, root = 8 };

inline constexpr std::size_t block_size = 64, chunk_size = 1024;
inline constexpr std::uint32_t iv[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                        0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
// Row r is the r-fold message permutation.
inline constexpr std::uint8_t schedule[7][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1},
    {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4},
    {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13}};

template <class Word>
ISCCKIT_INLINE Word rotate_right(Word x, int by) {
    return (x >> by) | (x << (32 - by));
}

template <class Word>
ISCCKIT_INLINE void mix(Word& a, Word& b, Word& c, Word& d, const Word& x, const Word& y) {
    a += b + x;
    d = rotate_right<Word>(d ^ a, 16);
    c += d;
    b = rotate_right<Word>(b ^ c, 12);
    a += b + y;
    d = rotate_right<Word>(d ^ a, 8);
    c += d;
    b = rotate_right<Word>(b ^ c, 7);
}

template <int Row, class Word>
ISCCKIT_INLINE void mix_round(Word (&v)[16], const Word (&m)[16]) {
    constexpr auto& row = schedule[Row];
    mix(v[0], v[4], v[8], v[12], m[row[0]], m[row[1]]);
    mix(v[1], v[5], v[9], v[13], m[row[2]], m[row[3]]);
    mix(v[2], v[6], v[10], v[14], m[row[4]], m[row[5]]);
    mix(v[3], v[7], v[11], v[15], m[row[6]], m[row[7]]);
    mix(v[0], v[5], v[10], v[15], m[row[8]], m[row[9]]);
    mix(v[1], v[6], v[11], v[12], m[row[10]], m[row[11]]);
    mix(v[2], v[7], v[8], v[13], m[row[12]], m[row[13]]);
    mix(v[3], v[4], v[9], v[14], m[row[14]], m[row[15]]);
}

// Replaces the chaining value `h` by that after one block. The number of the chunk has 64 bits.
// The rounds are written out, so that message words that are constants cost nothing.
template <class Word>
ISCCKIT_INLINE void compress(Word (&h)[8], const Word (&m)[16], Word chunk_low, Word chunk_high,
                             Word size, std::uint32_t flags) {
    const Word zero = size ^ size;
    Word v[16] = {h[0],      h[1],       h[2],         h[3],         h[4],         h[5],
                  h[6],      h[7],       zero + iv[0], zero + iv[1], zero + iv[2], zero + iv[3],
                  chunk_low, chunk_high, size,         zero + flags};
    mix_round<0>(v, m);
    mix_round<1>(v, m);
    mix_round<2>(v, m);
    mix_round<3>(v, m);
    mix_round<4>(v, m);
    mix_round<5>(v, m);
    mix_round<6>(v, m);
    for (int i = 0; i < 8; ++i) h[i] = v[i] ^ v[i + 8];
}

using Chain = std::array<std::uint32_t, 8>;

// The chaining value of one chunk of at most 1024 bytes.
inline Chain hash_chunk(std::span<const std::uint8_t> chunk, std::uint64_t number,
                        std::uint32_t last_flags) {
    std::uint32_t h[8];
    std::memcpy(h, iv, sizeof h);
    std::size_t at = 0;
    do {
        std::uint32_t m[16] = {};
        const std::size_t size = std::min(block_size, chunk.size() - at);
        if (size != 0) std::memcpy(m, chunk.data() + at, size);
        const bool last = at + size == chunk.size();
        const std::uint32_t flags =
            (at == 0 ? chunk_start : 0u) | (last ? chunk_end | last_flags : 0u);
        compress<std::uint32_t>(h, m, static_cast<std::uint32_t>(number),
                                static_cast<std::uint32_t>(number >> 32),
                                static_cast<std::uint32_t>(size), flags);
        at += block_size;
    } while (at < chunk.size());
    Chain out;
    std::memcpy(out.data(), h, sizeof h);
    return out;
}

inline Chain hash_parent(const Chain& left, const Chain& right, std::uint32_t flags) {
    std::uint32_t h[8], m[16];
    std::memcpy(h, iv, sizeof h);
    std::memcpy(m, left.data(), 32);
    std::memcpy(m + 8, right.data(), 32);
    compress<std::uint32_t>(h, m, 0, 0, block_size, parent | flags);
    Chain out;
    std::memcpy(out.data(), h, sizeof h);
    return out;
}

// The digest of `data`: eight words, little-endian.
inline Chain hash(std::span<const std::uint8_t> data) {
    if (data.size() <= chunk_size) return hash_chunk(data, 0, root);
    std::vector<Chain> level;
    for (std::size_t at = 0; at < data.size(); at += chunk_size) {
        const auto chunk = data.subspan(at, std::min(chunk_size, data.size() - at));
        level.push_back(hash_chunk(chunk, level.size(), 0));
    }
    // Neighbours are paired and an odd one moves up. So every left subtree has a power of two of
    // chunks, as specified.
    while (level.size() > 1) {
        const std::uint32_t flags = level.size() == 2 ? root : 0u;
        std::size_t size = 0;
        for (std::size_t i = 0; i + 1 < level.size(); i += 2)
            level[size++] = hash_parent(level[i], level[i + 1], flags);
        if (level.size() % 2 != 0) level[size++] = level.back();
        level.resize(size);
    }
    return level[0];
}

}  // namespace iscckit::blake3
