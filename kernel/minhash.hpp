// MinHash: the minimum of 64 permutations of a set of 32-bit features. Broder 1997,
// doi:10.1109/SEQUEN.1997.666900; the permutations are those of ISO 24138:2024.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "cpu.hpp"
#include "vec.hpp"

namespace iscckit {
namespace minhash_detail {

constexpr std::size_t kPermutations = 64;

inline constexpr std::array<std::uint64_t, kPermutations> kFactor = {
    0x0bd6fc3666cddccd, 0x19aa265a296861b9, 0x0fb49116249f240b, 0x1adfc726aa0e5561,
    0x0c5ce3a5a06b706b, 0x1b97ae3504f68d05, 0x138d6618323c0103, 0x1db3b398a8a09af9,
    0x185b745ad0bfcc4d, 0x12d12f23cf0e9aad, 0x0795dd9577a978b3, 0x06e7d7fc0f99e34d,
    0x1bc3f30e608b1f5d, 0x0ead57b0906151af, 0x15dfcd6ab8a2fefd, 0x1cd9533f55cc8673,
    0x0e31107120a54313, 0x1dd6a07fbce3ea19, 0x09e2be8079dfdf2f, 0x14fad77228bf5eaf,
    0x152cebf702e35f9d, 0x1189d1c0ba059a33, 0x10dff879fb1c38af, 0x083058c40f70e60b,
    0x01d0c85297804a39, 0x0d5c4995355da7b7, 0x17a0b681612e861f, 0x041bddefc7647a75,
    0x06cd94739c33f043, 0x116bd16f547bd8ff, 0x09b4fa40e2209827, 0x0074fdd0712066b5,
    0x1b8c7bf89b896469, 0x05062e675f96b6db, 0x1a69b5bdbb8eed2b, 0x0c7ed59cd4700c29,
    0x0799012d426d7c6f, 0x1771dc7389d3dacf, 0x0bbc27794a831943, 0x058e43cdca23150d,
    0x026d9ba8744b8015, 0x0c2a00912496855b, 0x0705226d8016da9d, 0x1aa6dfeeea108247,
    0x11f04783ff3d1e6d, 0x0d5e63ecea7ccc9f, 0x1805523801e53327, 0x03f327c54f7c4bc5,
    0x10720f1822703779, 0x1e13c1b3d5491a6d, 0x10dc35f27d79d913, 0x15955e73e37ffb71,
    0x0e8b4adcc1633f0b, 0x1130750cadb338d5, 0x10d73a2b670cfd6f, 0x03f925002144e9df,
    0x115a2a7110219dc9, 0x05a7dabd33c9c463, 0x0d55b1668de1a12b, 0x17e8426ee18e595f,
    0x1265d8fa972717bf, 0x02bbd023752576d7, 0x172aee6666d154b3, 0x0ad7dd83733f8a95,
};

inline constexpr std::array<std::uint64_t, kPermutations> kSummand = {
    0x0f1f0fc99887ea6b, 0x0a16b994dc3e2e31, 0x00eb34b84804bce1, 0x0ef748584001dd8c,
    0x12a4f6f418028b4b, 0x09b21d5014ea68a7, 0x115383e3e873be27, 0x141832af19da3c79,
    0x0e5ba22c9b8b9597, 0x1474bad6b504b08e, 0x0b040cc67987e745, 0x0d9b708e8e83c66f,
    0x0d609bbd004e3c77, 0x033e191007d3a85d, 0x0362866a7c0a8dd3, 0x07ea010bad227ece,
    0x042167e53cd07b2c, 0x150cbece2d2bc69d, 0x14be94be75539629, 0x17fdb8f10970bd53,
    0x0e4871b571e49530, 0x170c1b6091d92ea8, 0x136cfb07a4630835, 0x070753a97f8d2789,
    0x11c27ab17baf8edd, 0x0befad23100a6f74, 0x05b602f9333e9d8c, 0x00f70d86a9d1b347,
    0x1b350f0580186b99, 0x0865b809757aca74, 0x0e1edf3c5eabb21d, 0x121bb418ab60509c,
    0x0d2b92c2a4ee995b, 0x0fdbf4f00758271b, 0x0801d841df2f5d40, 0x0eddec5e885fb480,
    0x14bda0b2c901d2eb, 0x0ee5184f15aac6aa, 0x11d8730eb8699e99, 0x11b9715b4fb518d7,
    0x04c561c0cf35cca1, 0x1d27f34e80cc26e3, 0x1109b4e108174f4a, 0x00420e62e60aeef1,
    0x1d2b647f2464f369, 0x02a9709cb76f3ea8, 0x1e1dd51c3d760398, 0x0cbeeba5a7d69dfd,
    0x19691b22e0998389, 0x1b14a4990f3ff12e, 0x0a547884667ffce3, 0x1aaa9ab9597b6f22,
    0x1c0911f4404a97d6, 0x187e4a9d069783c9, 0x1a6bfcefede6406c, 0x141d3a7ba317ccca,
    0x13ed1387613eaca9, 0x0b901cc1caa732fd, 0x1f127e7dfd0015af, 0x0a64d32f76a735be,
    0x1975c032c417f355, 0x0314bf0108540316, 0x0c81d79ae5775341, 0x14d6cb5e18ae5b4e,
};

// low32(((a f + b) mod 2^64) mod (2^61 - 1)), without the division. With x = a f + b mod 2^64 the
// residue is y = low61(x) + (x >> 61), less 2^61 - 1 where y reaches it, and low32(y) needs only
// the low half of x and its top three bits. The 36 values x of each permutation for which y does
// reach 2^61 - 1 come from no 32-bit f: a is odd, so each has one f modulo 2^64, and all of those
// are larger (shown by a test).
ISCCKIT_INLINE std::uint32_t permute(std::size_t k, std::uint32_t feature) {
    const std::uint64_t x = kFactor[k] * feature + kSummand[k];
    return static_cast<std::uint32_t>(x) + static_cast<std::uint32_t>(x >> 61);
}

// So the permuted value is low32(a) f + low32(b) plus 0..7, modulo 2^32. Half as many bits are
// enough for an upper bound, and only what comes near the minimum is permuted.
constexpr std::uint32_t kSlack = 7;
constexpr std::size_t kBlock = 64;  // features

struct alignas(64) LowWords {
    std::array<std::uint32_t, kPermutations> factor, summand;
};

constexpr LowWords low_words() {
    LowWords words{};
    for (std::size_t k = 0; k < kPermutations; ++k) {
        words.factor[k] = static_cast<std::uint32_t>(kFactor[k]);
        words.summand[k] = static_cast<std::uint32_t>(kSummand[k]) + kSlack;
    }
    return words;
}

inline constexpr LowWords kLow = low_words();

using Minima = std::array<std::uint32_t, kPermutations>;

// Lowers the minimum of permutation k by the features of one block, one by one.
inline void add_singly(std::size_t k, const std::uint32_t* features, std::size_t count,
                       Minima& minima) {
    for (std::size_t i = 0; i < count; ++i)
        minima[k] = std::min(minima[k], permute(k, features[i]));
}

// The smallest upper bound of each permutation k..k + 64/groups over one block. A bound is the
// value plus 0..7 and may have wrapped to 0..6.
template <int Lanes>
struct Group {
    using Words = Vec<std::uint32_t, Lanes>;
    static constexpr int vectors = 64 / Lanes < 8 ? 64 / Lanes : 8;  // what fits into registers
    static constexpr std::size_t size = vectors * Lanes;             // permutations

    Words factor[vectors], summand[vectors];

    ISCCKIT_INLINE explicit Group(std::size_t k) {
        std::memcpy(factor, &kLow.factor[k], sizeof factor);
        std::memcpy(summand, &kLow.summand[k], sizeof summand);
    }

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

    // The least and the greatest feature whose bound is at most `limits`: only these can have the
    // smallest value. As a rule that is one feature.
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

// Lowers `minima` by the features of one block: where no bound comes near the minimum there is
// nothing to do, and elsewhere one feature is permuted.
template <int Lanes>
ISCCKIT_INLINE void add_block(const std::uint32_t* features, std::size_t count, Minima& minima) {
    constexpr std::size_t size = Group<Lanes>::size;
    for (std::size_t k = 0; k < kPermutations; k += size) {
        const Group<Lanes> group(k);
        alignas(64) std::uint32_t bounds[size], least[size], greatest[size];
        group.find_bounds(features, count, bounds);
        bool near[size], any = false;
        for (std::size_t p = 0; p < size; ++p) {
            near[p] = bounds[p] < std::uint64_t{minima[k + p]} + kSlack;
            any |= near[p];
        }
        if (!any) continue;

        // Bounds below kSlack have wrapped, and sums above 2^32 - 1 would: those go singly.
        std::uint32_t limits[size];
        for (std::size_t p = 0; p < size; ++p) limits[p] = bounds[p] + kSlack;
        group.find_features(features, count, limits, least, greatest);
        for (std::size_t p = 0; p < size; ++p) {
            if (!near[p]) continue;
            const bool wrapped = bounds[p] < kSlack || limits[p] < kSlack;
            if (least[p] == greatest[p] && !wrapped)
                minima[k + p] = std::min(minima[k + p], permute(k + p, least[p]));
            else
                add_singly(k + p, features, count, minima);
        }
    }
}

template <int Lanes>
ISCCKIT_INLINE void add_all(std::span<const std::uint32_t> features, Minima& minima) {
    for (std::size_t i = 0; i < features.size(); i += kBlock)
        add_block<Lanes>(&features[i], std::min(kBlock, features.size() - i), minima);
}

inline void add_baseline(std::span<const std::uint32_t> features, Minima& minima) {
    add_all<4>(features, minima);
}

// The widest form, compiled for any processor: lets tests run what they could not otherwise.
inline void add_wide(std::span<const std::uint32_t> features, Minima& minima) {
    add_all<16>(features, minima);
}

ISCCKIT_AVX2 inline void add_avx2(std::span<const std::uint32_t> features, Minima& minima) {
    add_all<8>(features, minima);
}

ISCCKIT_AVX512 inline void add_avx512(std::span<const std::uint32_t> features, Minima& minima) {
    add_all<16>(features, minima);
}

}  // namespace minhash_detail

// The running minima of a stream of features; order and repetition of features do not matter.
class MinHash {
   public:
    explicit MinHash(Level level = Level::best) : level_(resolve(level)) {
        minima_.fill(0xFFFFFFFFu);
    }

    void add(std::span<const std::uint32_t> features) {
        switch (level_) {
            case Level::avx512:
                return minhash_detail::add_avx512(features, minima_);
            case Level::avx2:
                return minhash_detail::add_avx2(features, minima_);
            case Level::wide:
                return minhash_detail::add_wide(features, minima_);
            default:
                return minhash_detail::add_baseline(features, minima_);
        }
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
    Level level_;
    minhash_detail::Minima minima_;
};

}  // namespace iscckit
