// Winner-takes-all hash of frame signatures: the digest of the Video-Code.
// ISO 24138:2024, Content-Code Video; Yagnik et al. 2011, doi:10.1109/ICCV.2011.6126527.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include "simd/cpu.hpp"
#include "tables/constants.hpp"

namespace iscckit {

inline constexpr std::size_t frame_elements = 380;  // of an MPEG-7 frame signature

// Bit k is set where the second value of pair k is larger than the first. The highest bit of a
// byte comes first.
inline std::array<std::uint8_t, 32> wtahash(std::span<const std::int64_t, frame_elements> vector) {
    std::array<std::uint8_t, 32> out{};
    for (int k = 0; k < 256; ++k) {
        const auto& pair = constants::wta_pairs[k];
        out[k / 8] |= static_cast<std::uint8_t>((vector[pair[1]] > vector[pair[0]]) << (7 - k % 8));
    }
    return out;
}

namespace video {

// The distinct frames of a video: a hash table of row numbers with open addressing.
template <class T>
class Distinct {
   public:
    Distinct(const T* frames, std::size_t count) : frames_(frames) {
        std::size_t size = 16;
        while (size < 2 * count) size *= 2;
        slots_.resize(size);
    }

    // True where the table held no equal frame. Requires: row < count.
    bool add(std::size_t row) {
        const std::uint64_t hash = hash_of(row);
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
            Slot& slot = slots_[at];
            if (slot.number == 0) {
                slot = {hash, row + 1};
                return true;
            }
            if (slot.hash == hash && std::memcmp(frame(slot.number - 1), frame(row), bytes) == 0)
                return false;
        }
    }

   private:
    static constexpr std::size_t bytes = frame_elements * sizeof(T);
    struct Slot {
        std::uint64_t hash = 0;
        std::size_t number = 0;  // row + 1; 0 is free
    };

    const T* frame(std::size_t row) const { return frames_ + row * frame_elements; }

    std::uint64_t hash_of(std::size_t row) const {
        constexpr std::uint64_t odd = 0x9E3779B97F4A7C15u;
        const auto* data = reinterpret_cast<const std::uint8_t*>(frame(row));
        std::uint64_t state[4] = {1, 2, 3, 4};
        const auto mix = [&](const std::uint8_t* block) {
            for (int k = 0; k < 4; ++k) {
                std::uint64_t word;
                std::memcpy(&word, block + 8 * k, 8);
                state[k] = (state[k] ^ word) * odd;
                state[k] ^= state[k] >> 32;
            }
        };
        for (std::size_t at = 0; at + 32 <= bytes; at += 32) mix(data + at);
        mix(data + bytes - 32);  // the last block overlaps the one before
        std::uint64_t hash = 0;
        for (const std::uint64_t part : state) {
            hash = (hash ^ part) * odd;
            hash ^= hash >> 29;
        }
        return hash;
    }

    const T* frames_;
    std::vector<Slot> slots_;
};

// The type of narrow sums, and how many frames they can take before they overflow.
template <class T>
struct Narrow {
    using Sum = std::conditional_t<
        sizeof(T) == 1, std::conditional_t<std::is_signed_v<T>, std::int16_t, std::uint16_t>,
        std::conditional_t<sizeof(T) == 2,
                           std::conditional_t<std::is_signed_v<T>, std::int32_t, std::uint32_t>,
                           std::int64_t>>;
    static constexpr std::size_t frames = sizeof(T) == 1 ? 255 : 65535;
};

template <class T>
ISCCKIT_INLINE void sum_distinct(const T* frames, std::size_t count, std::int64_t* sums) {
    using Sum = typename Narrow<T>::Sum;
    Distinct<T> seen(frames, count);
    std::array<Sum, frame_elements> narrow{};
    std::size_t added = 0;
    const auto flush = [&] {
        for (std::size_t k = 0; k < frame_elements; ++k) sums[k] += narrow[k];
        narrow.fill(0);
        added = 0;
    };
    for (std::size_t row = 0; row < count; ++row) {
        if (!seen.add(row)) continue;
        const T* frame = frames + row * frame_elements;
        for (std::size_t k = 0; k < frame_elements; ++k)
            narrow[k] = static_cast<Sum>(narrow[k] + frame[k]);
        if (++added == Narrow<T>::frames) flush();
    }
    flush();
}

}  // namespace video

struct SumDistinct : Versions<Level::avx2, Level::baseline> {
    template <class T>
    ISCCKIT_INLINE static void run(auto, const T* frames, std::size_t count, std::int64_t* sums) {
        video::sum_distinct(frames, count, sums);
    }
};

// Requires: count > 0 frames of 380 elements, row by row. A repeated frame counts once.
template <class T>
inline std::array<std::uint8_t, 32> video_digest(const T* frames, std::size_t count,
                                                 Target target) {
    std::array<std::int64_t, frame_elements> sums{};
    dispatch<SumDistinct>(target, frames, count, sums.data());
    return wtahash(sums);
}

}  // namespace iscckit
