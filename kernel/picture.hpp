// A decoded picture as Pillow hands it over, read where it lies: upright without being turned, on
// white without a copy, cropped by index.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "cpu.hpp"

namespace iscckit {

// Channels of 8 bits, interleaved. RGBX is Pillow's own storage of RGB; its fourth byte is ignored.
enum class PixelMode : int { grey = 0, grey_alpha = 1, rgb = 2, rgba = 3, rgbx = 4 };

// A rectangle of stored pixels; right and bottom are exclusive.
struct Box {
    std::size_t left, top, right, bottom;

    std::size_t width() const { return right - left; }
    std::size_t height() const { return bottom - top; }
    bool empty() const { return left >= right || top >= bottom; }
    bool operator==(const Box&) const = default;
};

// What EXIF's orientation says about the stored axes: the upright picture is made by exchanging
// the axes, if `swapped`, after reversing those that are flipped.
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

// Luma as Pillow's convert("L").
ISCCKIT_INLINE std::uint32_t luma(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
}

namespace picture {

// The colour of one pixel on white; a grey one in the first channel.
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

// Writes the grey values of pixels left..right of one row.
ISCCKIT_INLINE void grey_row(const Picture& p, std::size_t y, std::size_t left, std::size_t right,
                             std::int16_t* out) {
    const std::uint8_t* in = p.at(left, y);
    const std::size_t n = right - left;
    const auto blend = [&](std::size_t at, std::size_t alpha) { return on_white(in[at], in[alpha]); };
    switch (p.mode) {
        case PixelMode::grey:
            for (std::size_t i = 0; i < n; ++i) out[i] = in[i];
            break;
        case PixelMode::grey_alpha:
            for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::int16_t>(blend(2 * i, 2 * i + 1));
            break;
        case PixelMode::rgb:
            for (std::size_t i = 0; i < n; ++i)
                out[i] = static_cast<std::int16_t>(luma(in[3 * i], in[3 * i + 1], in[3 * i + 2]));
            break;
        case PixelMode::rgbx:
            for (std::size_t i = 0; i < n; ++i)
                out[i] = static_cast<std::int16_t>(luma(in[4 * i], in[4 * i + 1], in[4 * i + 2]));
            break;
        case PixelMode::rgba:
            for (std::size_t i = 0; i < n; ++i) {
                const std::size_t at = 4 * i;
                out[i] = static_cast<std::int16_t>(
                    luma(blend(at, at + 3), blend(at + 1, at + 3), blend(at + 2, at + 3)));
            }
    }
}

}  // namespace picture
}  // namespace iscckit
