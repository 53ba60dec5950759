// The tree of BLAKE3 over the chunks of consecutive bytes, and its outboard: the parents alone.
//
// A left subtree has the largest power of two of chunks that is smaller than the whole. So
// neighbours are paired level by level, and an odd one moves up.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "bao/lanes.hpp"
#include "hash/blake3.hpp"
#include "simd/cpu.hpp"

namespace iscckit::bao {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::size_t group_chunks = 16;  // chunks that share a leaf of an outboard
inline constexpr std::size_t group_size = group_chunks * blake3::chunk_size;
inline constexpr std::size_t parent_size = 64;

inline const std::uint8_t* bytes_of(const Chain* chains) {
    return reinterpret_cast<const std::uint8_t*>(chains);
}

// Appends the chaining values of all chunks of `data`, the first of which has the number `first`.
inline void append_chunks(Bytes data, std::uint64_t first, std::vector<Chain>& out, Target target) {
    const std::size_t whole = data.size() / blake3::chunk_size, start = out.size();
    std::vector<const std::uint8_t*> chunks(whole);
    std::vector<std::uint64_t> numbers(whole);
    for (std::size_t i = 0; i < whole; ++i) {
        chunks[i] = data.data() + i * blake3::chunk_size;
        numbers[i] = first + i;
    }
    out.resize(start + whole);
    hash_chunks(chunks.data(), numbers.data(), whole, out.data() + start, target);
    if (whole * blake3::chunk_size < data.size() || data.empty())
        out.push_back(
            blake3::hash_chunk(data.subspan(whole * blake3::chunk_size), first + whole, 0));
}

// The level of the tree above `level`.
inline std::vector<Chain> level_above(const std::vector<Chain>& level, Target target) {
    const std::size_t pairs = level.size() / 2;
    std::vector<const std::uint8_t*> parents(pairs);
    for (std::size_t i = 0; i < pairs; ++i) parents[i] = bytes_of(&level[2 * i]);
    std::vector<Chain> above(pairs);
    hash_parents(parents.data(), pairs, above.data(), target);
    if (level.size() % 2 != 0) above.push_back(level.back());
    return above;
}

// Makes the outboard of a stream: the parents of groups of 16 chunks in post-order, 64 bytes each.
// So the last parent of a subtree of n groups is the (n - 1)th from its start, and a stream is
// written as it is read.
class OutboardHasher {
   public:
    explicit OutboardHasher(Target target) : target_(target) {}

    // Appends the parents that became known. One group is held back: it may be the only one.
    void update(Bytes block, std::vector<std::uint8_t>& parents) {
        if (!tail_.empty()) {
            const std::size_t lent = std::min(block.size(), group_size - tail_.size());
            tail_.insert(tail_.end(), block.begin(),
                         block.begin() + static_cast<std::ptrdiff_t>(lent));
            block = block.subspan(lent);
            if (block.empty()) return;
            add_groups(tail_, parents);
            tail_.clear();
        }
        while (block.size() > group_size) {
            const std::size_t whole = (block.size() - 1) / group_size * group_size;
            const std::size_t some = std::min(whole, batch_size);
            add_groups(block.first(some), parents);
            block = block.subspan(some);
        }
        tail_.assign(block.begin(), block.end());
    }

    // Appends the rest of the parents and returns the root. Nothing may be added afterwards.
    Chain finish(std::vector<std::uint8_t>& parents) {
        if (groups_ == 0) return blake3::hash(tail_);
        add_groups(tail_, parents);
        while (stack_.size() > 2) merge(parents, 0);
        merge(parents, blake3::root);
        return stack_.back();
    }

   private:
    static constexpr std::size_t batch_size = 64 * group_size;  // its values stay in the cache

    // Whole groups, or the last one.
    void add_groups(Bytes data, std::vector<std::uint8_t>& parents) {
        std::vector<Chain> level;
        append_chunks(data, groups_ * group_chunks, level, target_);
        for (std::size_t width = 1; width < group_chunks; width *= 2)
            level = level_above(level, target_);
        for (const Chain& chain : level) {
            // A pair of subtrees is complete when another group follows; until then it may be the
            // root. There is one subtree for each one bit of the number of groups.
            while (stack_.size() > static_cast<std::size_t>(std::popcount(groups_)))
                merge(parents, 0);
            stack_.push_back(chain);
            ++groups_;
        }
    }

    void merge(std::vector<std::uint8_t>& parents, std::uint32_t flags) {
        const Chain right = stack_.back();
        stack_.pop_back();
        const Chain left = stack_.back();
        parents.insert(parents.end(), bytes_of(&left), bytes_of(&left) + sizeof left);
        parents.insert(parents.end(), bytes_of(&right), bytes_of(&right) + sizeof right);
        stack_.back() = blake3::hash_parent(left, right, flags);
    }

    Target target_;
    std::uint64_t groups_ = 0;
    std::vector<Chain> stack_;
    std::vector<std::uint8_t> tail_;
};

}  // namespace iscckit::bao
