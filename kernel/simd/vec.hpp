// N values of T side by side: GNU vector extensions, as a type that templates can name.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "simd/cpu.hpp"

namespace iscckit {

template <class T, int N>
struct VecOf {
    typedef T type __attribute__((vector_size(N * sizeof(T))));
};
template <class T, int N>
using Vec = typename VecOf<T, N>::type;

// Lane k of the result is lane Index[k] of `a`, behind which stands `b`. GCC can shuffle vectors
// to another width from version 12 on; older ones must go lane by lane.
template <int... Index, class V>
ISCCKIT_INLINE auto shuffled(V a, V b) {
#if __has_builtin(__builtin_shufflevector)
    return __builtin_shufflevector(a, b, Index...);
#else
    using T = std::remove_cvref_t<decltype(a[0])>;
    constexpr int lanes = sizeof(V) / sizeof(T);
    Vec<T, sizeof...(Index)> out{};
    int k = 0;
    ((out[k++] = Index < lanes ? a[Index % lanes] : b[Index % lanes]), ...);
    return out;
#endif
}

// Lane k of the result is lane Index[k] of `v`.
template <int... Index, class V>
ISCCKIT_INLINE V permuted(V v) {
    return shuffled<Index...>(v, v);
}

namespace vec {

template <std::size_t N, class V, std::size_t... I>
ISCCKIT_INLINE void interleave(V a, V b, V& low, V& high, std::index_sequence<I...>) {
    low = shuffled<static_cast<int>(I / 2 + I % 2 * N)...>(a, b);
    high = shuffled<static_cast<int>(N / 2 + I / 2 + I % 2 * N)...>(a, b);
}

}  // namespace vec

// Turns N vectors of N lanes: afterwards lane i of v[k] is what lane k of v[i] was. Each round
// shuffles the vectors like a deck of cards; log2(N) rounds exchange rows and columns.
template <int N, class V>
ISCCKIT_INLINE void transpose(V* v) {
    V next[N];
    for (int round = 1; round < N; round *= 2) {
#pragma GCC unroll 32
        for (int i = 0; i < N / 2; ++i)
            vec::interleave<N>(v[i], v[i + N / 2], next[2 * i], next[2 * i + 1],
                               std::make_index_sequence<N>{});
#pragma GCC unroll 32
        for (int i = 0; i < N; ++i) v[i] = next[i];
    }
}

}  // namespace iscckit
