// DCT-II by Lee's even/odd recursion. Lee 1984, doi:10.1109/TASSP.1984.1164443.
//
// The order of operations is normative. In this order flat and symmetric pictures have coefficients
// of exactly zero; any other order leaves noise of 1e-13, and a bit of the Image-Code tells whether
// a coefficient exceeds the median. So the code divides by tabled divisors, without reciprocals and
// without contraction. Several transforms may run side by side in the lanes of a vector, because
// each lane computes exactly what a single number does.
#pragma once

#include <algorithm>

#include "simd/cpu.hpp"
#include "tables/constants.hpp"

namespace iscckit {

template <int N>
constexpr const double* dct_divisors() {
    static_assert(N == 2 || N == 4 || N == 8 || N == 16 || N == 32);
    if constexpr (N == 2) return constants::dct_divisors_2;
    if constexpr (N == 4) return constants::dct_divisors_4;
    if constexpr (N == 8) return constants::dct_divisors_8;
    if constexpr (N == 16) return constants::dct_divisors_16;
    return constants::dct_divisors_32;
}

// Writes the first `Need` of the N coefficients of `in`. V is double or a vector of doubles.
template <int N, int Need, class V>
ISCCKIT_INLINE void dct(const V* in, V* out) {
    static_assert(0 < Need && Need <= N);
    if constexpr (N == 1) {
        out[0] = in[0];
    } else {
        constexpr int half = N / 2;
        constexpr int need_even = (Need + 1) / 2;
        // A sum of neighbours needs one more.
        constexpr int need_odd = std::min(half, Need / 2 + 1);
        V sums[half], even[need_even];
#pragma GCC unroll 16
        for (int i = 0; i < half; ++i) sums[i] = in[i] + in[N - 1 - i];
        dct<half, need_even>(sums, even);
#pragma GCC unroll 16
        for (int i = 0; i < need_even; ++i) out[2 * i] = even[i];

        if constexpr (Need > 1) {
            V differences[half], odd[need_odd];
#pragma GCC unroll 16
            for (int i = 0; i < half; ++i)
                differences[i] = (in[i] - in[N - 1 - i]) / dct_divisors<N>()[i];
            dct<half, need_odd>(differences, odd);
#pragma GCC unroll 16
            for (int i = 0; i < Need / 2; ++i)
                out[2 * i + 1] = i + 1 < half ? odd[i] + odd[i + 1 < need_odd ? i + 1 : i] : odd[i];
        }
    }
}

// Requires: n is 1, 2, 4, 8, 16 or 32, and `in` and `out` hold n values.
inline void dct_of(const double* in, double* out, int n) {
    switch (n) {
        case 1: return dct<1, 1>(in, out);
        case 2: return dct<2, 2>(in, out);
        case 4: return dct<4, 4>(in, out);
        case 8: return dct<8, 8>(in, out);
        case 16: return dct<16, 16>(in, out);
        default: return dct<32, 32>(in, out);
    }
}

// Every row of an n x n matrix, then every column of the result. Requires n as above.
inline void dct2(const double* matrix, double* out, int n) {
    double column[32], transformed[32];
    for (int row = 0; row < n; ++row) dct_of(matrix + row * n, out + row * n, n);
    for (int k = 0; k < n; ++k) {
        for (int row = 0; row < n; ++row) column[row] = out[row * n + k];
        dct_of(column, transformed, n);
        for (int row = 0; row < n; ++row) out[row * n + k] = transformed[row];
    }
}

}  // namespace iscckit
