// N values of T side by side: GNU vector extensions, as a type that templates can name.
#pragma once

namespace iscckit {

template <class T, int N>
struct VecOf {
    typedef T type __attribute__((vector_size(N * sizeof(T))));
};
template <class T, int N>
using Vec = typename VecOf<T, N>::type;

}  // namespace iscckit
