// N values of T side by side: GNU vector extensions, as a type that templates can name.
#pragma once

#include <cstddef>
#include <cstdint>
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

template <class V>
using Lane = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;
template <class V>
inline constexpr int lanes_in = sizeof(V) / sizeof(Lane<V>);

// Lane k of the result is lane Index[k] of the lanes of `a` followed by those of `b`.
template <int... Index, class V>
ISCCKIT_INLINE auto shuffled(V a, V b) {
#if __has_builtin(__builtin_shufflevector)
    return __builtin_shufflevector(a, b, Index...);
#else
    // GCC 11 shuffles only to the same width.
    if constexpr (sizeof...(Index) == lanes_in<V>) {
        using Mask = decltype(a < b);
        return __builtin_shuffle(a, b, Mask{static_cast<Lane<Mask>>(Index)...});
    } else {
        Vec<Lane<V>, sizeof...(Index)> out{};
        int k = 0;
        ((out[k++] = Index < lanes_in<V> ? a[Index % lanes_in<V>] : b[Index % lanes_in<V>]), ...);
        return out;
    }
#endif
}

// Lane k of the result is lane Index[k] of `v`.
template <int... Index, class V>
ISCCKIT_INLINE V permuted(V v) {
    return shuffled<Index...>(v, v);
}

namespace vec {

// Alternates lanes of `a` and `b`: in each part of N lanes, the lanes of the part's lower or upper
// half.
template <std::size_t N, bool Upper, class V, std::size_t... I>
ISCCKIT_INLINE V interleaved(V a, V b, std::index_sequence<I...>) {
    constexpr std::size_t from = Upper ? N / 2 : 0;
    return shuffled<static_cast<int>(I / N * N + from + I % N / 2 + I % 2 * sizeof...(I))...>(a, b);
}

}  // namespace vec

// Transposes N vectors. A vector has one or more parts of N lanes; in each part, lane i of v[k]
// becomes lane k of v[i]. Each round shuffles the vectors like a deck of cards, and log2(N) rounds
// exchange rows and columns.
template <int N, int Round = 1, class V>
ISCCKIT_INLINE void transpose(V* v) {
    if constexpr (Round < N) {
        constexpr std::make_index_sequence<lanes_in<V>> lanes{};
        V next[N];
#pragma GCC unroll 32
        for (int i = 0; i < N / 2; ++i) {
            next[2 * i] = vec::interleaved<N, false>(v[i], v[i + N / 2], lanes);
            next[2 * i + 1] = vec::interleaved<N, true>(v[i], v[i + N / 2], lanes);
        }
#pragma GCC unroll 32
        for (int i = 0; i < N; ++i) v[i] = next[i];
        transpose<N, 2 * Round>(v);
    }
}

}  // namespace iscckit
