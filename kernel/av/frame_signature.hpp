// The frame signature of MPEG-7 video (ISO/IEC 15938-3): 380 ternary values of a luma plane.
//
// All arithmetic is unsigned and wraps until the elements are read as signed numbers: the sums of
// frames of about a megapixel exceed 64 bits, and reference signatures contain the overflow.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "simd/cpu.hpp"
#include "tables/av.hpp"

namespace iscckit::framesig {

static_assert(std::endian::native == std::endian::little,
              "add_rows pairs bytes as little-endian words");

inline constexpr std::size_t grid = 32;
inline constexpr std::uint64_t scale = 476985600;  // divisible by every number of cells that occurs
inline constexpr std::uint64_t large_scale = 65536;

// `first` is the upper left pixel. `stride` is the distance in bytes from a row to the row below.
struct Plane {
    const std::uint8_t* first;
    std::size_t width, height;
    std::ptrdiff_t stride;

    const std::uint8_t* row(std::size_t r) const {
        return first + static_cast<std::ptrdiff_t>(r) * stride;
    }
};

// Cells, or values made from them, by row and column.
using Cells = std::array<std::array<std::uint64_t, grid>, grid>;
using Signature = std::array<std::uint8_t, 380>;

// First row or column of cell `i` of a side of `length` pixels.
constexpr std::size_t start_of(std::size_t i, std::size_t length) {
    return (i * length + grid - 1) / grid;
}

template <int Lanes>
using Pairs __attribute__((vector_size(4 * Lanes))) = std::uint16_t;

// sums[c] += pixel (r, c) for rows first <= r < last. 16 bits hold the sums of up to 257 rows. Even
// and odd columns are added as the halves of 16-bit words without unpacking.
template <int Lanes>
ISCCKIT_INLINE void add_rows(const Plane& plane, std::size_t first, std::size_t last,
                             std::uint32_t* sums) {
    using Words = Pairs<Lanes>;
    constexpr std::size_t bytes = sizeof(Words);
    std::size_t c = 0;
    for (; c + bytes <= plane.width; c += bytes) {
        Words even{}, odd{};
        for (std::size_t r = first; r < last; ++r) {
            Words pixels;
            std::memcpy(&pixels, plane.row(r) + c, bytes);
            even += pixels & 0xff;
            odd += pixels >> 8;
        }
        for (std::size_t i = 0; i < bytes / 2; ++i) {
            sums[c + 2 * i] += even[i];
            sums[c + 2 * i + 1] += odd[i];
        }
    }
    for (; c < plane.width; ++c)
        for (std::size_t r = first; r < last; ++r) sums[c] += plane.row(r)[c];
}

template <int Lanes>
ISCCKIT_INLINE void sum_cells(const Plane& plane, Cells& cells) {
    constexpr std::size_t most = 257;  // rows whose sum fits 16 bits
    std::vector<std::uint32_t> sums(plane.width);
    for (std::size_t i = 0; i < grid; ++i) {
        std::array<std::uint64_t, grid>& cell = cells[i];
        cell.fill(0);
        const std::size_t end = start_of(i + 1, plane.height);
        for (std::size_t r = start_of(i, plane.height); r < end; r += most) {
            std::fill(sums.begin(), sums.end(), 0);
            add_rows<Lanes>(plane, r, std::min(r + most, end), sums.data());
            for (std::size_t j = 0; j < grid; ++j) {
                const std::size_t stop = start_of(j + 1, plane.width);
                std::uint32_t total = 0;  // of less than 2^16 columns of less than 2^16
                for (std::size_t c = start_of(j, plane.width); c < stop; ++c) total += sums[c];
                cell[j] += total;
            }
        }
    }
}

struct SumCells : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static void run(auto at, const Plane& plane, Cells& cells) {
        sum_cells<at.lanes>(plane, cells);
    }
};

// The weights that make cells along one side comparable: a cell has `low` or `high` pixels, and its
// weight is the other number.
struct Side {
    std::uint64_t low, high;
    std::array<std::uint64_t, grid> weight;

    explicit Side(std::size_t length) : low(length / grid), high(length % grid ? low + 1 : 1) {
        for (std::size_t i = 0; i < grid; ++i)
            weight[i] =
                high == 1 ? 1 : low + high - (start_of(i + 1, length) - start_of(i, length));
    }
};

// Weighs the cells in place and returns the value that a plane of medium grey would give.
inline std::uint64_t weigh(Cells& cells, std::size_t width, std::size_t height) {
    const Side rows(height), columns(width);
    const std::uint64_t area = rows.low * rows.high * columns.low * columns.high;
    const std::uint64_t across = width / grid, down = height / grid;
    constexpr std::uint64_t limit = (std::uint64_t{1} << 63) - 1;
    const bool large = across * (across + 1) * (down * height / grid + 1) > limit / (scale * 255);
    for (std::size_t i = 0; i < grid; ++i)
        for (std::size_t j = 0; j < grid; ++j) {
            const std::uint64_t value = cells[i][j] * rows.weight[i] * columns.weight[j];
            cells[i][j] = large ? value * large_scale / area : value * scale;
        }
    return 128 * (large ? large_scale : scale * area);
}

// sums[y][x] is the sum of all cells above row y and left of column x.
using Sums = std::array<std::array<std::uint64_t, grid + 1>, grid + 1>;

inline Sums integrate(const Cells& cells) {
    Sums sums{};
    for (std::size_t y = 0; y < grid; ++y) {
        std::uint64_t row = 0;
        for (std::size_t x = 0; x < grid; ++x) {
            row += cells[y][x];
            sums[y + 1][x + 1] = sums[y][x + 1] + row;
        }
    }
    return sums;
}

// The mean over the cells of `count` rectangles.
inline std::uint64_t mean(const Sums& sums, const tables::Rectangle* rectangles,
                          std::size_t count) {
    std::uint64_t sum = 0, cells = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& r = rectangles[i];
        sum += sums[r.y1 + 1][r.x1 + 1] - sums[r.y1 + 1][r.x0] - sums[r.y0][r.x1 + 1] +
               sums[r.y0][r.x0];
        cells += (r.x1 + 1u - r.x0) * (r.y1 + 1u - r.y0);
    }
    return sum / cells;
}

// Requires: width and height of at least 32.
inline Signature signature(const Plane& plane, Target target) {
    Cells cells;
    dispatch<SumCells>(target, plane, cells);
    const std::uint64_t middle = weigh(cells, plane.width, plane.height);
    const Sums sums = integrate(cells);

    Signature out;
    std::size_t next = 0;
    const tables::Rectangle* rectangles = tables::framesig_rectangles;
    std::array<std::int64_t, 380> values, sizes;
    for (const auto& category : tables::framesig_categories) {
        for (std::size_t i = 0; i < category.count; ++i) {
            const std::uint64_t left = mean(sums, rectangles, category.left);
            const std::uint64_t right =
                category.right ? mean(sums, rectangles + category.left, category.right) : middle;
            rectangles += category.left + category.right;
            values[i] = static_cast<std::int64_t>(left - right);
            sizes[i] = static_cast<std::int64_t>(values[i] < 0 ? right - left : left - right);
        }
        const auto nth = sizes.begin() + static_cast<std::ptrdiff_t>(category.threshold_index);
        std::nth_element(sizes.begin(), nth,
                         sizes.begin() + static_cast<std::ptrdiff_t>(category.count));
        for (std::size_t i = 0; i < category.count; ++i)
            out[next++] = values[i] < -*nth ? 0 : values[i] <= *nth ? 1 : 2;
    }
    return out;
}

}  // namespace iscckit::framesig
