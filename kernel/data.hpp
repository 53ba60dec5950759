// The Data-Code's digest of a stream: content-defined chunks, XXH32 of each, MinHash of those.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cdc.hpp"
#include "minhash.hpp"
#include "xxh32.hpp"

namespace iscckit {

// Blocks may have any size; the digest does not depend on them, and may be asked for at any time.
class DataHasher {
   public:
    void update(std::span<const std::uint8_t> block) {
        tail_.insert(tail_.end(), block.begin(), block.end());
        if (tail_.size() < kBatch) return;
        const std::size_t used = consume(tail_, minhash_, empty_, false);
        tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(used));
    }

    std::array<std::uint8_t, 32> digest() const {
        MinHash minhash = minhash_;
        bool empty = empty_;
        consume(tail_, minhash, empty, true);
        return minhash.digest();
    }

   private:
    static constexpr std::size_t kAverage = 1024;
    static constexpr std::size_t kBatch = 1 << 16;
    static constexpr ChunkRule kRule = chunk_rule(kAverage);

    // Hashes the chunks of `data`; the last one, which more data might change, only if `final`.
    // Returns the number of bytes that were used.
    static std::size_t consume(std::span<const std::uint8_t> data, MinHash& minhash, bool& empty,
                               bool final) {
        std::size_t used = 0;
        std::vector<std::uint32_t> features;
        while (used < data.size() || (final && empty)) {
            const auto rest = data.subspan(used);
            const std::size_t cut = first_cut(rest, kRule);
            if (!final && cut == rest.size() && cut < kRule.max) break;
            features.push_back(xxh32(rest.first(cut)));
            used += cut;
            empty = false;
        }
        minhash.add(features);
        return used;
    }

    std::vector<std::uint8_t> tail_;
    MinHash minhash_;
    bool empty_ = true;
};

}  // namespace iscckit
