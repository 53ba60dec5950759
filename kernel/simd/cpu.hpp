// Instruction sets, levels, and the choice among the versions of a kernel.
//
// A level names the instruction sets that code needs. A kernel is a struct that lists the levels
// for which it has a version, the best first, and has a function `run`:
//
//     template <int Lanes> ISCCKIT_INLINE void add_all(...) { ... }
//
//     struct AddFeatures : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
//         ISCCKIT_INLINE static void run(auto at, ...) { add_all<at.lanes>(...); }
//     };
//
//     dispatch<AddFeatures>(target, ...);
//
// `dispatch` instantiates `run` inside a function that carries the target attribute of the level.
// All widths share one source, and every machine can check all of them: the compiler splits
// vectors that are wider than the processor's. Where a level needs intrinsics, its version is an
// overload run(At<Level::avx2>, ...) with the attribute.
//
// Only this file asks the processor what it can run.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define ISCCKIT_X86 1
#define ISCCKIT_SETS_AVX2 "avx2,bmi,bmi2,popcnt,lzcnt"
#define ISCCKIT_SETS_AVX512 ISCCKIT_SETS_AVX2 ",avx512f,avx512bw,avx512vl,avx512dq,avx512cd"
#define ISCCKIT_AVX2 __attribute__((target(ISCCKIT_SETS_AVX2)))
#define ISCCKIT_AVX512 __attribute__((target(ISCCKIT_SETS_AVX512)))
#define ISCCKIT_AVX512_VBMI __attribute__((target(ISCCKIT_SETS_AVX512 ",avx512vbmi")))
#define ISCCKIT_AVX512_VPOPCNT __attribute__((target(ISCCKIT_SETS_AVX512 ",avx512vpopcntdq")))
#else
#define ISCCKIT_X86 0
#endif

#if !defined(__GNUC__) && !defined(__clang__)
#error "the kernel uses GNU vector extensions: build with GCC or Clang (clang-cl on Windows)"
#endif
#define ISCCKIT_INLINE __attribute__((always_inline)) inline

namespace iscckit {

// The values are part of the binding. `best` stands for all that the processor has. `wide` is for
// tests: the 16-lane version compiled for the baseline, which every machine can run.
enum class Level : int {
    best = 0,
    baseline = 1,
    avx2 = 2,
    avx512 = 3,  // F, BW, VL, DQ and CD
    wide = 4,
    avx512_vbmi = 5,     // avx512, and byte permutes of 64 bytes
    avx512_vpopcnt = 6,  // avx512, and bit counts of eight 64-bit words
};

inline constexpr Level all_levels[] = {Level::baseline, Level::avx2,        Level::avx512,
                                       Level::wide,     Level::avx512_vbmi, Level::avx512_vpopcnt};

// Groups of instruction sets, one bit each.
namespace sets {
enum : unsigned { none = 0, avx2 = 1, avx512 = 2, vbmi = 4, vpopcnt = 8, sixteen_lanes = 16 };
}

// The instruction sets that a version of this level requires.
constexpr unsigned required_sets(Level level) {
    switch (level) {
        case Level::best:
        case Level::baseline: return sets::none;
        case Level::avx2: return sets::avx2;
        case Level::avx512: return sets::avx2 | sets::avx512;
        case Level::wide: return sets::sixteen_lanes;
        case Level::avx512_vbmi: return sets::avx2 | sets::avx512 | sets::vbmi;
        case Level::avx512_vpopcnt: return sets::avx2 | sets::avx512 | sets::vpopcnt;
    }
    return ~0u;  // not a level
}

// The instruction sets of this processor that the operating system supports.
inline unsigned processor_sets() {
    static const unsigned found = [] {
        unsigned found = sets::none;
#if ISCCKIT_X86
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) found |= sets::avx2;
        if (found != 0 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512cd"))
            found |= sets::avx512;
        if (__builtin_cpu_supports("avx512vbmi")) found |= sets::vbmi;
        if (__builtin_cpu_supports("avx512vpopcntdq")) found |= sets::vpopcnt;
#endif
        return found;
    }();
    return found;
}

// Whether this machine can run code of `level`. The bit of `wide` needs no instruction set.
inline bool can_run(Level level) {
    return (required_sets(level) & ~(processor_sets() | sets::sixteen_lanes)) == 0;
}

// The level with the widest vectors that this machine has registers for.
inline Level widest_level() {
    return can_run(Level::avx512) ? Level::avx512
           : can_run(Level::avx2) ? Level::avx2
                                  : Level::baseline;
}

// The instruction sets that kernels may use. A Target is a promise that this machine has them.
class Target {
   public:
    // All sets of this processor: each kernel takes its best version.
    static Target best() { return Target(processor_sets(), false); }

    // Exactly the sets of `level`: each kernel takes the version that it would take on a processor
    // with these sets and no other. Throws std::invalid_argument where this processor lacks one.
    static Target of(Level level) {
        if (level == Level::best) return best();
        if (!can_run(level))
            throw std::invalid_argument("this processor cannot run level " +
                                        std::to_string(static_cast<int>(level)));
        return Target(required_sets(level), true);
    }

    bool includes(Level level) const { return (required_sets(level) & ~sets_) == 0; }

    // Whether a caller named the level. If not, the size of the input may decide as well.
    bool demanded() const { return demanded_; }

   private:
    Target(unsigned sets, bool demanded) : sets_(sets), demanded_(demanded) {}
    unsigned sets_;
    bool demanded_;
};

// Whether this build has versions of `level`.
constexpr bool is_compiled(Level level) {
    return ISCCKIT_X86 || level == Level::baseline || level == Level::wide;
}

constexpr int lanes_of(Level level) {
    return level == Level::baseline ? 4 : level == Level::avx2 ? 8 : 16;
}

// A level as a type.
template <Level level>
struct At {
    static constexpr int lanes = lanes_of(level);  // of 32 bits
    // Whether the processor counts the ones of a word in one instruction.
    static constexpr bool counts_ones =
        !ISCCKIT_X86 || (level != Level::baseline && level != Level::wide);
};

// The base of a kernel: the levels of its versions, the best first, the baseline last.
template <Level... own>
struct Versions {
    static constexpr bool has(Level level) { return is_compiled(level) && ((level == own) || ...); }
    static Level chosen(Target target) {
        for (const Level level : {own...})
            if (has(level) && target.includes(level)) return level;
        return Level::baseline;
    }
};

// The kernels that one function calls.
template <class... Kernels>
struct KernelList {
    // The levels that may be demanded of the function on this machine.
    static std::vector<Level> levels() {
        std::vector<Level> found;
        for (const Level level : all_levels)
            if (can_run(level) && has(level)) found.push_back(level);
        return found;
    }

    // The target of a demanded level. Throws std::invalid_argument where this processor cannot run
    // the level or where none of the kernels has a version of it: a test knows what it tested.
    static Target target(Level level) {
        const Target target = Target::of(level);
        if (target.demanded() && !has(level))
            throw std::invalid_argument("this function has no version of level " +
                                        std::to_string(static_cast<int>(level)));
        return target;
    }

   private:
    static constexpr bool has(Level level) { return (Kernels::has(level) || ...); }
};

namespace dispatching {

template <class Kernel, class... Args>
inline auto call(At<Level::baseline> at, Args&&... args) {
    return Kernel::run(at, static_cast<Args&&>(args)...);
}
template <class Kernel, class... Args>
inline auto call(At<Level::wide> at, Args&&... args) {
    return Kernel::run(at, static_cast<Args&&>(args)...);
}
#if ISCCKIT_X86
template <class Kernel, class... Args>
ISCCKIT_AVX2 inline auto call(At<Level::avx2> at, Args&&... args) {
    return Kernel::run(at, static_cast<Args&&>(args)...);
}
template <class Kernel, class... Args>
ISCCKIT_AVX512 inline auto call(At<Level::avx512> at, Args&&... args) {
    return Kernel::run(at, static_cast<Args&&>(args)...);
}
template <class Kernel, class... Args>
ISCCKIT_AVX512_VBMI inline auto call(At<Level::avx512_vbmi> at, Args&&... args) {
    return Kernel::run(at, static_cast<Args&&>(args)...);
}
template <class Kernel, class... Args>
ISCCKIT_AVX512_VPOPCNT inline auto call(At<Level::avx512_vpopcnt> at, Args&&... args) {
    return Kernel::run(at, static_cast<Args&&>(args)...);
}
#endif

template <class Kernel, Level first, Level... rest, class... Args>
ISCCKIT_INLINE auto pick(Versions<first, rest...>, Target target, Args&&... args) {
    if constexpr (sizeof...(rest) == 0) {
        static_assert(first == Level::baseline, "every machine must have a version");
        return call<Kernel>(At<first>{}, static_cast<Args&&>(args)...);
    } else {
        if constexpr (is_compiled(first))
            if (target.includes(first))
                return call<Kernel>(At<first>{}, static_cast<Args&&>(args)...);
        return pick<Kernel>(Versions<rest...>{}, target, static_cast<Args&&>(args)...);
    }
}

}  // namespace dispatching

// Calls Kernel::run(At<level>, args...) for the first level of the kernel that `target` includes.
template <class Kernel, class... Args>
ISCCKIT_INLINE auto dispatch(Target target, Args&&... args) {
    return dispatching::pick<Kernel>(Kernel{}, target, static_cast<Args&&>(args)...);
}

}  // namespace iscckit
