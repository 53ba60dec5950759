// The digest of the Image-Code: which low frequencies of a 32 x 32 grey picture exceed the median
// of their 8 x 8 block. ISO 24138:2024, Content-Code Image.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "image/dct.hpp"
#include "image/median.hpp"
#include "simd/cpu.hpp"
#include "simd/vec.hpp"

namespace iscckit {

inline constexpr int picture_side = 32;
inline constexpr int block_side = 8;

using ImageDigest = std::array<std::uint8_t, 32>;

// Upper-left corners of the four blocks, in the order of their bits. iscc-core up to 1.4.0 used the
// `shifted` windows, which overlap in all but one row or column. They reproduce the examples that
// were published then. The first block is the same.
enum class BlockRule : int { quadrants = 0, shifted = 1 };

struct Corner {
    int row, column;
};
inline constexpr Corner block_corners[2][4] = {
    {{0, 0}, {0, 8}, {8, 0}, {8, 8}},
    {{0, 0}, {0, 1}, {1, 0}, {1, 1}},
};

namespace imagehash {

inline constexpr int kept = 16;  // coefficients of each axis that the blocks use

// Writes the first Kept x Kept coefficients into rows of `kept` values. D transforms run side by
// side: first D rows of the picture, then D columns of the transformed rows.
template <int D, int Kept>
ISCCKIT_INLINE void spectrum(const std::uint8_t* pixels, double (*out)[kept]) {
    using V = Vec<double, D>;
    alignas(64) std::int32_t columns[picture_side][picture_side];
    alignas(64) double rows[picture_side][kept];
    V in[picture_side], coefficients[Kept];
    Vec<std::uint8_t, picture_side> turned[picture_side];
    std::memcpy(turned, pixels, sizeof(turned));
    transpose<picture_side>(turned);
    for (int column = 0; column < picture_side; ++column)
        for (int row = 0; row < picture_side; ++row) columns[column][row] = turned[column][row];

    for (int top = 0; top < picture_side; top += D) {
        for (int column = 0; column < picture_side; ++column) {
            Vec<std::int32_t, D> values;
            std::memcpy(&values, &columns[column][top], sizeof(values));
            in[column] = __builtin_convertvector(values, V);
        }
        dct<picture_side, Kept>(in, coefficients);
        for (int left = 0; left < Kept; left += D) {
            transpose<D>(coefficients + left);
            for (int lane = 0; lane < D; ++lane)
                std::memcpy(&rows[top + lane][left], &coefficients[left + lane], sizeof(V));
        }
    }

    for (int left = 0; left < Kept; left += D) {
        for (int row = 0; row < picture_side; ++row)
            std::memcpy(&in[row], &rows[row][left], sizeof(V));
        dct<picture_side, Kept>(in, coefficients);
        for (int k = 0; k < Kept; ++k) std::memcpy(&out[k][left], &coefficients[k], sizeof(V));
    }
}

// One bit for each of eight values: whether it is above the median. The first bit is the highest.
ISCCKIT_INLINE std::uint8_t above(const double* values, double middle) {
    using V = Vec<double, 4>;
    using Bits = Vec<long long, 4>;
    V left, right;
    std::memcpy(&left, values, sizeof(V));
    std::memcpy(&right, values + 4, sizeof(V));
    const Bits bits =
        ((left > middle) & Bits{128, 64, 32, 16}) | ((right > middle) & Bits{8, 4, 2, 1});
    return static_cast<std::uint8_t>(bits[0] | bits[1] | bits[2] | bits[3]);
}

template <int Lanes>
ISCCKIT_INLINE ImageDigest digest(const std::uint8_t* pixels, int blocks, BlockRule rule) {
    alignas(64) double frequencies[kept][kept];
    if (blocks == 1)
        spectrum<Lanes / 2, block_side>(pixels, frequencies);
    else
        spectrum<Lanes / 2, kept>(pixels, frequencies);

    ImageDigest out{};
    alignas(64) double block[block_side * block_side];
    for (int b = 0; b < blocks; ++b) {
        const Corner corner = block_corners[static_cast<int>(rule)][b];
        for (int row = 0; row < block_side; ++row)
            std::memcpy(block + row * block_side, &frequencies[corner.row + row][corner.column],
                        block_side * sizeof(double));
        const double middle = median64<Lanes == 4 ? 2 : 4>(block);
        for (int row = 0; row < block_side; ++row)
            out[b * block_side + row] = above(block + row * block_side, middle);
    }
    return out;
}

}  // namespace imagehash

struct DigestPixels : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static ImageDigest run(auto at, const std::uint8_t* pixels, int blocks,
                                          BlockRule rule) {
        return imagehash::digest<at.lanes>(pixels, blocks, rule);
    }
};

// Requires: 1024 pixels, row by row, and 1 to 4 blocks of 64 bits. Bytes beyond them are zero.
inline ImageDigest image_digest(const std::uint8_t* pixels, int blocks, BlockRule rule,
                                Target target) {
    return dispatch<DigestPixels>(target, pixels, blocks, rule);
}

}  // namespace iscckit
