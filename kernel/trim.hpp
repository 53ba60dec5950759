// Cutting a border of one colour off a picture. The rules are those of the ISCC software kit
// (tolerant since 0.9.7, exact before); docs/decisions/0005 has them in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cpu.hpp"
#include "picture.hpp"

namespace iscckit {

enum class Trim : int { none = 0, tolerant = 1, exact = 2 };

namespace border {

inline constexpr int passes = 16;     // of the tolerant trim
inline constexpr int tolerance = 16;  // largest difference in one channel that still is border
inline constexpr int flat = 8;        // the same for a band on a single side

// Finds pixels that differ from one colour by more than a tolerance in any channel.
class Finder {
   public:
    Finder(const Picture& picture, std::size_t x, std::size_t y, int tolerance)
        : picture_(picture), color_(picture::color_of(picture, x, y)), tolerance_(tolerance) {}

    bool differs(std::size_t x, std::size_t y) const {
        const auto color = picture::color_of(picture_, x, y);
        for (int channel = 0; channel < 3; ++channel) {
            const int difference = color[channel] - color_[channel];
            if (difference > tolerance_ || -difference > tolerance_) return true;
        }
        return false;
    }
    // The first such pixel of left..right in a row, or right.
    std::size_t first(std::size_t y, std::size_t left, std::size_t right) const {
        while (left < right && !differs(left, y)) ++left;
        return left;
    }
    // One behind the last such pixel, or left.
    std::size_t last(std::size_t y, std::size_t left, std::size_t right) const {
        while (left < right && !differs(right - 1, y)) --right;
        return right;
    }

   private:
    const Picture& picture_;
    std::array<std::uint8_t, 3> color_;
    int tolerance_;
};

// The smallest box around all pixels of `area` that differ from the upright picture's upper-left
// one. Rows are read from both ends until one differs; between them only what may widen the box.
inline Box differing(const Picture& picture, Box area, int tolerance) {
    const Finder finder(picture, picture.orientation.flip_x ? area.right - 1 : area.left,
                        picture.orientation.flip_y ? area.bottom - 1 : area.top, tolerance);
    Box box{area.right, area.top, area.left, area.bottom};
    while (box.top < box.bottom && finder.first(box.top, area.left, area.right) == area.right) ++box.top;
    while (box.top < box.bottom && finder.first(box.bottom - 1, area.left, area.right) == area.right)
        --box.bottom;
    for (std::size_t y = box.top; y < box.bottom && (box.left > area.left || box.right < area.right); ++y) {
        box.left = finder.first(y, area.left, box.left);
        box.right = finder.last(y, box.right, area.right);
    }
    return box;
}

inline int sides_cut(const Box& area, const Box& box) {
    return (area.left != box.left) + (area.top != box.top) + (area.right != box.right) +
           (area.bottom != box.bottom);
}

}  // namespace border

// The box that is left of a picture, in stored coordinates.
inline Box trimmed(const Picture& picture, Trim mode) {
    Box area = picture.whole();
    if (mode == Trim::none) return area;
    if (mode == Trim::exact) {
        const Box box = border::differing(picture, area, 0);
        return box.empty() ? area : box;
    }

    for (int pass = 0; pass < border::passes; ++pass) {
        const Box box = border::differing(picture, area, border::tolerance);
        if (box.empty() || box == area) break;
        // A band on one side may be a smooth sky: it goes only if it is flat.
        if (border::sides_cut(area, box) == 1 && border::differing(picture, area, border::flat) != box) break;
        area = box;
    }
    return area;
}

}  // namespace iscckit
