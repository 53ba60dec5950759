// XXH32 with seed 0, by the published description of xxHash (doc/xxhash_spec.md).
//
// The kernel has its own because libraries hash one message in a call. The Data-Code hashes many
// chunks, which go side by side here, and the Text-Code every window of 13 characters, which goes
// into a lane in text/windows.hpp.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "simd/cpu.hpp"
#include "simd/vec.hpp"

namespace iscckit {
namespace xxh32_detail {

constexpr std::uint32_t prime1 = 0x9E3779B1u;
constexpr std::uint32_t prime2 = 0x85EBCA77u;
constexpr std::uint32_t prime3 = 0xC2B2AE3Du;
constexpr std::uint32_t prime4 = 0x27D4EB2Fu;
constexpr std::uint32_t prime5 = 0x165667B1u;
constexpr std::size_t stripe_size = 16;  // bytes of one round over the four accumulators
constexpr std::uint32_t initial[4] = {prime1 + prime2, prime2, 0, 0u - prime1};

inline std::uint32_t read32(const std::uint8_t* at) {
    std::uint32_t word;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
    return word;
}

// Hashes the 0..15 bytes after the stripes and mixes all bits.
inline std::uint32_t finish(std::uint32_t hash, const std::uint8_t* at, std::size_t left) {
    for (; left >= 4; at += 4, left -= 4) hash = std::rotl(hash + read32(at) * prime3, 17) * prime4;
    for (; left > 0; ++at, --left) hash = std::rotl(hash + *at * prime5, 11) * prime1;

    hash = (hash ^ (hash >> 15)) * prime2;
    hash = (hash ^ (hash >> 13)) * prime3;
    return hash ^ (hash >> 16);
}

// The hash of `data`, whose first `done` bytes, whole stripes, are already in the `lanes`.
inline std::uint32_t finish_from(std::span<const std::uint8_t> data, std::size_t done,
                                 std::uint32_t lanes[4]) {
    for (; data.size() - done >= stripe_size; done += stripe_size)
        for (std::size_t i = 0; i < 4; ++i)
            lanes[i] = std::rotl(lanes[i] + read32(&data[done + 4 * i]) * prime2, 13) * prime1;
    const std::uint32_t hash = done == 0 ? prime5
                                         : std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) +
                                               std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
    return finish(hash + static_cast<std::uint32_t>(data.size()), data.data() + done,
                  data.size() - done);
}

}  // namespace xxh32_detail

inline std::uint32_t xxh32(std::span<const std::uint8_t> data) {
    std::uint32_t lanes[4];
    std::copy(xxh32_detail::initial, xxh32_detail::initial + 4, lanes);
    return xxh32_detail::finish_from(data, 0, lanes);
}

namespace xxh32_detail {

using Lanes = Vec<std::uint32_t, 4>;

ISCCKIT_INLINE Lanes read_stripe(const std::uint8_t* at) {
    Lanes words;
    std::memcpy(&words, at, sizeof words);
    if constexpr (std::endian::native == std::endian::big)
        for (int i = 0; i < 4; ++i) words[i] = __builtin_bswap32(words[i]);
    return words;
}

ISCCKIT_INLINE Lanes round(Lanes lanes, Lanes words) {
    lanes += words * prime2;
    return ((lanes << 13) | (lanes >> 19)) * prime1;
}

// Hashes `together` messages side by side: the steps of one message wait for each other, the steps
// of several do not. After the stripes of the shortest message, each message is finished alone.
constexpr std::size_t together = 8;

ISCCKIT_INLINE void hash_together(const std::span<const std::uint8_t>* messages,
                                  std::uint32_t* hashes) {
    std::size_t stripes = messages[0].size() / stripe_size;
    for (std::size_t k = 1; k < together; ++k)
        if (messages[k].size() / stripe_size < stripes) stripes = messages[k].size() / stripe_size;

    Lanes lanes[together];
    const std::uint8_t* at[together];
#pragma GCC unroll 8
    for (std::size_t k = 0; k < together; ++k) {
        lanes[k] = Lanes{initial[0], initial[1], initial[2], initial[3]};
        at[k] = messages[k].data();
    }
    for (std::size_t done = 0; done < stripes * stripe_size; done += stripe_size) {
#pragma GCC unroll 8
        for (std::size_t k = 0; k < together; ++k)
            lanes[k] = round(lanes[k], read_stripe(at[k] + done));
    }

    std::uint32_t own[together][4];
    std::memcpy(own, lanes, sizeof own);
    for (std::size_t k = 0; k < together; ++k)
        hashes[k] = finish_from(messages[k], stripes * stripe_size, own[k]);
}

ISCCKIT_INLINE void hash_many(std::span<const std::span<const std::uint8_t>> messages,
                              std::uint32_t* hashes) {
    const std::size_t odd = messages.size() % together;
    if (odd > 0) {  // copies fill the group
        std::span<const std::uint8_t> group[together];
        std::uint32_t out[together];
        for (std::size_t k = 0; k < together; ++k) group[k] = messages[k < odd ? k : odd - 1];
        hash_together(group, out);
        std::memcpy(hashes, out, odd * sizeof *hashes);
    }
    for (std::size_t k = odd; k < messages.size(); k += together)
        hash_together(&messages[k], hashes + k);
}

}  // namespace xxh32_detail

struct HashMessages : Versions<Level::avx512, Level::avx2, Level::baseline> {
    using Messages = std::span<const std::span<const std::uint8_t>>;

    ISCCKIT_INLINE static void run(auto, Messages messages, std::uint32_t* hashes) {
        xxh32_detail::hash_many(messages, hashes);
    }
    // Without a vector multiplication of 32-bit words one message fills the processor.
    static void run(At<Level::baseline>, Messages messages, std::uint32_t* hashes) {
        for (std::size_t k = 0; k < messages.size(); ++k) hashes[k] = xxh32(messages[k]);
    }
};

// The hashes of many messages, in their order. Neighbours of similar length are hashed fastest.
// Requires: room for messages.size() hashes.
inline void xxh32_many(std::span<const std::span<const std::uint8_t>> messages,
                       std::uint32_t* hashes, Target target) {
    dispatch<HashMessages>(target, messages, hashes);
}

}  // namespace iscckit
