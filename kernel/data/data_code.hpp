// The Data-Code's digest of a stream: content-defined chunks, XXH32 of each, MinHash of those.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "data/cdc.hpp"
#include "data/cdc_vbmi.hpp"
#include "hash/minhash.hpp"
#include "hash/xxh32.hpp"
#include "simd/cpu.hpp"

namespace iscckit {

namespace data_detail {

constexpr std::size_t average = 1024;
constexpr ChunkRule rule = chunk_rule(average);
constexpr std::size_t worth_lanes = 1 << 15;  // bytes that are worth being scanned in lanes

}  // namespace data_detail

// Calls `use` with a function that gives the length of the chunk that starts at a position. The
// positions must grow.
struct CutChunks : Versions<Level::avx512_vbmi, Level::baseline> {
    using Data = std::span<const std::uint8_t>;

    template <class Use>
    ISCCKIT_INLINE static auto run(At<Level::baseline>, Data data, Use& use) {
        return use([=](std::size_t start) {
            return first_cut<data_detail::average>(data.subspan(start));
        });
    }
#if ISCCKIT_X86
    template <class Use>
    ISCCKIT_INLINE static auto run(At<Level::avx512_vbmi>, Data data, Use& use) {
        cdc_detail::LaneCutter<data_detail::average> cutter(data);
        return use([&](std::size_t start) { return cutter.cut(start); });
    }
#endif
};

using DataKernels = KernelList<CutChunks, HashMessages, AddFeatures>;

namespace data_detail {

// CutChunks; lanes only for data that is large enough, unless their level is demanded.
template <class Use>
auto with_cutter(std::span<const std::uint8_t> data, Target target, Use use) {
    const bool lanes = target.demanded() || data.size() >= worth_lanes;
    return dispatch<CutChunks>(lanes ? target : Target::of(Level::baseline), data, use);
}

// Chunks that were cut and not yet hashed. They are few enough to stay in the second-level cache,
// and enough to hash chunks of similar length side by side.
class Batch {
   public:
    explicit Batch(Target target) : target_(target) {}

    bool full() const { return count_ == chunks_.size(); }
    void add(std::span<const std::uint8_t> chunk) { chunks_[count_++] = chunk; }

    void hash_into(MinHash& minhash) {
        std::array<std::span<const std::uint8_t>, capacity> sorted;
        std::array<std::uint32_t, capacity> features;
        sort_into(sorted);
        xxh32_many({sorted.data(), count_}, features.data(), target_);
        minhash.add({features.data(), count_});
        count_ = 0;
    }

   private:
    static constexpr std::size_t capacity = 128;
    static constexpr std::size_t step = 32;  // lengths that differ by fewer bytes count as equal

    // Counting sort by length.
    void sort_into(std::array<std::span<const std::uint8_t>, capacity>& sorted) const {
        std::array<std::uint16_t, rule.max / step + 2> place{};
        for (std::size_t k = 0; k < count_; ++k) ++place[chunks_[k].size() / step + 1];
        for (std::size_t s = 1; s < place.size(); ++s) place[s] += place[s - 1];
        for (std::size_t k = 0; k < count_; ++k)
            sorted[place[chunks_[k].size() / step]++] = chunks_[k];
    }

    Target target_;
    std::size_t count_ = 0;
    std::array<std::span<const std::uint8_t>, capacity> chunks_;
};

// The number of copies of the first `length` bytes of `data` that follow directly. The cut of a
// chunk depends on its bytes alone, unless the data ends there, so each copy is a chunk as well.
inline std::size_t count_copies(std::span<const std::uint8_t> data, std::size_t length) {
    std::size_t copies = 0;
    while ((copies + 2) * length <= data.size() &&
           std::memcmp(data.data(), data.data() + (copies + 1) * length, length) == 0)
        ++copies;
    return copies;
}

// Hashes the chunks of `data` and returns the number of bytes that were used. More data may change
// the last chunk, so it is hashed only if `final`.
inline std::size_t hash_chunks(std::span<const std::uint8_t> data, MinHash& minhash, bool final,
                               Target target) {
    return with_cutter(data, target, [&](auto cut_at) {
        Batch batch(target);
        std::size_t used = 0;
        while (used < data.size()) {
            const auto rest = data.subspan(used);
            const std::size_t cut = cut_at(used);
            const bool certain = cut < rest.size() || cut == rule.max;
            if (!certain && !final) break;
            batch.add(rest.first(cut));
            if (batch.full()) batch.hash_into(minhash);
            used += cut + cut * count_copies(rest, cut);
        }
        batch.hash_into(minhash);
        return used;
    });
}

// Empty data is one empty chunk.
inline void hash_nothing(MinHash& minhash) {
    const std::uint32_t feature = xxh32({});
    minhash.add({&feature, 1});
}

}  // namespace data_detail

// The lengths of the Data-Code's chunks; empty data is one empty chunk.
inline std::vector<std::size_t> data_chunk_lengths(std::span<const std::uint8_t> data,
                                                   Target target) {
    if (data.empty()) return {0};
    return data_detail::with_cutter(data, target, [&](auto cut_at) {
        std::vector<std::size_t> lengths;
        for (std::size_t used = 0; used < data.size(); used += lengths.back())
            lengths.push_back(cut_at(used));
        return lengths;
    });
}

inline std::array<std::uint8_t, 32> data_digest(std::span<const std::uint8_t> data, Target target) {
    MinHash minhash(target);
    if (data.empty()) data_detail::hash_nothing(minhash);
    data_detail::hash_chunks(data, minhash, true, target);
    return minhash.digest();
}

// The digest does not depend on the sizes of the blocks. It may be read at any time.
class DataHasher {
   public:
    explicit DataHasher(Target target) : target_(target), minhash_(target) {}

    void update(std::span<const std::uint8_t> block) {
        empty_ = empty_ && block.empty();
        if (tail_.size() + block.size() < worth_chunking) {
            tail_.insert(tail_.end(), block.begin(), block.end());
            return;
        }
        if (!tail_.empty()) {
            // `max` bytes of the block complete every chunk that starts in the tail.
            const std::size_t own = tail_.size();
            const auto lent = block.first(std::min(block.size(), data_detail::rule.max));
            tail_.insert(tail_.end(), lent.begin(), lent.end());
            const std::size_t used = data_detail::hash_chunks(tail_, minhash_, false, target_);
            if (used < own) {
                tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(used));
                return;
            }
            block = block.subspan(used - own);
        }
        const auto rest = block.subspan(data_detail::hash_chunks(block, minhash_, false, target_));
        tail_.assign(rest.begin(), rest.end());
    }

    std::array<std::uint8_t, 32> digest() const {
        MinHash minhash = minhash_;
        data_detail::hash_chunks(tail_, minhash, true, target_);
        if (empty_) data_detail::hash_nothing(minhash);
        return minhash.digest();
    }

   private:
    static constexpr std::size_t worth_chunking = 1 << 16;  // bytes that are collected first

    Target target_;
    MinHash minhash_;
    bool empty_ = true;
    std::vector<std::uint8_t> tail_;  // bytes after the last certain chunk
};

}  // namespace iscckit
