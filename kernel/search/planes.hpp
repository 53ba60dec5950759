// Exact search among 64-bit words by Hamming distance: scans of whole planes.
//
// A collection of codes is kept in planes: all first words, all second words, and so on. A scan
// compares the query with every row; `Found` keeps hits and limits the distance of the next.
// Compare Norouzi, Punjani, Fleet 2012, "Fast search in Hamming space with multi-index hashing".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "simd/cpu.hpp"

#if ISCCKIT_X86
#include <immintrin.h>
#endif

namespace iscckit::search {

inline constexpr std::size_t words_max = 4;

// A row and the number of its bits that differ.
struct Hit {
    std::uint32_t row;
    std::uint32_t distance;
    friend bool operator<(const Hit& a, const Hit& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.row < b.row;
    }
};

// The words of a query. `mask` is 0 for bits that are not compared.
struct Query {
    std::array<std::uint64_t, words_max> word{}, mask{};
    std::size_t words = 0;

    // The first `bits` bits of `body` (in steps of 8), read as big-endian words.
    Query(std::span<const std::uint8_t> body, std::size_t bits) : words((bits + 63) / 64) {
        for (std::size_t i = 0; i < bits / 8; ++i) {
            const unsigned shift = static_cast<unsigned>(56 - 8 * (i % 8));
            word[i / 8] |= std::uint64_t{body[i]} << shift;
            mask[i / 8] |= std::uint64_t{0xff} << shift;
        }
    }
};

// All rows within a radius.
class Within {
   public:
    explicit Within(int radius) : radius_(radius) {}
    int limit() const { return radius_; }
    void add(std::uint32_t row, std::uint32_t distance) { hits_.push_back({row, distance}); }
    std::vector<Hit> result() {
        std::sort(hits_.begin(), hits_.end());
        return std::move(hits_);
    }

   private:
    int radius_;
    std::vector<Hit> hits_;
};

// The `count` nearest rows. Of rows at equal distance the first ones are kept; rows come in order.
class Nearest {
   public:
    explicit Nearest(std::size_t count, int radius)
        : count_(count), limit_(count == 0 ? -1 : radius) {}
    int limit() const { return limit_; }
    void add(std::uint32_t row, std::uint32_t distance) {
        heap_.push({row, distance});
        if (heap_.size() > count_) heap_.pop();
        if (heap_.size() == count_) limit_ = static_cast<int>(heap_.top().distance) - 1;
    }
    std::vector<Hit> result() {
        std::vector<Hit> out(heap_.size());
        for (std::size_t i = out.size(); i > 0; --i) {
            out[i - 1] = heap_.top();
            heap_.pop();
        }
        return out;
    }

   private:
    std::size_t count_;
    int limit_;
    std::priority_queue<Hit> heap_;
};

using Planes = std::array<const std::uint64_t*, words_max>;

// The number of ones in a word, by an instruction if the processor `Counts`, else by arithmetic.
template <bool Counts>
ISCCKIT_INLINE int count_ones(std::uint64_t x) {
    if constexpr (Counts) return __builtin_popcountll(x);
    x -= x >> 1 & 0x5555555555555555;
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    return static_cast<int>(((x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f) * 0x0101010101010101 >> 56);
}

// Compares the query with rows first <= row < last, one by one.
template <std::size_t Words, bool Counts, class Found>
ISCCKIT_INLINE void scan_rows(const Planes& planes, std::size_t first, std::size_t last,
                              const Query& query, Found& found) {
    for (std::size_t row = first; row < last; ++row) {
        int distance = 0;
        for (std::size_t w = 0; w < Words; ++w)
            distance += count_ones<Counts>((planes[w][row] ^ query.word[w]) & query.mask[w]);
        if (distance <= found.limit())
            found.add(static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(distance));
    }
}

// Passes every row of `planes` within the limit of `found` to it.
template <std::size_t Words>
struct ScanPlanes : Versions<Level::avx512_vpopcnt, Level::avx2, Level::baseline> {
    template <class Found>
    static void run(At<Level::baseline> at, const Planes& planes, std::size_t rows,
                    const Query& query, Found& found) {
        scan_rows<Words, at.counts_ones>(planes, 0, rows, query, found);
    }

#if ISCCKIT_X86
    // Four rows at a time: a table of the 16 values of half a byte counts the ones (Mula, Kurz,
    // Lemire 2018, arXiv:1611.07612). Single rows are read only where one of 16 is near enough.
    template <class Found>
    ISCCKIT_AVX2 static void run(At<Level::avx2>, const Planes& planes, std::size_t rows,
                                 const Query& query, Found& found) {
        constexpr std::size_t step = 16;
        const __m256i table = _mm256_broadcastsi128_si256(
            _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
        const __m256i half = _mm256_set1_epi8(15), zero = _mm256_setzero_si256();
        std::size_t row = 0;
        for (; row + step <= rows; row += step) {
            __m256i sum[4], near[4];
            const __m256i limit = _mm256_set1_epi64x(static_cast<long long>(found.limit()) + 1);
            for (std::size_t k = 0; k < 4; ++k) {
                __m256i counts = zero;  // of each byte, at most 8 a word
                for (std::size_t w = 0; w < Words; ++w) {
                    const __m256i code = _mm256_loadu_si256(
                        reinterpret_cast<const __m256i*>(planes[w] + row + 4 * k));
                    const __m256i word = _mm256_set1_epi64x(static_cast<long long>(query.word[w]));
                    const __m256i mask = _mm256_set1_epi64x(static_cast<long long>(query.mask[w]));
                    const __m256i differing = _mm256_and_si256(_mm256_xor_si256(code, word), mask);
                    const __m256i lower = _mm256_and_si256(differing, half);
                    const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(differing, 4), half);
                    counts =
                        _mm256_add_epi8(counts, _mm256_add_epi8(_mm256_shuffle_epi8(table, lower),
                                                                _mm256_shuffle_epi8(table, upper)));
                }
                sum[k] = _mm256_sad_epu8(counts, zero);
                near[k] = _mm256_cmpgt_epi64(limit, sum[k]);
            }
            const __m256i any = _mm256_or_si256(_mm256_or_si256(near[0], near[1]),
                                                _mm256_or_si256(near[2], near[3]));
            if (_mm256_testz_si256(any, any)) continue;
            for (std::size_t k = 0; k < 4; ++k) {
                alignas(32) std::uint64_t distance[4];
                _mm256_store_si256(reinterpret_cast<__m256i*>(distance), sum[k]);
                for (std::size_t lane = 0; lane < 4; ++lane)
                    if (static_cast<int>(distance[lane]) <= found.limit())
                        found.add(static_cast<std::uint32_t>(row + 4 * k + lane),
                                  static_cast<std::uint32_t>(distance[lane]));
            }
        }
        scan_rows<Words, true>(planes, row, rows, query, found);
    }

    // Eight rows at a time. Single rows are read only where one of 32 is near enough.
    template <class Found>
    ISCCKIT_AVX512_VPOPCNT static void run(At<Level::avx512_vpopcnt>, const Planes& planes,
                                           std::size_t rows, const Query& query, Found& found) {
        constexpr std::size_t step = 32;
        std::size_t row = 0;
        for (; row + step <= rows; row += step) {
            __m512i sum[4];
            for (std::size_t k = 0; k < 4; ++k) {
                sum[k] = _mm512_setzero_si512();
                for (std::size_t w = 0; w < Words; ++w) {
                    const __m512i code = _mm512_loadu_si512(planes[w] + row + 8 * k);
                    const __m512i word = _mm512_set1_epi64(static_cast<long long>(query.word[w]));
                    const __m512i mask = _mm512_set1_epi64(static_cast<long long>(query.mask[w]));
                    const __m512i differing = _mm512_and_si512(_mm512_xor_si512(code, word), mask);
                    sum[k] = _mm512_add_epi64(sum[k], _mm512_popcnt_epi64(differing));
                }
            }
            const __m512i limit = _mm512_set1_epi64(found.limit());
            unsigned near[4];
            for (std::size_t k = 0; k < 4; ++k) near[k] = _mm512_cmple_epi64_mask(sum[k], limit);
            if ((near[0] | near[1] | near[2] | near[3]) == 0) continue;
            for (std::size_t k = 0; k < 4; ++k) {
                alignas(64) std::uint64_t distance[8];
                _mm512_store_si512(distance, sum[k]);
                for (unsigned bits = near[k]; bits != 0; bits &= bits - 1) {
                    const auto lane = static_cast<unsigned>(__builtin_ctz(bits));
                    if (static_cast<int>(distance[lane]) <= found.limit())
                        found.add(static_cast<std::uint32_t>(row + 8 * k + lane),
                                  static_cast<std::uint32_t>(distance[lane]));
                }
            }
        }
        scan_rows<Words, true>(planes, row, rows, query, found);
    }
#endif
};

using ScanKernels = KernelList<ScanPlanes<1>, ScanPlanes<2>, ScanPlanes<3>, ScanPlanes<4>>;

// Passes every row of `planes` within the limit of `found` to it.
template <class Found>
void scan(const Planes& planes, std::size_t rows, const Query& query, Found& found, Target target) {
    switch (query.words) {
        case 1: return dispatch<ScanPlanes<1>>(target, planes, rows, query, found);
        case 2: return dispatch<ScanPlanes<2>>(target, planes, rows, query, found);
        case 3: return dispatch<ScanPlanes<3>>(target, planes, rows, query, found);
        case 4: return dispatch<ScanPlanes<4>>(target, planes, rows, query, found);
        default: throw std::invalid_argument("a query has one to four words");
    }
}

}  // namespace iscckit::search
