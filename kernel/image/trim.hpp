// The box of a picture without a border of one colour. The rules are those of the ISCC software kit
// (tolerant since 0.9.7, exact before); docs/decisions/0005 describes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "image/picture.hpp"
#include "simd/cpu.hpp"
#include "simd/vec.hpp"

namespace iscckit {

enum class Trim : int { none = 0, tolerant = 1, exact = 2 };

namespace border {

inline constexpr int passes = 16;     // of the tolerant trim
inline constexpr int tolerance = 16;  // largest difference in one channel within a border
inline constexpr int flat = 8;        // the same for a band on a single side

// Finds pixels of a row that differ from one colour by more than a tolerance in any channel. It
// compares bytes, three vectors at a time: they hold whole pixels of 1, 3 and 4 channels.
class Finder {
   public:
    Finder(const Picture& picture, std::size_t x, std::size_t y, int tolerance)
        : picture_(picture) {
        const auto color = picture::color_of(picture, x, y);
        channels_ = picture.is_grey() ? 1 : picture.mode == PixelMode::rgb ? 3 : 4;
        for (std::size_t i = 0; i < period; ++i) {
            const std::size_t channel = i % channels_;
            color_[i] = channel < 3 ? color[channel] : 0;
            limit_[i] = channel < 3 ? static_cast<std::uint8_t>(tolerance) : 255;
        }
        if (picture.mode == PixelMode::grey_alpha || picture.mode == PixelMode::rgba)
            row_.resize(picture.width * channels_);
    }

    // The first such pixel of left..right in a row, or right.
    ISCCKIT_INLINE std::size_t first(std::size_t y, std::size_t left, std::size_t right) {
        const std::uint8_t* bytes = row(y, left, right);
        const std::size_t n = (right - left) * channels_;
        std::size_t i = 0;
        while (i + period <= n && !any(bytes + i)) i += period;
        while (i < n && !differs(bytes, i)) ++i;
        return left + i / channels_;
    }
    // The pixel behind the last such pixel, or left.
    ISCCKIT_INLINE std::size_t last(std::size_t y, std::size_t left, std::size_t right) {
        const std::uint8_t* bytes = row(y, left, right);
        std::size_t n = (right - left) * channels_;
        while (n % period != 0 && !differs(bytes, n - 1)) --n;
        if (n % period == 0) {
            while (n != 0 && !any(bytes + n - period)) n -= period;
            while (n != 0 && !differs(bytes, n - 1)) --n;
        }
        return left + (n + channels_ - 1) / channels_;
    }

   private:
    static constexpr std::size_t size = 32, period = 3 * size;

    ISCCKIT_INLINE bool differs(const std::uint8_t* bytes, std::size_t i) const {
        const int difference = bytes[i] - color_[i % period];
        return difference > limit_[i % period] || -difference > limit_[i % period];
    }
    ISCCKIT_INLINE bool any(const std::uint8_t* bytes) const {
        using V = Vec<std::uint8_t, size>;
        V found{};
        for (std::size_t i = 0; i < period; i += size) {
            V values, color, limit;
            std::memcpy(&values, bytes + i, size);
            std::memcpy(&color, color_ + i, size);
            std::memcpy(&limit, limit_ + i, size);
            const V difference = values > color ? values - color : color - values;
            found |= (V)(difference > limit);
        }
        const auto words = (Vec<std::uint64_t, size / 8>)found;
        return (words[0] | words[1] | words[2] | words[3]) != 0;
    }
    // The bytes of pixels left..right on white.
    ISCCKIT_INLINE const std::uint8_t* row(std::size_t y, std::size_t left, std::size_t right) {
        const std::uint8_t* in = picture_.at(left, y);
        const std::size_t n = right - left;
        std::uint8_t* const out = row_.data();
        if (picture_.mode == PixelMode::grey_alpha) {
            for (std::size_t i = 0; i < n; ++i)
                out[i] = static_cast<std::uint8_t>(on_white(in[2 * i], in[2 * i + 1]));
            return out;
        }
        if (picture_.mode == PixelMode::rgba) {
            for (std::size_t i = 0; i < n; ++i) {
                std::uint32_t pixel;
                std::memcpy(&pixel, in + 4 * i, 4);
                pixel = picture::on_white(pixel);
                std::memcpy(out + 4 * i, &pixel, 4);
            }
            return out;
        }
        return in;
    }

    const Picture& picture_;
    std::size_t channels_;
    std::uint8_t color_[period], limit_[period];
    std::vector<std::uint8_t> row_;  // used where there is an alpha channel
};

// The smallest box around all pixels of `area` that differ from the upper-left pixel of the upright
// picture. Rows are read from both ends until one differs; of the rows between them only the ends
// that may widen the box are read.
ISCCKIT_INLINE Box differing(const Picture& picture, Box area, int tolerance) {
    Finder finder(picture, picture.orientation.flip_x ? area.right - 1 : area.left,
                  picture.orientation.flip_y ? area.bottom - 1 : area.top, tolerance);
    Box box{area.right, area.top, area.left, area.bottom};
    while (box.top < box.bottom && finder.first(box.top, area.left, area.right) == area.right)
        ++box.top;
    while (box.top < box.bottom &&
           finder.first(box.bottom - 1, area.left, area.right) == area.right)
        --box.bottom;
    for (std::size_t y = box.top;
         y < box.bottom && (box.left > area.left || box.right < area.right); ++y) {
        box.left = finder.first(y, area.left, box.left);
        box.right = finder.last(y, box.right, area.right);
    }
    return box;
}

inline int sides_cut(const Box& area, const Box& box) {
    return (area.left != box.left) + (area.top != box.top) + (area.right != box.right) +
           (area.bottom != box.bottom);
}

// The box of a picture without its border, in stored coordinates.
ISCCKIT_INLINE Box trimmed(const Picture& picture, Trim mode) {
    Box area = picture.whole();
    if (mode == Trim::none) return area;
    const bool exact = mode == Trim::exact;
    for (int pass = 0; pass < (exact ? 1 : passes); ++pass) {
        const Box box = differing(picture, area, exact ? 0 : tolerance);
        if (box.empty() || box == area) break;
        // A band on one side may be a smooth sky: it is cut only if it is flat.
        if (!exact && sides_cut(area, box) == 1 && differing(picture, area, flat) != box) break;
        area = box;
    }
    return area;
}

}  // namespace border

struct FindBorder : Versions<Level::avx2, Level::baseline> {
    ISCCKIT_INLINE static Box run(auto, const Picture& picture, Trim mode) {
        return border::trimmed(picture, mode);
    }
};

// The box of a picture without its border, in stored coordinates.
inline Box trimmed(const Picture& picture, Trim mode, Target target) {
    return dispatch<FindBorder>(target, picture, mode);
}

}  // namespace iscckit
