// MinHash: the minimum of 64 permutations of a set of 32-bit features. Broder 1997,
// doi:10.1109/SEQUEN.1997.666900; the permutations are those of ISO 24138:2024.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "simd/cpu.hpp"
#include "simd/vec.hpp"
#include "tables/constants.hpp"

namespace iscckit {
namespace minhash_detail {

constexpr std::size_t permutations = 64;

// low32(((a f + b) mod 2^64) mod (2^61 - 1)), without the division. With x = a f + b mod 2^64 the
// residue is y = low61(x) + (x >> 61), less 2^61 - 1 where y reaches it, and low32(y) needs only
// the low half of x and its top three bits. The 36 values x of each permutation for which y does
// reach 2^61 - 1 come from no 32-bit f: a is odd, so each has one f modulo 2^64, and all of those
// are larger (shown by a test).
ISCCKIT_INLINE std::uint32_t permute(std::size_t k, std::uint32_t feature) {
    const std::uint64_t x = constants::minhash_a[k] * feature + constants::minhash_b[k];
    return static_cast<std::uint32_t>(x) + static_cast<std::uint32_t>(x >> 61);
}

// So the permuted value is low32(a) f + low32(b) plus 0..7, modulo 2^32. Half as many bits are
// enough for an upper bound, and only values near the minimum are permuted.
constexpr std::uint32_t slack = 7;
constexpr std::size_t block_size = 64;  // features

struct alignas(64) LowWords {
    std::array<std::uint32_t, permutations> factor, summand;
};

constexpr LowWords make_low_words() {
    LowWords words{};
    for (std::size_t k = 0; k < permutations; ++k) {
        words.factor[k] = static_cast<std::uint32_t>(constants::minhash_a[k]);
        words.summand[k] = static_cast<std::uint32_t>(constants::minhash_b[k]) + slack;
    }
    return words;
}

inline constexpr LowWords low_words = make_low_words();

using Minima = std::array<std::uint32_t, permutations>;

// Lowers the minimum of permutation k by the features of one block, one by one.
inline void add_singly(std::size_t k, const std::uint32_t* features, std::size_t count,
                       Minima& minima) {
    for (std::size_t i = 0; i < count; ++i)
        minima[k] = std::min(minima[k], permute(k, features[i]));
}

// Neighbouring permutations, from permutation k on, in the lanes of a few vectors. The upper bound
// of a value is the value plus 0..7, and may have wrapped to 0..6.
template <int Lanes>
struct Group {
    using Words = Vec<std::uint32_t, Lanes>;
    static constexpr int vectors =
        64 / Lanes < 8 ? 64 / Lanes : 8;                  // as many as fit into registers
    static constexpr std::size_t size = vectors * Lanes;  // permutations

    Words factor[vectors], summand[vectors];

    ISCCKIT_INLINE explicit Group(std::size_t k) {
        std::memcpy(factor, &low_words.factor[k], sizeof factor);
        std::memcpy(summand, &low_words.summand[k], sizeof summand);
    }

    // The smallest upper bound of each permutation over one block.
    ISCCKIT_INLINE void find_bounds(const std::uint32_t* features, std::size_t count,
                                    std::uint32_t* bounds) const {
        Words bound[vectors];
#pragma GCC unroll 8
        for (int v = 0; v < vectors; ++v) bound[v] = ~Words{};
        for (std::size_t i = 0; i < count; ++i) {
#pragma GCC unroll 8
            for (int v = 0; v < vectors; ++v) {
                const Words next = factor[v] * features[i] + summand[v];
                bound[v] = next < bound[v] ? next : bound[v];
            }
        }
        std::memcpy(bounds, bound, sizeof bound);
    }

    // The least and the greatest feature whose bound is at most `limits`: only features between
    // them can have the smallest value. In most cases both are one feature.
    ISCCKIT_INLINE void find_features(const std::uint32_t* features, std::size_t count,
                                      const std::uint32_t* limits, std::uint32_t* least,
                                      std::uint32_t* greatest) const {
        for (int v = 0; v < vectors; ++v) {
            Words limit, low = ~Words{}, high = Words{};
            std::memcpy(&limit, limits + v * Lanes, sizeof limit);
            for (std::size_t i = 0; i < count; ++i) {
                const Words out = (Words)(factor[v] * features[i] + summand[v] > limit);
                const Words from_below = out | features[i], from_above = ~out & features[i];
                low = from_below < low ? from_below : low;
                high = from_above > high ? from_above : high;
            }
            std::memcpy(least + v * Lanes, &low, sizeof low);
            std::memcpy(greatest + v * Lanes, &high, sizeof high);
        }
    }
};

// Lowers `minima` by the features of one block: one feature is permuted where a bound comes near
// the minimum, and none elsewhere.
template <int Lanes>
ISCCKIT_INLINE void add_block(const std::uint32_t* features, std::size_t count, Minima& minima) {
    constexpr std::size_t size = Group<Lanes>::size;
    for (std::size_t k = 0; k < permutations; k += size) {
        const Group<Lanes> group(k);
        alignas(64) std::uint32_t bounds[size], least[size], greatest[size];
        group.find_bounds(features, count, bounds);
        bool near[size], any = false;
        for (std::size_t p = 0; p < size; ++p) {
            near[p] = bounds[p] < std::uint64_t{minima[k + p]} + slack;
            any |= near[p];
        }
        if (!any) continue;

        // Bounds below slack have wrapped, and sums above 2^32 - 1 wrap: these cases go singly.
        std::uint32_t limits[size];
        for (std::size_t p = 0; p < size; ++p) limits[p] = bounds[p] + slack;
        group.find_features(features, count, limits, least, greatest);
        for (std::size_t p = 0; p < size; ++p) {
            if (!near[p]) continue;
            const bool wrapped = bounds[p] < slack || limits[p] < slack;
            if (least[p] == greatest[p] && !wrapped)
                minima[k + p] = std::min(minima[k + p], permute(k + p, least[p]));
            else
                add_singly(k + p, features, count, minima);
        }
    }
}

template <int Lanes>
ISCCKIT_INLINE void add_all(std::span<const std::uint32_t> features, Minima& minima) {
    for (std::size_t i = 0; i < features.size(); i += block_size)
        add_block<Lanes>(&features[i], std::min(block_size, features.size() - i), minima);
}

}  // namespace minhash_detail

struct AddFeatures : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static void run(auto at, std::span<const std::uint32_t> features,
                                   minhash_detail::Minima& minima) {
        minhash_detail::add_all<at.lanes>(features, minima);
    }
};

// The running minima of a stream of features; order and repetition of features do not matter.
class MinHash {
   public:
    explicit MinHash(Target target) : target_(target) { minima_.fill(0xFFFFFFFFu); }

    void add(std::span<const std::uint32_t> features) {
        dispatch<AddFeatures>(target_, features, minima_);
    }

    // Plane p, 8 bytes long, holds bit p of the 64 minima; the digest of ISO 24138 has 4 planes.
    // Requires: at least one feature was added, and Planes is a multiple of 4.
    template <std::size_t Planes = 4>
    std::array<std::uint8_t, 8 * Planes> digest() const {
        // The product puts copies of four bits 15 places apart, so that the mask finds bit p of
        // them in lane p of four 16-bit lanes: four planes are collected at once.
        constexpr std::uint64_t spread = 0x0000200040008001, lanes = 0x0001000100010001;
        std::array<std::uint8_t, 8 * Planes> out;
        for (std::size_t plane = 0; plane < Planes; plane += 4)
            for (std::size_t byte = 0; byte < 8; ++byte) {
                std::uint64_t bits = 0;
                for (std::size_t k = 0; k < 8; ++k)
                    bits = bits << 1 | ((minima_[8 * byte + k] >> plane & 15) * spread & lanes);
                for (std::size_t p = 0; p < 4; ++p)
                    out[8 * (plane + p) + byte] = static_cast<std::uint8_t>(bits >> (16 * p));
            }
        return out;
    }

   private:
    Target target_;
    minhash_detail::Minima minima_;
};

}  // namespace iscckit
