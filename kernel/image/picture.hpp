// A decoded picture in the memory of Pillow. Orientation, white background and crop are applied
// while the pixels are read, without a copy.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "simd/cpu.hpp"
#include "simd/vec.hpp"

namespace iscckit {

// Channels of 8 bits, interleaved. Pillow stores RGB as RGBX; the fourth byte is ignored.
enum class PixelMode : int { grey = 0, grey_alpha = 1, rgb = 2, rgba = 3, rgbx = 4 };

// A rectangle of stored pixels; right and bottom are exclusive.
struct Box {
    std::size_t left, top, right, bottom;

    std::size_t width() const { return right - left; }
    std::size_t height() const { return bottom - top; }
    bool empty() const { return left >= right || top >= bottom; }
    bool operator==(const Box&) const = default;
};

// The orientation of EXIF for the stored axes. Reversing the flipped axes and then, if `swapped`,
// exchanging the axes makes the picture upright.
struct Orientation {
    bool swapped, flip_x, flip_y;

    // Requires: 1 <= exif <= 8.
    static Orientation of(int exif) {
        const bool swapped = exif >= 5;
        const bool upside_down = exif == 3 || exif == 4 || exif == 7 || exif == 8;
        const bool mirrored = exif == 2 || exif == 3 || exif == 6 || exif == 7;
        return {swapped, swapped ? upside_down : mirrored, swapped ? mirrored : upside_down};
    }
};

// Requires: width and height at least 1, and `data` holds width * height pixels of `mode`.
struct Picture {
    const std::uint8_t* data;
    std::size_t width, height;
    PixelMode mode;
    Orientation orientation;

    Box whole() const { return {0, 0, width, height}; }
    bool is_grey() const { return mode == PixelMode::grey || mode == PixelMode::grey_alpha; }
    std::size_t bytes_per_pixel() const {
        constexpr std::size_t sizes[] = {1, 2, 3, 4, 4};
        return sizes[static_cast<int>(mode)];
    }
    const std::uint8_t* at(std::size_t x, std::size_t y) const {
        return data + (y * width + x) * bytes_per_pixel();
    }

    // The box as seen in the upright picture.
    Box upright(Box box) const {
        if (orientation.flip_x) box = {width - box.right, box.top, width - box.left, box.bottom};
        if (orientation.flip_y) box = {box.left, height - box.bottom, box.right, height - box.top};
        return orientation.swapped ? Box{box.top, box.left, box.bottom, box.right} : box;
    }
};

// One channel on white, rounded as Pillow rounds.
ISCCKIT_INLINE std::uint32_t on_white(std::uint32_t value, std::uint32_t alpha) {
    const std::uint32_t scaled = value * alpha + 255 * (255 - alpha) + 128;
    return ((scaled >> 8) + scaled) >> 8;
}

// Luma as Pillow's convert("L"), of one pixel or of several in the lanes of a vector.
template <class V>
ISCCKIT_INLINE V luma(V red, V green, V blue) {
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
}

namespace picture {

// The colour of one pixel on white. A grey pixel has its value in the first channel.
inline std::array<std::uint8_t, 3> color_of(const Picture& p, std::size_t x, std::size_t y) {
    const std::uint8_t* pixel = p.at(x, y);
    const auto blend = [&](int channel, int alpha) {
        return static_cast<std::uint8_t>(on_white(pixel[channel], pixel[alpha]));
    };
    switch (p.mode) {
        case PixelMode::grey: return {pixel[0], 0, 0};
        case PixelMode::grey_alpha: return {blend(0, 1), 0, 0};
        case PixelMode::rgba: return {blend(0, 3), blend(1, 3), blend(2, 3)};
        default: return {pixel[0], pixel[1], pixel[2]};
    }
}

// Pixels of 32 bits, red lowest, on white, one or several in the lanes of a vector: red and blue
// share a multiplication, as each product and sum fits 16 bits. The highest byte becomes 0.
template <class V>
ISCCKIT_INLINE V on_white(V pixels) {
    const V alpha = pixels >> 24;
    const V white = 255 * 255 + 128 - 255 * alpha;
    const V red_blue = (pixels & 0x00FF00FF) * alpha + white * 0x00010001;
    const V green = (pixels >> 8 & 0xFF) * alpha + white;
    return (((red_blue >> 8 & 0x00FF00FF) + red_blue) >> 8 & 0x00FF00FF) |
           ((((green >> 8) + green) >> 8) << 8);
}

// Eight RGB pixels as 32-bit lanes. Reads 28 bytes.
ISCCKIT_INLINE Vec<std::uint32_t, 8> spread(const std::uint8_t* rgb) {
    Vec<std::uint8_t, 16> low, high;
    std::memcpy(&low, rgb, 16);
    std::memcpy(&high, rgb + 12, 16);
    const auto both = shuffled<0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                               20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31>(low, high);
    const auto lanes = permuted<0, 1, 2, 15, 3, 4, 5, 15, 6, 7, 8, 15, 9, 10, 11, 15, 16, 17, 18,
                                31, 19, 20, 21, 31, 22, 23, 24, 31, 25, 26, 27, 31>(both);
    return (Vec<std::uint32_t, 8>)lanes;
}

// Writes grey values of as many pixels as whole vectors of eight cover, and returns their number.
ISCCKIT_INLINE std::size_t grey_vectors(PixelMode mode, const std::uint8_t* in, std::size_t n,
                                        std::int16_t* out) {
    std::size_t i = 0;
    const std::size_t reads = mode == PixelMode::rgb ? 10 : 8;  // pixels that a step may touch
    for (; i + reads <= n; i += 8) {
        Vec<std::uint32_t, 8> pixels;
        if (mode == PixelMode::rgb)
            pixels = spread(in + 3 * i);
        else
            std::memcpy(&pixels, in + 4 * i, sizeof(pixels));
        if (mode == PixelMode::rgba) pixels = on_white(pixels);
        const auto grey = luma(pixels & 0xFF, pixels >> 8 & 0xFF, pixels >> 16 & 0xFF);
        const auto narrow = __builtin_convertvector(grey, Vec<std::int16_t, 8>);
        std::memcpy(out + i, &narrow, sizeof(narrow));
    }
    return i;
}

// Writes the grey values of pixels left..right of one row. Vectors of eight are faster where the
// processor can shuffle bytes freely; elsewhere the loops of the compiler are.
template <int Lanes>
ISCCKIT_INLINE void grey_row(const Picture& p, std::size_t y, std::size_t left, std::size_t right,
                             std::int16_t* out) {
    const std::uint8_t* in = p.at(left, y);
    const std::size_t n = right - left;
    std::size_t i = 0;
    if constexpr (Lanes >= 8) {
        if (p.mode == PixelMode::rgb) i = grey_vectors(PixelMode::rgb, in, n, out);
        if (p.mode == PixelMode::rgbx) i = grey_vectors(PixelMode::rgbx, in, n, out);
        if (p.mode == PixelMode::rgba) i = grey_vectors(PixelMode::rgba, in, n, out);
    }
    const auto blend = [&](std::size_t at, std::size_t alpha) {
        return iscckit::on_white(std::uint32_t{in[at]}, std::uint32_t{in[alpha]});
    };
    switch (p.mode) {
        case PixelMode::grey:
            for (; i < n; ++i) out[i] = in[i];
            break;
        case PixelMode::grey_alpha:
            for (; i < n; ++i) out[i] = static_cast<std::int16_t>(blend(2 * i, 2 * i + 1));
            break;
        case PixelMode::rgb:
            for (; i < n; ++i)
                out[i] = static_cast<std::int16_t>(
                    luma<std::uint32_t>(in[3 * i], in[3 * i + 1], in[3 * i + 2]));
            break;
        case PixelMode::rgbx:
            for (; i < n; ++i)
                out[i] = static_cast<std::int16_t>(
                    luma<std::uint32_t>(in[4 * i], in[4 * i + 1], in[4 * i + 2]));
            break;
        case PixelMode::rgba:
            for (; i < n; ++i) {
                const std::size_t at = 4 * i;
                out[i] = static_cast<std::int16_t>(
                    luma(blend(at, at + 3), blend(at + 1, at + 3), blend(at + 2, at + 3)));
            }
    }
}

}  // namespace picture
}  // namespace iscckit
