// A file in memory whose blocks are compared with their checksums before they are first read.
//
// A block has the size of a page: whoever reads one byte of it has the system read all of it, so
// that the comparison reads nothing more from the disk. The checksum finds what disks and memory
// do by accident. Whoever forges checksums as well gets wrong answers, but the bounds of buckets
// and rows are checked apart from them (buckets.hpp).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

#include "hash/xxh32.hpp"

namespace iscckit::search {

// What was read is not what was written.
struct Damaged : std::out_of_range {
    Damaged() : std::out_of_range("the index is damaged") {}
};

inline constexpr std::size_t block_size = 4096;

inline std::size_t count_blocks(std::size_t bytes) { return (bytes + block_size - 1) / block_size; }

// The checksum of block `number`: blocks that were exchanged have other ones.
inline std::uint32_t block_checksum(std::span<const std::uint8_t> file, std::size_t number) {
    const std::size_t at = number * block_size;
    const auto block = file.subspan(at, std::min(block_size, file.size() - at));
    return xxh32(block) + static_cast<std::uint32_t>(number) * 0x9E3779B1u;
}

// The checksums of all blocks, in order.
inline std::vector<std::uint32_t> block_checksums(std::span<const std::uint8_t> file) {
    std::vector<std::uint32_t> sums(count_blocks(file.size()));
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = block_checksum(file, i);
    return sums;
}

class Blocks {
   public:
    // `seen` has a byte for each block, 1 once the block was found good. Several threads may use
    // it at a time: the worst is that two of them compare one block.
    Blocks(std::span<const std::uint8_t> file, std::span<const std::uint32_t> sums,
           std::span<std::uint8_t> seen)
        : file_(file), sums_(sums), seen_(seen) {}

    // Whether an array lies in the file.
    template <class T>
    bool hold(std::span<const T> array) const {
        const auto start = reinterpret_cast<std::uintptr_t>(array.data());
        const auto file = reinterpret_cast<std::uintptr_t>(file_.data());
        return start >= file && array.size_bytes() <= file_.size() &&
               start - file <= file_.size() - array.size_bytes();
    }

    // Compares the blocks of some bytes of the file. Throws Damaged.
    void require(const void* start, std::size_t bytes) const {
        const auto at =
            static_cast<std::size_t>(static_cast<const std::uint8_t*>(start) - file_.data());
        for (std::size_t i = at / block_size; i * block_size < at + bytes; ++i)
            if (std::atomic_ref(seen_[i]).load(std::memory_order_relaxed) == 0) [[unlikely]]
                compare(i);
    }

   private:
    void compare(std::size_t number) const {
        if (block_checksum(file_, number) != sums_[number]) throw Damaged();
        std::atomic_ref(seen_[number]).store(1, std::memory_order_relaxed);
    }

    std::span<const std::uint8_t> file_;
    std::span<const std::uint32_t> sums_;
    std::span<std::uint8_t> seen_;
};

}  // namespace iscckit::search
