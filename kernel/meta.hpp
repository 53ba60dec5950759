// The digest of the Meta-Code: SimHash over BLAKE3 digests of short windows.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "blake3.hpp"
#include "cpu.hpp"
#include "text.hpp"

namespace iscckit {

using Digest = std::array<std::uint8_t, 32>;

// Counts, for each bit of a group of words, how often it was set, in planes: plane k holds bit k
// of all counts. Inputs of one weight are added three at a time (a carry-save adder), so that
// level k is touched once in 2^k additions. Room for 2^24 additions.
template <class Word>
class BitCounter {
   public:
    static constexpr int words = 8, levels = 25;

    ISCCKIT_INLINE void add(const Word (&digest)[words]) {
        Word carry[words];
        for (int w = 0; w < words; ++w) carry[w] = digest[w];
        int level = 0;
        for (std::uint32_t pending = added_++; (pending & 1) != 0; pending >>= 1, ++level)
            for (int w = 0; w < words; ++w) {
                const Word a = sum_[level][w], b = pending_[level][w], c = carry[w], u = a ^ b;
                sum_[level][w] = u ^ c;
                carry[w] = (a & b) | (u & c);
            }
        for (int w = 0; w < words; ++w) {
            pending_[level][w] = carry[w];
            if (std::has_single_bit(added_)) sum_[level][w] = carry[w] ^ carry[w];
        }
    }
    std::uint32_t added() const { return added_; }
    // Both hold weight 2^level; `pending` only where bit `level` of added() is set.
    const Word& sum(int level, int word) const { return sum_[level][word]; }
    const Word& pending(int level, int word) const { return pending_[level][word]; }

   private:
    Word sum_[levels][words];
    Word pending_[levels][words];
    std::uint32_t added_ = 0;
};

// Numbers in planes: bit p of planes[k][w] is bit k of the number that belongs to bit p of word w.
struct Planes {
    static constexpr int depth = 32;
    std::uint32_t bits[depth][8] = {};

    void add(const Planes& other, int used) {
        std::uint32_t carry[8] = {};
        for (int k = 0; k < used; ++k)
            for (int w = 0; w < 8; ++w) {
                const std::uint32_t a = bits[k][w], b = other.bits[k][w], u = a ^ b;
                bits[k][w] = u ^ carry[w];
                carry[w] = (a & b) | (u & carry[w]);
            }
    }
};

// The bits whose counts reach half of `n`, rounded up.
template <int Lanes>
ISCCKIT_INLINE Digest majority(const BitCounter<blake3::Vector<Lanes>>& counter, std::size_t n) {
    const int levels = std::bit_width(counter.added());
    const int used = std::bit_width(n) + 1;
    Planes total;
    for (int lane = 0; lane < Lanes; ++lane)
        for (const bool pending : {false, true}) {
            Planes part;
            for (int k = 0; k < levels; ++k) {
                const bool held = !pending || (counter.added() >> k & 1) != 0;
                for (int w = 0; w < 8; ++w)
                    part.bits[k][w] = !held ? 0 : pending ? counter.pending(k, w)[lane] : counter.sum(k, w)[lane];
            }
            total.add(part, used);
        }

    Digest out;
    const std::size_t threshold = n - n / 2;
    for (int w = 0; w < 8; ++w) {
        // Comparison from the lowest bit up: the highest bit that differs decides.
        std::uint32_t reached = ~0u;
        for (int k = 0; k < used; ++k)
            reached = (threshold >> k & 1) != 0 ? reached & total.bits[k][w] : reached | total.bits[k][w];
        std::memcpy(out.data() + 4 * w, &reached, 4);
    }
    return out;
}

// Messages of at most 16 bytes, cut from one buffer that may be read 16 bytes past each start.
struct Windows {
    const std::uint8_t* data;
    std::size_t count;
    std::size_t bytes;            // of each window, where `starts` is null
    const std::uint32_t* starts;  // of each character and the end, for windows of `bytes` characters

    std::size_t start(std::size_t i) const { return starts == nullptr ? i : starts[i]; }
    std::size_t size(std::size_t i) const { return starts == nullptr ? bytes : starts[i + bytes] - starts[i]; }
};

template <int Lanes>
ISCCKIT_INLINE Digest simhash_windows(const Windows& windows) {
    using Word = blake3::Vector<Lanes>;
    BitCounter<Word> counter;
    for (std::size_t first = 0; first < windows.count; first += Lanes) {
        Word m[16] = {}, h[8], size{}, live{};
        for (int i = 0; i < 8; ++i) h[i] = Word{} + blake3::iv[i];
        for (int lane = 0; lane < Lanes && first + lane < windows.count; ++lane) {
            std::uint32_t words[4] = {};
            size[lane] = static_cast<std::uint32_t>(windows.size(first + lane));
            live[lane] = ~0u;
            std::memcpy(words, windows.data + windows.start(first + lane), size[lane]);
            for (int i = 0; i < 4; ++i) m[i][lane] = words[i];
        }
        blake3::compress<Word>(h, m, Word{}, size, blake3::chunk_start | blake3::chunk_end | blake3::root);
        for (int i = 0; i < 8; ++i) h[i] &= live;
        counter.add(h);
    }
    return majority<Lanes>(counter, windows.count);
}

inline Digest simhash_windows_baseline(const Windows& windows) { return simhash_windows<4>(windows); }
inline Digest simhash_windows_wide(const Windows& windows) { return simhash_windows<16>(windows); }
#if ISCCKIT_X86
ISCCKIT_AVX2 inline Digest simhash_windows_avx2(const Windows& windows) { return simhash_windows<8>(windows); }
ISCCKIT_AVX512 inline Digest simhash_windows_avx512(const Windows& windows) { return simhash_windows<16>(windows); }
#endif

// Level 4, for tests only: 16 lanes, compiled for the baseline.
inline Digest simhash_windows(const Windows& windows, int level) {
    if (level == 4) return simhash_windows_wide(windows);
    switch (resolve(static_cast<Level>(level))) {
#if ISCCKIT_X86
        case Level::avx512:
            return simhash_windows_avx512(windows);
        case Level::avx2:
            return simhash_windows_avx2(windows);
#endif
        default:
            return simhash_windows_baseline(windows);
    }
}

inline constexpr std::size_t meta_characters = 3, meta_bytes = 4;  // sizes of the windows

inline Digest hash_bytes(Utf8 data, int level) {
    if (data.size() <= meta_bytes) return simhash_windows({data.data(), 1, data.size(), nullptr}, level);
    return simhash_windows({data.data(), data.size() - meta_bytes + 1, meta_bytes, nullptr}, level);
}

inline Digest hash_text(Utf8 text, int level) {
    Bytes collapsed;
    collapse(text, collapsed);
    std::vector<std::uint32_t> starts;
    starts.reserve(collapsed.size() + 1);
    for (std::size_t i = 0; i < collapsed.size(); ++i)
        if ((collapsed.data()[i] & 0xC0) != 0x80) starts.push_back(static_cast<std::uint32_t>(i));
    const std::size_t characters = starts.size();
    starts.push_back(static_cast<std::uint32_t>(collapsed.size()));
    if (characters <= meta_characters) return simhash_windows({collapsed.data(), 1, collapsed.size(), nullptr}, level);
    return simhash_windows({collapsed.data(), characters - meta_characters + 1, meta_characters, starts.data()}, level);
}

// The name's digest and the other's, by turns four bytes of each of their first halves.
inline Digest interleave(const Digest& name, const Digest& extra) {
    Digest out;
    for (std::size_t i = 0; i < 4; ++i) {
        std::memcpy(out.data() + 8 * i, name.data() + 4 * i, 4);
        std::memcpy(out.data() + 8 * i + 4, extra.data() + 4 * i, 4);
    }
    return out;
}

}  // namespace iscckit
