// Bao slices: a part of a file, with the parents that tie it to the BLAKE3 hash of the file.
//
// A slice is the length of the file (8 bytes, little-endian), then in pre-order the parents (64
// bytes) and chunks (up to 1024 bytes) that lead to the part. Source: docs/spec.md of
// https://github.com/oconnor663/bao, version 0.13. The part has one byte at least; a part that
// starts behind the end of the file stands for the last chunk.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "bao/lanes.hpp"
#include "bao/tree.hpp"
#include "hash/blake3.hpp"
#include "simd/cpu.hpp"

namespace iscckit::bao {

// The numbers of the first and of the last byte of a part, in a file or below a subtree.
struct Part {
    std::uint64_t first, last;

    bool meets(std::uint64_t start, std::uint64_t size) const {
        return first < start + size && last >= start;
    }
};

// The part of a file of `length` bytes that a slice of `count` bytes from `start` on holds.
inline Part part_of(std::uint64_t start, std::uint64_t count, std::uint64_t length) {
    const std::uint64_t end = length == 0 ? 0 : length - 1;
    if (start > end) return {end, end};
    const std::uint64_t more = count == 0 ? 0 : count - 1;
    return {start, more > end - start ? end : start + more};
}

// The chunks of `length` bytes.
inline std::uint64_t chunks_in(std::uint64_t length) {
    return length == 0 ? 1 : (length - 1) / blake3::chunk_size + 1;
}

// The chunks of the left subtree below a parent of `chunks` chunks, two at least.
inline std::uint64_t left_chunks(std::uint64_t chunks) { return std::bit_floor(chunks - 1); }

// Writes the nodes of one subtree, which lies in memory as a whole.
class NodeWriter {
   public:
    // Requires: `first` is the number of the first chunk. The part counts from the subtree's start.
    NodeWriter(Bytes data, std::uint64_t first, Part part, Target target)
        : data_(data), part_(part) {
        levels_.emplace_back();
        append_chunks(data, first, levels_.back(), target);
        while (levels_.back().size() > 1) levels_.push_back(level_above(levels_.back(), target));
    }

    void write(std::vector<std::uint8_t>& out) const { write(levels_.size() - 1, 0, out); }

   private:
    void write(std::size_t level, std::size_t i, std::vector<std::uint8_t>& out) const {
        const std::size_t start = (i << level) * blake3::chunk_size;
        if (!part_.meets(start, std::uint64_t{blake3::chunk_size} << level)) return;
        if (level == 0) {
            const auto chunk =
                data_.subspan(start).first(std::min(blake3::chunk_size, data_.size() - start));
            out.insert(out.end(), chunk.begin(), chunk.end());
            return;
        }
        const std::vector<Chain>& below = levels_[level - 1];
        const bool pair = 2 * i + 1 < below.size();
        if (pair)
            out.insert(out.end(), bytes_of(&below[2 * i]), bytes_of(&below[2 * i]) + parent_size);
        write(level - 1, 2 * i, out);
        if (pair) write(level - 1, 2 * i + 1, out);
    }

    Bytes data_;
    Part part_;
    std::vector<std::vector<Chain>> levels_;
};

// What is wrong with a slice. The values are part of the binding.
enum class Fault : int {
    none = 0,
    truncated = 1,  // it ends before the part does
    trailing = 2,   // bytes follow
    changed = 3,    // a chunk or a parent has another hash
};

struct Verified {
    Fault fault = Fault::none;
    std::uint64_t length = 0;           // of the file, as the slice says
    std::vector<std::uint8_t> content;  // the bytes of the part; empty behind the end of the file
};

// Reads a slice. The shape of the tree follows from the length alone, so all nodes are found first,
// and hashed side by side after that.
class SliceReader {
   public:
    SliceReader(Bytes slice, const Chain& root, std::uint64_t start, std::uint64_t count)
        : slice_(slice), start_(start), root_(root), count_(count) {}

    Verified read(Target target) {
        Verified result;
        if (slice_.size() < sizeof result.length) return {Fault::truncated, 0, {}};
        std::memcpy(&result.length, slice_.data(), sizeof result.length);
        at_ = sizeof result.length;
        length_ = result.length;
        part_ = part_of(start_, count_, length_);
        const bool found = read(0, chunks_in(length_), bytes_of(&root_), result.content);
        if (!found)
            result.fault = Fault::truncated;
        else if (at_ != slice_.size())
            result.fault = Fault::trailing;
        else if (!root_matches_ || !match(target))
            result.fault = Fault::changed;
        if (result.fault != Fault::none || start_ >= length_) result.content.clear();
        return result;
    }

   private:
    // Reads the nodes of the subtree of `chunks` chunks from the chunk `first` on, whose chaining
    // value must be `expected`. False where the slice ends.
    bool read(std::uint64_t first, std::uint64_t chunks, const std::uint8_t* expected,
              std::vector<std::uint8_t>& content) {
        const std::uint64_t start = first * blake3::chunk_size;
        const std::uint64_t size = std::min(size_of(chunks), length_ - start);
        if (!part_.meets(start, std::max<std::uint64_t>(size, 1))) return true;
        if (chunks == 1) return read_chunk(first, start, size, expected, content);
        if (slice_.size() - at_ < parent_size) return false;
        const std::uint8_t* const parent = slice_.data() + at_;
        at_ += parent_size;
        if (first == 0 && chunks == chunks_in(length_))
            root_matches_ =
                matches(blake3::hash_parent(chain_at(parent), chain_at(parent + 32), blake3::root),
                        expected);
        else
            parents_.add(parent, expected);
        const std::uint64_t left = left_chunks(chunks);
        return read(first, left, parent, content) &&
               read(first + left, chunks - left, parent + 32, content);
    }

    bool read_chunk(std::uint64_t number, std::uint64_t start, std::uint64_t size,
                    const std::uint8_t* expected, std::vector<std::uint8_t>& content) {
        if (slice_.size() - at_ < size) return false;
        const Bytes chunk = slice_.subspan(at_, static_cast<std::size_t>(size));
        at_ += chunk.size();
        const bool only = length_ <= blake3::chunk_size;
        if (!only && size == blake3::chunk_size) {
            chunks_.add(chunk.data(), expected);
            numbers_.push_back(number);
        } else if (!matches(blake3::hash_chunk(chunk, number, only ? blake3::root : 0u),
                            expected)) {
            root_matches_ = false;
        } else if (only) {
            root_matches_ = true;
        }
        const std::uint64_t from = std::max(part_.first, start) - start;
        const std::uint64_t to = std::min(part_.last + 1, start + size) - start;
        if (from < to) content.insert(content.end(), chunk.data() + from, chunk.data() + to);
        return true;
    }

    // Whether all nodes but the root have the hashes that their parents say.
    bool match(Target target) const {
        std::vector<Chain> chains(chunks_.data.size());
        hash_chunks(chunks_.data.data(), numbers_.data(), chains.size(), chains.data(), target);
        if (!chunks_.match(chains)) return false;
        chains.resize(parents_.data.size());
        hash_parents(parents_.data.data(), chains.size(), chains.data(), target);
        return parents_.match(chains);
    }

    static bool matches(const Chain& chain, const std::uint8_t* expected) {
        return std::memcmp(chain.data(), expected, sizeof chain) == 0;
    }
    static Chain chain_at(const std::uint8_t* at) {
        Chain chain;
        std::memcpy(chain.data(), at, sizeof chain);
        return chain;
    }
    // The bytes of so many whole chunks; a count that they exceed is that of a whole file.
    static std::uint64_t size_of(std::uint64_t chunks) {
        constexpr auto most = std::numeric_limits<std::uint64_t>::max();
        return chunks > most / blake3::chunk_size ? most : chunks * blake3::chunk_size;
    }

    // Nodes, and the chaining values that they must have.
    struct Nodes {
        std::vector<const std::uint8_t*> data, expected;

        void add(const std::uint8_t* node, const std::uint8_t* chain) {
            data.push_back(node);
            expected.push_back(chain);
        }
        bool match(const std::vector<Chain>& chains) const {
            for (std::size_t i = 0; i < chains.size(); ++i)
                if (!matches(chains[i], expected[i])) return false;
            return true;
        }
    };

    Bytes slice_;
    std::uint64_t start_;
    Chain root_;
    std::uint64_t count_, length_ = 0;
    std::size_t at_ = 0;
    Part part_{};
    bool root_matches_ = false;
    Nodes chunks_, parents_;
    std::vector<std::uint64_t> numbers_;
};

}  // namespace iscckit::bao
