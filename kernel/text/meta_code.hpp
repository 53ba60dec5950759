// The digest of the Meta-Code: SimHash over BLAKE3 digests of short windows.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "hash/blake3.hpp"
#include "simd/cpu.hpp"
#include "simd/vec.hpp"
#include "text/preparation.hpp"
#include "text/windows.hpp"

namespace iscckit {

using Digest = std::array<std::uint8_t, 32>;

// Counts how often each bit of a group of words was set. Plane k holds bit k of all counts. A
// carry-save adder takes three inputs of one weight at a time, so that plane k changes once in 2^k
// additions. There is room for 2^24 additions.
template <class Word>
class BitCounter {
   public:
    static constexpr int words = 8, levels = 25;

    ISCCKIT_INLINE void add(const Word (&digest)[words]) {
        Word carry[words];
        for (int w = 0; w < words; ++w) carry[w] = digest[w];
        int level = 0;
        for (std::uint32_t held = added_++; (held & 1) != 0; held >>= 1, ++level)
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
    // The contents of one lane, both with the weight 2^level. `pending` is valid only where bit
    // `level` of added() is set.
    ISCCKIT_INLINE Vec<std::uint32_t, words> sum(int level, int lane) const {
        return column(sum_[level], lane);
    }
    ISCCKIT_INLINE Vec<std::uint32_t, words> pending(int level, int lane) const {
        return column(pending_[level], lane);
    }

   private:
    static ISCCKIT_INLINE Vec<std::uint32_t, words> column(const Word (&rows)[words], int lane) {
        constexpr std::size_t lanes = sizeof(Word) / 4;
        std::uint32_t values[words];
        for (int w = 0; w < words; ++w)
            std::memcpy(&values[w], reinterpret_cast<const char*>(rows) + 4 * (lanes * w + lane),
                        4);
        Vec<std::uint32_t, words> out;
        std::memcpy(&out, values, sizeof out);
        return out;
    }

    Word sum_[levels][words];
    Word pending_[levels][words];
    std::uint32_t added_ = 0;
};

// The eight words of a digest, or one plane of the counts of its bits.
using Plane = Vec<std::uint32_t, 8>;

// Adds numbers of `levels` planes to numbers of `used` planes.
ISCCKIT_INLINE void add_planes(Plane* numbers, int used, const Plane* other, int levels) {
    Plane carry{};
    for (int k = 0; k < levels; ++k) {
        const Plane a = numbers[k], b = other[k], u = a ^ b;
        numbers[k] = u ^ carry;
        carry = (a & b) | (u & carry);
    }
    for (int k = levels; k < used; ++k) {
        const Plane a = numbers[k];
        numbers[k] = a ^ carry;
        carry &= a;
    }
}

// The bits whose counts reach half of `n`, rounded up.
template <int Lanes>
ISCCKIT_INLINE Digest most(const BitCounter<Vec<std::uint32_t, Lanes>>& counter, std::size_t n) {
    const int levels = std::bit_width(counter.added());
    const int used = std::bit_width(n) + 1;
    Plane total[32], sum[32], pending[32];
    for (int k = 0; k < used; ++k) total[k] = Plane{};
    for (int lane = 0; lane < Lanes; ++lane) {
        for (int k = 0; k < levels; ++k) {
            sum[k] = counter.sum(k, lane);
            pending[k] = (counter.added() >> k & 1) != 0 ? counter.pending(k, lane) : Plane{};
        }
        add_planes(total, used, sum, levels);
        add_planes(total, used, pending, levels);
    }

    // Compares from the lowest bit up: the highest bit that differs decides.
    const std::size_t threshold = n - n / 2;
    Plane reached = ~Plane{};
    for (int k = 0; k < used; ++k)
        reached = (threshold >> k & 1) != 0 ? reached & total[k] : reached | total[k];
    Digest out;
    std::memcpy(out.data(), &reached, sizeof reached);
    return out;
}

// Hashes one message in each lane, of `Used` words and `size` bytes, and counts the digests of the
// lanes that are `live` (all ones, else zero).
template <int Lanes, int Used, class Word = Vec<std::uint32_t, Lanes>>
ISCCKIT_INLINE void count_digests(const Word (&words)[4], Word size, Word live,
                                  BitCounter<Word>& counter) {
    Word m[16] = {}, h[8];
    for (int i = 0; i < Used; ++i) m[i] = words[i];
    for (int i = 0; i < 8; ++i) h[i] = Word{} + blake3::iv[i];
    blake3::compress<Word>(h, m, Word{}, Word{}, size,
                           blake3::chunk_start | blake3::chunk_end | blake3::root);
    for (int i = 0; i < 8; ++i) h[i] &= live;
    counter.add(h);
}

template <int Lanes>
ISCCKIT_INLINE Vec<std::uint32_t, Lanes> lane_numbers() {
    Vec<std::uint32_t, Lanes> numbers{};
    for (int i = 0; i < Lanes; ++i) numbers[i] = static_cast<std::uint32_t>(i);
    return numbers;
}

// Messages of up to 12 bytes; message i reaches from starts[i] to starts[i + width].
// Requires: 16 readable bytes behind each start, and `Lanes` readable starts behind the last.
struct Messages {
    const std::uint8_t* data;
    const std::uint32_t* starts;
    std::size_t count;
    std::size_t width;
};

template <int Lanes>
ISCCKIT_INLINE Digest simhash_messages(const Messages& messages) {
    using Word = Vec<std::uint32_t, Lanes>;
    BitCounter<Word> counter;
    for (std::size_t first = 0; first < messages.count; first += Lanes) {
        const std::size_t left = messages.count - first;
        const Word live = (Word)(lane_numbers<Lanes>() <
                                 static_cast<std::uint32_t>(std::min<std::size_t>(left, Lanes)));
        Word begin, end, words[4];
        std::memcpy(&begin, messages.starts + first, sizeof begin);
        std::memcpy(&end, messages.starts + first + messages.width, sizeof end);
        const Word size = (end - begin) & live;
        const std::uint8_t* from[Lanes];
        for (std::size_t i = 0; i < Lanes; ++i)
            from[i] = messages.data + messages.starts[first + (i < left ? i : 0)];
        windows_detail::load_words<Lanes>(from, words);
        for (std::uint32_t k = 0; k < 3; ++k) {
            const Word rest = size - 4 * k;  // wraps where the message has ended
            const Word part = ~(~Word{} << (8 * (rest & 3)));
            words[k] &= (Word)(size <= 4 * k) ? Word{} : ((Word)(rest >= 4) | part);
        }
        count_digests<Lanes, 3>(words, size, live, counter);
    }
    return most<Lanes>(counter, messages.count);
}

// SimHash over all runs of four bytes. Requires: at least four bytes.
template <int Lanes>
ISCCKIT_INLINE Digest simhash_bytes(Utf8 data) {
    using Word = Vec<std::uint32_t, Lanes>;
    constexpr std::size_t block = 4 * Lanes;
    BitCounter<Word> counter;
    const std::size_t count = data.size() - 3;
    for (std::size_t first = 0; first < count; first += block) {
        // Vector j holds the windows j, j + 4, j + 8, ..., which lie side by side in memory.
        std::uint8_t copy[block + 4];
        const std::size_t left = count - first;
        const std::uint8_t* from = data.data() + first;
        if (left < block) from = static_cast<std::uint8_t*>(std::memcpy(copy, from, left + 3));
        for (std::uint32_t j = 0; j < 4 && j < left; ++j) {
            const std::size_t held = std::min<std::size_t>((left - j + 3) / 4, Lanes);
            const Word live = (Word)(lane_numbers<Lanes>() < static_cast<std::uint32_t>(held));
            Word words[4];
            std::memcpy(&words[0], from + j, sizeof(Word));
            count_digests<Lanes, 1>(words, Word{} + 4, live, counter);
        }
    }
    return most<Lanes>(counter, count);
}

struct SimhashMessages : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static Digest run(auto at, const Messages& messages) {
        return simhash_messages<at.lanes>(messages);
    }
};

struct SimhashBytes : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static Digest run(auto at, Utf8 data) { return simhash_bytes<at.lanes>(data); }
};

using MetaKernels = KernelList<CollapseAscii, SimhashMessages, SimhashBytes>;

inline Digest digest_of(const blake3::Chain& chain) {
    Digest out;
    std::memcpy(out.data(), chain.data(), out.size());
    return out;
}

inline constexpr std::size_t meta_characters = 3, meta_bytes = 4;  // sizes of the windows

inline Digest hash_bytes(Utf8 data, Target target) {
    if (data.size() <= meta_bytes) return digest_of(blake3::hash(data));
    return dispatch<SimhashBytes>(target, data);
}

inline Digest hash_text(Utf8 text, Target target) {
    Bytes collapsed;
    collapse(text, collapsed, target);
    collapsed.reserve(text_padding);
    const std::size_t size = collapsed.size();
    std::vector<std::uint32_t> starts(size + 1 + 16);
    std::size_t characters = 0;
    for (std::size_t i = 0; i < size; ++i) {
        starts[characters] = static_cast<std::uint32_t>(i);
        characters += (collapsed.data()[i] & 0xC0) != 0x80;
    }
    starts[characters] = static_cast<std::uint32_t>(size);
    if (characters <= meta_characters) return digest_of(blake3::hash(collapsed.view()));
    const Messages messages{collapsed.data(), starts.data(), characters - meta_characters + 1,
                            meta_characters};
    return dispatch<SimhashMessages>(target, messages);
}

// Alternates four bytes of the name's digest and four of the other, from their first halves.
inline Digest interleave(const Digest& name, const Digest& extra) {
    Digest out;
    for (std::size_t i = 0; i < 4; ++i) {
        std::memcpy(out.data() + 8 * i, name.data() + 4 * i, 4);
        std::memcpy(out.data() + 8 * i + 4, extra.data() + 4 * i, 4);
    }
    return out;
}

// The digest of a title and of a description, which may be empty.
inline Digest hash_with_text(Utf8 name, Utf8 description, Target target) {
    const Digest first = hash_text(name, target);
    return description.empty() ? first : interleave(first, hash_text(description, target));
}

// The digest of a title and of a metadata object, which may be empty.
inline Digest hash_with_bytes(Utf8 name, Utf8 metadata, Target target) {
    const Digest first = hash_text(name, target);
    return metadata.empty() ? first : interleave(first, hash_bytes(metadata, target));
}

}  // namespace iscckit
