// The positional population count under SimHash: how often each bit is set in rows of equal width.
// Carry-save adders take sixteen rows at a time, so that the eight counters of a byte change once
// for sixteen rows. Compare Klarqvist, Mula, Lemire 2019, arXiv:1911.02696.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "simd/cpu.hpp"
#include "simd/vec.hpp"

namespace iscckit {

namespace bitcount {

// One step of a carry-save adder: afterwards `low` is the sum of the three modulo 2.
template <class V>
ISCCKIT_INLINE V add(V& low, V a, V b) {
    const V either = low ^ a;
    const V carry = (low & a) | (either & b);
    low = either ^ b;
    return carry;
}

// Adds sixteen vectors, which `next()` returns one by one, and returns their carry.
template <class V, class Next>
ISCCKIT_INLINE V add_sixteen(V& ones, V& twos, V& fours, V& eights, Next&& next) {
    V carry8[2];
    for (V& eight : carry8) {
        V carry4[2];
        for (V& four : carry4) {
            V carry2[2];
            for (V& two : carry2) {
                const V a = next();
                two = add(ones, a, next());
            }
            four = add(twos, carry2[0], carry2[1]);
        }
        eight = add(fours, carry4[0], carry4[1]);
    }
    return add(eights, carry8[0], carry8[1]);
}

// Sums of one bit over all bytes of a vector, for each of the 8 bits.
template <int Size>
struct Sums {
    std::uint32_t of[8][Size] = {};

    template <class Bytes>
    ISCCKIT_INLINE void add(const Bytes* counters, std::uint32_t weight) {
        for (int bit = 0; bit < 8; ++bit) {
            std::uint8_t bytes[Size];
            std::memcpy(bytes, &counters[bit], Size);
            for (int byte = 0; byte < Size; ++byte) of[bit][byte] += weight * bytes[byte];
        }
    }
    // Adds up sums that are `width` bytes apart. Requires: width divides Size, a power of two.
    ISCCKIT_INLINE void fold(std::size_t width) {
        for (std::size_t half = Size / 2; half >= width; half /= 2)
            for (int bit = 0; bit < 8; ++bit)
                for (std::size_t k = 0; k < half; ++k) of[bit][k] += of[bit][k + half];
    }
    ISCCKIT_INLINE void write(std::size_t width, std::uint64_t* out) const {
        for (std::size_t byte = 0; byte < width; ++byte)
            for (int bit = 0; bit < 8; ++bit) out[8 * byte + bit] += of[bit][byte];
    }
};

constexpr std::size_t at_once = std::size_t{1} << 24;  // vectors that 32-bit sums can take, folded

// Counts the bits of at most `at_once` vectors; `load(i)` gives the i-th.
template <int Lanes, class Load>
ISCCKIT_INLINE void count(std::size_t vectors, Sums<4 * Lanes>& sums, Load&& load) {
    using V = Vec<std::uint64_t, Lanes / 2>;
    using Bytes = Vec<std::uint8_t, 4 * Lanes>;
    constexpr std::uint64_t lowest = 0x0101010101010101u;
    const auto bit_of = [](V vector, int bit) __attribute__((always_inline)) {
        return (Bytes)((vector >> bit) & lowest);
    };
    V ones{}, twos{}, fours{}, eights{};
    Bytes counters[8] = {};

    std::size_t i = 0;
    while (i + 16 <= vectors) {
        for (int round = 0; round < 255 && i + 16 <= vectors; ++round, i += 16) {
            std::size_t at = i;
            const V sixteens =
                add_sixteen(ones, twos, fours, eights,
                            [&]() __attribute__((always_inline)) { return load(at++); });
            for (int bit = 0; bit < 8; ++bit) counters[bit] += bit_of(sixteens, bit);
        }
        sums.add(counters, 16);
        for (Bytes& counter : counters) counter = Bytes{};
    }

    // At most 15 single vectors and the rest in the adders: 15 + 1 + 2 + 4 + 8 fits a byte.
    for (; i < vectors; ++i) {
        const V rest = load(i);
        for (int bit = 0; bit < 8; ++bit) counters[bit] += bit_of(rest, bit);
    }
    for (int bit = 0; bit < 8; ++bit)
        counters[bit] += bit_of(ones, bit) + bit_of(twos, bit) * 2 + bit_of(fours, bit) * 4 +
                         bit_of(eights, bit) * 8;
    sums.add(counters, 1);
}

// Rows whose width divides the vector: the data is one stream of vectors.
template <int Lanes>
ISCCKIT_INLINE void packed(std::span<const std::uint8_t> rows, std::size_t width,
                           std::uint64_t* out) {
    constexpr std::size_t size = 4 * Lanes;
    using V = Vec<std::uint64_t, Lanes / 2>;
    for (std::size_t from = 0; from < rows.size(); from += at_once * size) {
        const auto part = rows.subspan(from, std::min(at_once * size, rows.size() - from));
        const std::size_t whole = part.size() / size, rest = part.size() % size;
        Sums<size> sums;
        count<Lanes>(whole + (rest != 0), sums, [&](std::size_t i) __attribute__((always_inline)) {
            V vector{};
            if (i < whole)
                std::memcpy(&vector, part.data() + i * size, size);
            else
                std::memcpy(&vector, part.data() + i * size, rest);
            return vector;
        });
        sums.fold(width);
        sums.write(width, out);
    }
}

// Rows of any width: stripes as wide as a vector, the last one padded with zeros.
template <int Lanes>
ISCCKIT_INLINE void striped(std::span<const std::uint8_t> rows, std::size_t width,
                            std::uint64_t* out) {
    constexpr std::size_t size = 4 * Lanes;
    using V = Vec<std::uint64_t, Lanes / 2>;
    const std::size_t n = rows.size() / width;
    for (std::size_t left = 0; left < width; left += size) {
        const std::size_t used = std::min(size, width - left);
        for (std::size_t from = 0; from < n; from += at_once) {
            Sums<size> sums;
            count<Lanes>(std::min(at_once, n - from), sums,
                         [&](std::size_t i) __attribute__((always_inline)) {
                             V vector{};
                             const std::uint8_t* row = rows.data() + (from + i) * width + left;
                             if (used == size)  // the compiler knows this size: one load
                                 std::memcpy(&vector, row, size);
                             else
                                 std::memcpy(&vector, row, used);
                             return vector;
                         });
            sums.write(used, out + 8 * left);
        }
    }
}

template <int Lanes>
ISCCKIT_INLINE void rows(std::span<const std::uint8_t> data, std::size_t width,
                         std::uint64_t* out) {
    if ((4 * Lanes) % width == 0)
        packed<Lanes>(data, width, out);
    else
        striped<Lanes>(data, width, out);
}

// Few rows: the bits of a byte are spread over the eight bytes of a word. Requires: below 256 rows.
inline void rows_few(std::span<const std::uint8_t> data, std::size_t width, std::uint64_t* out) {
    constexpr std::uint64_t each = 0x0101010101010101, diagonal = 0x8040201008040201;
    for (std::size_t byte = 0; byte < width; ++byte) {
        std::uint64_t counts = 0;
        for (std::size_t at = byte; at < data.size(); at += width)
            counts += (((data[at] * each & diagonal) + 0x7F * each) >> 7) & each;
        for (unsigned bit = 0; bit < 8; ++bit) out[8 * byte + bit] += (counts >> (8 * bit)) & 0xFF;
    }
}

constexpr std::size_t few = 256;  // bytes below which the adders cost more than they save

}  // namespace bitcount

struct CountBits : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static void run(auto at, std::span<const std::uint8_t> rows, std::size_t width,
                                   std::uint64_t* out) {
        bitcount::rows<at.lanes>(rows, width, out);
    }
};

// Adds the set bits of `rows` to `out`: bit b (0 is the lowest) of byte k is out[8 * k + b].
// Requires: width > 0, whole rows.
inline void count_bits(std::span<const std::uint8_t> rows, std::size_t width, std::uint64_t* out,
                       Target target) {
    if (!target.demanded() && rows.size() < bitcount::few)
        bitcount::rows_few(rows, width, out);
    else
        dispatch<CountBits>(target, rows, width, out);
}

}  // namespace iscckit
