// Multi-index hashing over one plane of 64-bit words: tables of buckets, radius queries, self-join.
//
// A word is cut into chunks, and each table sorts all words by one chunk. Two words that differ in
// at most r = m * s + a bits (a < m chunks) differ in at most s bits of one of the first a + 1
// chunks, or in at most s - 1 of another: by the pigeonhole principle the answer is complete.
// A pair counts in the first table that finds it, so it is found once.
// Source: Norouzi, Punjani, Fleet 2012.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "search/bucket_table.hpp"
#include "search/planes.hpp"

namespace iscckit::search {

// The number of bits that may differ in chunk `t` of `m` for a radius. A table with a negative
// number is not read.
inline int flips(int radius, int t, int m) { return radius / m - (t <= radius % m ? 0 : 1); }

// Appends all numbers of `bits` bits of which `count` are set.
inline void add_masks(unsigned bits, int count, std::vector<std::uint32_t>& out) {
    if (count == 0) out.push_back(0);
    if (count <= 0 || count > static_cast<int>(bits)) return;
    const std::uint64_t end = std::uint64_t{1} << bits;
    for (std::uint64_t mask = (std::uint64_t{1} << count) - 1; mask < end;) {
        out.push_back(static_cast<std::uint32_t>(mask));
        const std::uint64_t low = mask & (~mask + 1), next = mask + low;  // same count, next number
        mask = next | (((mask ^ next) >> 2) / low);
    }
}

// All numbers of `bits` bits of which at most `most` are set, ordered by their bit counts.
inline std::vector<std::uint32_t> masks(unsigned bits, int most) {
    std::vector<std::uint32_t> out;
    for (int count = 0; count <= most; ++count) add_masks(bits, count, out);
    return out;
}

// Whether a table before `t` finds the pair with these differing bits.
template <bool Counts>
ISCCKIT_INLINE bool found_before(std::span<const Table> tables, std::size_t t,
                                 std::uint64_t differing, int radius) {
    for (std::size_t before = 0; before < t; ++before) {
        const std::uint64_t chunk = tables[before].key(differing);
        const int count = count_ones<Counts>(chunk);
        if (count <= flips(radius, static_cast<int>(before), static_cast<int>(tables.size())))
            return true;
    }
    return false;
}

template <bool Counts>
ISCCKIT_INLINE void probe_all(std::span<const Table> tables, std::uint64_t word, int radius,
                              std::vector<Hit>& hits) {
    constexpr std::size_t ahead = 16;  // probes whose memory is fetched before it is needed
    for (std::size_t t = 0; t < tables.size(); ++t) {
        const Table& table = tables[t];
        const auto all =
            masks(table.bits, flips(radius, static_cast<int>(t), static_cast<int>(tables.size())));
        const std::uint32_t home = table.key(word);
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i + 2 * ahead < all.size())
                __builtin_prefetch(&table.offsets[home ^ all[i + 2 * ahead]]);
            if (i + ahead < all.size())
                __builtin_prefetch(table.codes.data() + table.offsets[home ^ all[i + ahead]]);
            const auto [start, end] = table.bucket(home ^ all[i]);
            for (std::uint32_t at = start; at < end; ++at) {
                const std::uint64_t differing = table.codes[at] ^ word;
                const int distance = count_ones<Counts>(differing);
                if (distance <= radius && !found_before<Counts>(tables, t, differing, radius))
                    hits.push_back({table.row(at), static_cast<std::uint32_t>(distance)});
            }
        }
    }
}

struct ProbeTables : Versions<Level::avx2, Level::baseline> {
    ISCCKIT_INLINE static void run(auto at, std::span<const Table> tables, std::uint64_t word,
                                   int radius, std::vector<Hit>& hits) {
        probe_all<at.counts_ones>(tables, word, radius, hits);
    }
};

// All rows whose word is within `radius` of `word`, the nearest first.
inline std::vector<Hit> probe(std::span<const Table> tables, std::uint64_t word, int radius,
                              Target target) {
    std::vector<Hit> hits;
    dispatch<ProbeTables>(target, tables, word, radius, hits);
    std::sort(hits.begin(), hits.end());
    return hits;
}

// The nearest words that a probe has met so far, in any order.
class Met {
   public:
    Met(std::size_t count, int radius) : count_(count), limit_(radius) {}
    int limit() const { return limit_; }
    void add(std::uint32_t row, std::uint32_t distance) {
        hits_.push_back({row, distance});
        ++at_[distance];
        while (limit_ > 0 && nearer(limit_ - 1) >= count_) --limit_;
    }
    // Whether all words of the answer are within `radius`.
    bool enough(int radius) const { return nearer(radius) >= count_; }
    std::vector<Hit> result() {
        std::sort(hits_.begin(), hits_.end());
        if (hits_.size() > count_) hits_.resize(count_);
        return std::move(hits_);
    }

   private:
    std::size_t nearer(int radius) const {
        std::size_t sum = 0;
        for (int d = 0; d <= radius; ++d) sum += at_[static_cast<std::size_t>(d)];
        return sum;
    }
    std::size_t count_;
    int limit_;
    std::array<std::size_t, 65> at_{};
    std::vector<Hit> hits_;
};

// Whether a probe meets the pair with these differing bits before it reads table `t` with `flips`
// flipped bits.
template <bool Counts>
ISCCKIT_INLINE bool met_before(std::span<const Table> tables, std::size_t t,
                               std::uint64_t differing, int flips) {
    for (std::size_t other = 0; other < tables.size(); ++other) {
        const std::uint64_t chunk = tables[other].key(differing);
        const int count = count_ones<Counts>(chunk);
        if (other != t && count < flips + (other < t ? 1 : 0)) return true;
    }
    return false;
}

// Reads the tables in turn and flips one more bit in each round: after table t of m in round s, all
// words within m * s + t bits have been met. False: the buckets hold more than `most` words.
template <bool Counts>
ISCCKIT_INLINE bool meet_all(std::span<const Table> tables, std::uint64_t word, int radius,
                             std::size_t most, Met& met) {
    constexpr std::size_t ahead = 16;
    const auto m = static_cast<int>(tables.size());
    std::size_t seen = 0;
    for (int reached = 0; reached <= radius; ++reached) {
        const auto t = static_cast<std::size_t>(reached % m);
        const int flips = reached / m;
        const Table& table = tables[t];
        const std::uint32_t home = table.key(word);
        std::vector<std::uint32_t> all;
        add_masks(table.bits, flips, all);
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i + 2 * ahead < all.size())
                __builtin_prefetch(&table.offsets[home ^ all[i + 2 * ahead]]);
            if (i + ahead < all.size())
                __builtin_prefetch(table.codes.data() + table.offsets[home ^ all[i + ahead]]);
            const auto [start, end] = table.bucket(home ^ all[i]);
            seen += end - start;
            if (seen > most) return false;
            for (std::uint32_t at = start; at < end; ++at) {
                const std::uint64_t differing = table.codes[at] ^ word;
                const int distance = count_ones<Counts>(differing);
                if (distance <= met.limit() && !met_before<Counts>(tables, t, differing, flips))
                    met.add(table.row(at), static_cast<std::uint32_t>(distance));
            }
        }
        if (met.enough(reached)) return true;
    }
    return true;
}

struct MeetNearest : Versions<Level::avx2, Level::baseline> {
    ISCCKIT_INLINE static bool run(auto at, std::span<const Table> tables, std::uint64_t word,
                                   std::size_t most, Met& met) {
        return meet_all<at.counts_ones>(tables, word, met.limit(), most, met);
    }
};

// The `count` nearest rows within `radius`, in the order of a scan. Empty where the buckets hold
// more than `most` words, so that a scan takes less time.
inline std::optional<std::vector<Hit>> probe_nearest(std::span<const Table> tables,
                                                     std::uint64_t word, std::size_t count,
                                                     int radius, std::size_t most, Target target) {
    Met met(count, std::min(radius, 64));
    if (count == 0 || tables.empty()) return met.result();
    if (!dispatch<MeetNearest>(target, tables, word, most, met)) return std::nullopt;
    return met.result();
}

// Two rows, the smaller first, and the number of bits that differ.
struct Pair {
    std::uint32_t a, b, distance;
    friend bool operator<(const Pair& x, const Pair& y) {
        return x.a != y.a ? x.a < y.a : x.b < y.b;
    }
};

// Compares each word of one bucket with the words of another, or with the later words of the same.
template <bool Counts>
ISCCKIT_INLINE void join_buckets(std::span<const Table> tables, std::size_t t, std::uint32_t key,
                                 std::uint32_t other, int radius, std::vector<Pair>& pairs) {
    const Table& table = tables[t];
    const std::uint32_t end = table.offsets[key + 1], other_end = table.offsets[other + 1];
    for (std::uint32_t i = table.offsets[key]; i < end; ++i) {
        const std::uint64_t word = table.codes[i];
        for (std::uint32_t j = key == other ? i + 1 : table.offsets[other]; j < other_end; ++j) {
            const std::uint64_t differing = word ^ table.codes[j];
            const int distance = count_ones<Counts>(differing);
            if (distance > radius) [[likely]]
                continue;
            if (found_before<Counts>(tables, t, differing, radius)) continue;
            const auto [low, high] = std::minmax(table.rows[i], table.rows[j]);
            pairs.push_back({low, high, static_cast<std::uint32_t>(distance)});
        }
    }
}

template <bool Counts>
ISCCKIT_INLINE void join_keys(std::span<const Table> tables, std::size_t t, std::uint32_t first,
                              std::uint32_t last, std::span<const std::uint32_t> all, int radius,
                              std::vector<Pair>& pairs) {
    constexpr std::size_t ahead = 8;
    const Table& table = tables[t];
    for (std::uint32_t key = first; key < last; ++key) {
        if (table.offsets[key] == table.offsets[key + 1]) continue;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i + ahead < all.size())
                __builtin_prefetch(table.codes.data() + table.offsets[key ^ all[i + ahead]]);
            if (const std::uint32_t other = key ^ all[i]; other >= key)
                join_buckets<Counts>(tables, t, key, other, radius, pairs);
        }
    }
}

struct JoinKeys : Versions<Level::avx2, Level::baseline> {
    ISCCKIT_INLINE static void run(auto at, std::span<const Table> tables, std::size_t t,
                                   std::uint32_t first, std::uint32_t last,
                                   std::span<const std::uint32_t> all, int radius,
                                   std::vector<Pair>& pairs) {
        join_keys<at.counts_ones>(tables, t, first, last, all, radius, pairs);
    }
};

// All pairs of rows within `radius` of each other, in order for any number of threads. Throws
// Damaged before it starts a thread.
inline std::vector<Pair> join(std::span<const Table> tables, int radius, unsigned threads,
                              Target target) {
    constexpr unsigned parts =
        256;  // of the keys; threads take them one by one, as they take unequal time
    for (const Table& table : tables) table.check();
    std::vector<std::vector<Pair>> found(std::max(1u, threads));
    for (std::size_t t = 0; t < tables.size(); ++t) {
        const auto all = masks(tables[t].bits,
                               flips(radius, static_cast<int>(t), static_cast<int>(tables.size())));
        const std::uint64_t keys = std::uint64_t{1} << tables[t].bits;
        std::atomic<unsigned> next{0};
        const auto work = [&](std::vector<Pair>& pairs) {
            for (unsigned i = next++; i < parts; i = next++)
                dispatch<JoinKeys>(target, tables, t, static_cast<std::uint32_t>(keys * i / parts),
                                   static_cast<std::uint32_t>(keys * (i + 1) / parts), all, radius,
                                   pairs);
        };
        std::vector<std::thread> pool;
        for (std::size_t k = 1; k < found.size(); ++k) pool.emplace_back(work, std::ref(found[k]));
        work(found[0]);
        for (std::thread& each : pool) each.join();
    }
    for (std::size_t k = 1; k < found.size(); ++k)
        found[0].insert(found[0].end(), found[k].begin(), found[k].end());
    std::sort(found[0].begin(), found[0].end());
    return std::move(found[0]);
}

}  // namespace iscckit::search
