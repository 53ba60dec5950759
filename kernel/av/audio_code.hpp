// The digest of the Audio-Code: SimHash over the words of a Chromaprint fingerprint, over the four
// quarters of the words in time, and over the three thirds of the words in order of size.
// ISO 24138:2024, Content-Code Audio.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hash/bitcount.hpp"
#include "simd/cpu.hpp"

namespace iscckit {

static_assert(std::endian::native == std::endian::little,
              "words are counted byte by byte, lowest first");

inline constexpr int audio_parts = 8;  // all, 4 quarters, 3 thirds; 32 bits each

namespace audio {

struct Counts {
    std::array<std::uint64_t, 32> of_bit{};  // bit 0 is the lowest of the word
    std::uint64_t words = 0;

    void add(std::span<const std::int32_t> values, Target target) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
        count_bits({bytes, values.size() * 4}, 4, of_bit.data(), target);
        words += values.size();
    }
    void add(const Counts& other) {
        for (int bit = 0; bit < 32; ++bit) of_bit[bit] += other.of_bit[bit];
        words += other.words;
    }
    // Writes four bytes, the highest first. Without words they are zero.
    void write(std::uint8_t* out) const {
        std::uint32_t word = 0;
        for (int bit = 0; bit < 32 && words != 0; ++bit)
            word |= static_cast<std::uint32_t>(2 * of_bit[bit] >= words) << bit;
        for (int k = 0; k < 4; ++k) out[k] = static_cast<std::uint8_t>(word >> (24 - 8 * k));
    }
};

// The first item of group k where n items are split into `groups` runs. The first runs take the
// remainder.
inline std::size_t start_of(std::size_t n, std::size_t groups, std::size_t k) {
    return k * (n / groups) + std::min(k, n % groups);
}

}  // namespace audio

// Computes the first `parts` of the eight 32-bit parts. Bytes beyond them are zero.
inline std::array<std::uint8_t, 32> audio_digest(std::span<const std::int32_t> words, int parts,
                                                 Target target) {
    std::array<std::uint8_t, 32> out{};
    const std::size_t n = words.size();
    audio::Counts all;
    for (std::size_t k = 0; k < 4; ++k) {
        audio::Counts quarter;
        const std::size_t first = audio::start_of(n, 4, k);
        quarter.add(words.subspan(first, audio::start_of(n, 4, k + 1) - first), target);
        if (static_cast<int>(k) + 1 < parts) quarter.write(&out[4 * (k + 1)]);
        all.add(quarter);
    }
    all.write(out.data());
    if (parts <= 5) return out;

    // The order inside a third does not matter: two selections replace a sort.
    std::vector<std::int32_t> sorted(words.begin(), words.end());
    const std::size_t one = audio::start_of(n, 3, 1), two = audio::start_of(n, 3, 2);
    std::nth_element(sorted.begin(), sorted.begin() + one, sorted.end());
    std::nth_element(sorted.begin() + one, sorted.begin() + two, sorted.end());
    for (std::size_t k = 0; k < 3 && static_cast<int>(k) + 5 < parts; ++k) {
        audio::Counts third;
        const std::size_t first = audio::start_of(n, 3, k);
        third.add(std::span(sorted).subspan(first, audio::start_of(n, 3, k + 1) - first), target);
        third.write(&out[4 * (k + 5)]);
    }
    return out;
}

}  // namespace iscckit
