// BLAKE3 chaining values of many inputs of equal size, one input in each lane of a vector.
//
// The inputs are the chunks of one file, or its parents. Both are read in blocks of 64 bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "hash/blake3.hpp"
#include "simd/cpu.hpp"
#include "simd/vec.hpp"

namespace iscckit::bao {

using blake3::Chain;

// `count` inputs of `blocks` blocks each. `numbers` are those of the chunks; without it, 0.
struct Inputs {
    const std::uint8_t* const* data;
    const std::uint64_t* numbers;
    std::size_t count;
    std::size_t blocks;
    std::uint32_t first_flags, all_flags, last_flags;
};

namespace lanes_detail {

// Word k of a block of each lane. Vectors have up to 16 words, so that a block is read in parts.
template <int Lanes>
ISCCKIT_INLINE void load_block(const std::uint8_t* const (&from)[Lanes], std::size_t at,
                               Vec<std::uint32_t, Lanes> (&words)[16]) {
#pragma GCC unroll 4
    for (int part = 0; part < 16; part += Lanes) {
#pragma GCC unroll 16
        for (int lane = 0; lane < Lanes; ++lane)
            std::memcpy(&words[part + lane], from[lane] + at + 4 * static_cast<std::size_t>(part),
                        sizeof words[0]);
        transpose<Lanes>(words + part);
    }
}

// Hashes up to `Lanes` inputs from `first` on.
template <int Lanes>
ISCCKIT_INLINE void hash_some(const Inputs& inputs, std::size_t first, Chain* out) {
    using Word = Vec<std::uint32_t, Lanes>;
    const std::size_t left = inputs.count - first;
    const std::size_t live = left < Lanes ? left : Lanes;
    const std::uint8_t* from[Lanes];
    Word low{}, high{}, h[8], m[16];
    for (std::size_t lane = 0; lane < Lanes; ++lane) {
        const std::size_t i = first + (lane < live ? lane : 0);  // a copy fills the group
        from[lane] = inputs.data[i];
        const std::uint64_t number = inputs.numbers == nullptr ? 0 : inputs.numbers[i];
        low[lane] = static_cast<std::uint32_t>(number);
        high[lane] = static_cast<std::uint32_t>(number >> 32);
    }
    for (int i = 0; i < 8; ++i) h[i] = Word{} + blake3::iv[i];
    const Word size = Word{} + static_cast<std::uint32_t>(blake3::block_size);
    for (std::size_t block = 0; block < inputs.blocks; ++block) {
        load_block<Lanes>(from, block * blake3::block_size, m);
        blake3::compress<Word>(h, m, low, high, size,
                               inputs.all_flags | (block == 0 ? inputs.first_flags : 0u) |
                                   (block + 1 == inputs.blocks ? inputs.last_flags : 0u));
    }
    std::uint32_t words[8][Lanes];
    std::memcpy(words, h, sizeof words);
    for (std::size_t lane = 0; lane < live; ++lane)
        for (std::size_t i = 0; i < 8; ++i) out[first + lane][i] = words[i][lane];
}

}  // namespace lanes_detail

struct HashInputs : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static void run(auto at, const Inputs& inputs, Chain* out) {
        for (std::size_t first = 0; first < inputs.count; first += at.lanes)
            lanes_detail::hash_some<at.lanes>(inputs, first, out);
    }
};

// The chaining values of whole chunks. Requires: 1024 readable bytes each, room for the results.
inline void hash_chunks(const std::uint8_t* const* chunks, const std::uint64_t* numbers,
                        std::size_t count, Chain* out, Target target) {
    const Inputs inputs{chunks,
                        numbers,
                        count,
                        blake3::chunk_size / blake3::block_size,
                        blake3::chunk_start,
                        0,
                        blake3::chunk_end};
    dispatch<HashInputs>(target, inputs, out);
}

// The chaining values of parents that are not the root. Requires: 64 readable bytes each.
inline void hash_parents(const std::uint8_t* const* parents, std::size_t count, Chain* out,
                         Target target) {
    const Inputs inputs{parents, nullptr, count, 1, 0, blake3::parent, 0};
    dispatch<HashInputs>(target, inputs, out);
}

}  // namespace iscckit::bao
