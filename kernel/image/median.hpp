// The median of 64 numbers without a branch: networks sort the lanes of vectors side by side and
// merge them up to the middle. Batcher 1968, doi:10.1145/1468075.1468121.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include "simd/cpu.hpp"
#include "simd/vec.hpp"

namespace iscckit {

namespace median {

struct Comparator {
    int low, high;
};

// Calls use(i, k) for each comparator of the odd-even mergesort of n values, in order.
template <class Use>
constexpr void each_of_sort(int n, Use&& use) {
    for (int run = 1; run < n; run *= 2)
        for (int step = run; step > 0; step /= 2)
            for (int from = step % run; from + step < n; from += 2 * step)
                for (int i = from; i < from + step && i + step < n; ++i)
                    if (i / (2 * run) == (i + step) / (2 * run)) use(i, i + step);
}

// Calls use(i, k) for each comparator of a merge of n values that rise and then fall, or fall and
// then rise.
template <class Use>
constexpr void each_of_merge(int n, Use&& use) {
    for (int step = n / 2; step > 0; step /= 2)
        for (int i = 0; i < n; ++i)
            if ((i & step) == 0) use(i, i + step);
}

template <int N, bool Merge>
struct Network {
    static constexpr void each(auto&& use) {
        if constexpr (Merge)
            each_of_merge(N, use);
        else
            each_of_sort(N, use);
    }
    static constexpr std::size_t size = [] {
        std::size_t count = 0;
        each([&](int, int) { ++count; });
        return count;
    }();
    static constexpr std::array<Comparator, size> steps = [] {
        std::array<Comparator, size> list{};
        std::size_t count = 0;
        each([&](int low, int high) { list[count++] = {low, high}; });
        return list;
    }();
};

template <class V>
ISCCKIT_INLINE V smaller(V a, V b) {
    return a < b ? a : b;
}
template <class V>
ISCCKIT_INLINE V larger(V a, V b) {
    return a > b ? a : b;
}

// A fold writes out every comparator, so that the compiler can keep the values in registers.
template <class Steps, class V, std::size_t... I>
ISCCKIT_INLINE void apply(V* v, std::index_sequence<I...>) {
    const auto order = [](V& a, V& b) __attribute__((always_inline)) {
        const V low = smaller(a, b);
        b = larger(a, b);
        a = low;
    };
    (order(v[Steps::steps[I].low], v[Steps::steps[I].high]), ...);
}
template <class Steps, class V>
ISCCKIT_INLINE void apply(V* v) {
    apply<Steps>(v, std::make_index_sequence<Steps::size>{});
}

// Four sorted lanes of 16 become two sorted runs of 32: of two neighbouring lanes, the even lane
// gets the 16 smaller values and the odd lane the others.
ISCCKIT_INLINE void join_lanes(Vec<double, 4>* v) {
    using V = Vec<double, 4>;
    constexpr Vec<long long, 4> odd{0, -1, 0, -1};
    V joined[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) {
        const V other = permuted<1, 0, 3, 2>(v[15 - i]);
        joined[i] = odd ? larger(v[i], other) : smaller(v[i], other);
    }
    apply<Network<16, true>>(joined);
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) v[i] = joined[i];
}

}  // namespace median

// The mean of the two middle values of 64, none of them NaN. Lanes: 2 or 4.
template <int Lanes>
ISCCKIT_INLINE double median64(const double* values) {
    using namespace median;
    using V = Vec<double, Lanes>;
    constexpr int n = 64 / Lanes;
    V v[n];
    std::memcpy(v, values, sizeof(v));
    apply<Network<n, false>>(v);
    if constexpr (Lanes == 4) join_lanes(v);

    // Two sorted halves of 32, one read upwards and one downwards: the smaller value of each pair
    // belongs to the lower half of all.
    const auto opposite = [&](int i) __attribute__((always_inline)) {
        if constexpr (Lanes == 4)
            return permuted<3, 2, 1, 0>(v[n - 1 - i]);
        else
            return permuted<1, 0>(v[n - 1 - i]);
    };
    V below = smaller(v[0], opposite(0)), above = larger(v[0], opposite(0));
#pragma GCC unroll 32
    for (int i = 1; i < n; ++i) {
        below = larger(below, smaller(v[i], opposite(i)));
        above = smaller(above, larger(v[i], opposite(i)));
    }
    double low = below[0], high = above[0];
    for (int lane = 1; lane < Lanes; ++lane) {
        low = std::max(low, static_cast<double>(below[lane]));
        high = std::min(high, static_cast<double>(above[lane]));
    }
    return (low + high) / 2;
}

}  // namespace iscckit
