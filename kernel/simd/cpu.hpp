// What the processor can do, and which version of a kernel that means.
//
// Kernels are written once as templates over the number of 32-bit lanes, with the compiler's
// vector extensions, and are instantiated inside functions that carry a target attribute:
//
//     template <int Lanes> ISCCKIT_INLINE void scan(...) { ... }
//     inline void scan_baseline(...) { scan<4>(...); }
//     ISCCKIT_AVX2 inline void scan_avx2(...) { scan<8>(...); }
//     ISCCKIT_AVX512 inline void scan_avx512(...) { scan<16>(...); }
//
// So every width has the same source and can be checked on any machine: the compiler lowers
// vectors that are wider than the processor's. Only this file asks the processor.
#pragma once

#include <stdexcept>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define ISCCKIT_X86 1
#define ISCCKIT_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))
#define ISCCKIT_AVX512 \
    __attribute__((    \
        target("avx512f,avx512bw,avx512vl,avx512dq,avx512cd,avx2,bmi,bmi2,popcnt,lzcnt")))
#else
#define ISCCKIT_X86 0
#define ISCCKIT_AVX2
#define ISCCKIT_AVX512
#endif

#if !defined(__GNUC__) && !defined(__clang__)
#error "the kernel uses GNU vector extensions: build with GCC or Clang (clang-cl on Windows)"
#endif
#define ISCCKIT_INLINE __attribute__((always_inline)) inline

namespace iscckit {

// The values are part of the binding: 0 asks for the best, the others demand one. `wide` is for
// tests: the 16-lane version compiled for the baseline, so that any machine can check it. A kernel
// without such a version runs its baseline version instead.
enum class Level : int { best = 0, baseline = 1, avx2 = 2, avx512 = 3, wide = 4 };

// True where this processor and its operating system can run `level`.
inline bool can_run(Level level) {
    switch (level) {
        case Level::best:
        case Level::baseline:
        case Level::wide: return true;
#if ISCCKIT_X86
        case Level::avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
        case Level::avx512:
            return can_run(Level::avx2) && __builtin_cpu_supports("avx512f") &&
                   __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                   __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd");
#endif
        default: return false;
    }
}

// True where byte permutes of 64 bytes may be used at the level avx512.
inline bool has_vbmi() {
#if ISCCKIT_X86
    return can_run(Level::avx512) && __builtin_cpu_supports("avx512vbmi");
#else
    return false;
#endif
}

// Turns `best` into a concrete level. Demanding what the processor lacks is an error, never a
// silent fallback, so that a test knows what it has tested.
inline Level resolve(Level wanted) {
    static const Level best = can_run(Level::avx512) ? Level::avx512
                              : can_run(Level::avx2) ? Level::avx2
                                                     : Level::baseline;
    if (wanted == Level::best) return best;
    if (!can_run(wanted))
        throw std::invalid_argument("this processor cannot run the demanded level");
    return wanted;
}

}  // namespace iscckit
