// The antialiased bicubic resize of Pillow 13 from a grey picture to 32 x 32, bit for bit: weights
// in 22-bit fixed point, 8 bits between the passes, and the order of the passes. Grey values are
// made row by row, and the grey plane is never stored.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/picture.hpp"
#include "simd/cpu.hpp"

namespace iscckit {

using GreyPicture = std::array<std::uint8_t, 1024>;  // 32 rows of 32

namespace resize {

inline constexpr int side = 32;
inline constexpr int precision = 22;               // fraction bits of a weight
inline constexpr std::size_t column_block = 2048;  // columns reduced at a time: accumulators fit L2

inline double bicubic(double x) {
    constexpr double a = -0.5;
    const double u = x < 0 ? -x : x;
    if (u < 1) return ((a + 2) * u - (a + 3)) * u * u + 1;
    if (u < 2) return (((u - 5) * u + 8) * u - 4) * a;
    return 0;
}

// The pixels of an axis that make each of the 32 results, and their weights.
struct Axis {
    // Pixels first..first + count, and the index of the first weight.
    struct Taps {
        std::size_t first, count, weights;
    };
    std::array<Taps, side> taps;
    std::vector<std::int32_t> weights;

    // `flipped` axes are stored in reverse. An axis of 32 pixels has one tap of weight 1 a result.
    Axis(std::size_t size, bool flipped) {
        for (int k = 0; k < side; ++k) {
            const std::size_t begin = weights.size();
            std::size_t low = static_cast<std::size_t>(k);
            if (size == side)
                weights.push_back(1 << precision);
            else
                low = add_weights(size, k);
            const std::size_t count = weights.size() - begin;
            if (flipped)
                std::reverse(weights.begin() + static_cast<std::ptrdiff_t>(begin), weights.end());
            taps[k] = {flipped ? size - low - count : low, count, begin};
        }
    }

    // The weight of `pixel` for result k; 0 beyond its taps.
    std::int32_t weight(int k, std::size_t pixel) const {
        const Taps& t = taps[k];
        return pixel - t.first < t.count ? weights[t.weights + pixel - t.first] : 0;
    }

   private:
    std::size_t add_weights(std::size_t size, int k) {
        const double scale = static_cast<double>(size) / side;
        const double factor = std::max(scale, 1.0);
        const double support = 2.0 * factor, inverse = 1.0 / factor;
        const double center = (k + 0.5) * scale;
        const auto low =
            static_cast<std::size_t>(std::max(std::trunc(center - support + 0.5), 0.0));
        const auto high = static_cast<std::size_t>(
            std::min(std::trunc(center + support + 0.5), static_cast<double>(size)));

        std::vector<double> exact;
        double total = 0;
        for (std::size_t t = low; t < high; ++t) {
            exact.push_back(bicubic((static_cast<double>(t) - center + 0.5) * inverse));
            total += exact.back();
        }
        for (double weight : exact) {
            if (total != 0) weight /= total;
            const double scaled = weight * (1 << precision);
            weights.push_back(static_cast<std::int32_t>(scaled + (weight < 0 ? -0.5 : 0.5)));
        }
        return low;
    }
};

ISCCKIT_INLINE std::uint8_t rounded(std::int32_t sum) {
    const std::int32_t value = (sum + (1 << (precision - 1))) >> precision;
    return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

// Sums of the second pass; [result along the stored columns][result along the stored rows].
using Sums = std::array<std::array<std::int32_t, side>, side>;

// Reduces along the stored rows first: each row becomes 32 values, which the second pass takes.
template <int Lanes>
ISCCKIT_INLINE void rows_first(const Picture& picture, const Box& box, const Axis& x_axis,
                               const Axis& y_axis, Sums& sums) {
    std::vector<std::int16_t> grey(box.width());
    std::array<std::int32_t, side> reduced;
    for (std::size_t y = 0; y < box.height(); ++y) {
        picture::grey_row<Lanes>(picture, box.top + y, box.left, box.right, grey.data());
        for (int k = 0; k < side; ++k) {
            const Axis::Taps& taps = x_axis.taps[k];
            const std::int32_t* weights = &x_axis.weights[taps.weights];
            const std::int16_t* values = &grey[taps.first];
            std::int32_t sum = 0;
            for (std::size_t t = 0; t < taps.count; ++t) sum += values[t] * weights[t];
            reduced[k] = rounded(sum);
        }
        for (int k = 0; k < side; ++k)
            if (const std::int32_t weight = y_axis.weight(k, y))
                for (int j = 0; j < side; ++j) sums[k][j] += weight * reduced[j];
    }
}

// Reduces along the stored columns first: each block of columns is summed into 32 rows, which the
// second pass takes.
template <int Lanes>
ISCCKIT_INLINE void columns_first(const Picture& picture, const Box& box, const Axis& x_axis,
                                  const Axis& y_axis, Sums& sums) {
    const std::size_t block = std::min(box.width(), column_block);
    std::vector<std::int16_t> grey(block);
    std::vector<std::int32_t> columns(side * block);
    for (std::size_t left = 0; left < box.width(); left += block) {
        const std::size_t n = std::min(block, box.width() - left);
        std::fill(columns.begin(), columns.end(), 0);
        for (std::size_t y = 0; y < box.height(); ++y) {
            picture::grey_row<Lanes>(picture, box.top + y, box.left + left, box.left + left + n,
                                     grey.data());
            for (int k = 0; k < side; ++k)
                if (const std::int32_t weight = y_axis.weight(k, y)) {
                    std::int32_t* sum = &columns[k * block];
                    for (std::size_t i = 0; i < n; ++i) sum[i] += weight * grey[i];
                }
        }
        for (std::int32_t& sum : columns) sum = rounded(sum);

        for (int j = 0; j < side; ++j) {
            const Axis::Taps& taps = x_axis.taps[j];
            const std::size_t begin = std::max(left, taps.first);
            const std::size_t end = std::min(left + n, taps.first + taps.count);
            for (int k = 0; k < side; ++k)
                for (std::size_t x = begin; x < end; ++x)
                    sums[k][j] += x_axis.weights[taps.weights + x - taps.first] *
                                  columns[k * block + x - left];
        }
    }
}

template <int Lanes>
ISCCKIT_INLINE GreyPicture reduce(const Picture& picture, const Box& box) {
    const Orientation& o = picture.orientation;
    const std::size_t width = o.swapped ? box.height() : box.width();
    const std::size_t height = o.swapped ? box.width() : box.height();
    // Tall pictures are reduced vertically first: the rule of Pillow 13, without unsigned wrap.
    const bool tall = height > side && height + side > 2 * width;

    const Axis x_axis(box.width(), o.flip_x), y_axis(box.height(), o.flip_y);
    Sums sums{};
    if (tall == o.swapped)
        rows_first<Lanes>(picture, box, x_axis, y_axis, sums);
    else
        columns_first<Lanes>(picture, box, x_axis, y_axis, sums);

    GreyPicture out;
    for (int k = 0; k < side; ++k)
        for (int j = 0; j < side; ++j)
            out[o.swapped ? j * side + k : k * side + j] = rounded(sums[k][j]);
    return out;
}

}  // namespace resize

struct Reduce : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static GreyPicture run(auto at, const Picture& picture, const Box& box) {
        return resize::reduce<at.lanes>(picture, box);
    }
};

// The 32 x 32 grey values of the upright picture inside `box`, which is in stored coordinates.
inline GreyPicture resized(const Picture& picture, const Box& box, Target target) {
    return dispatch<Reduce>(target, picture, box);
}

}  // namespace iscckit
