// Unicode 16.0: the results of code points, and canonical composition.
//
// Text is well-formed UTF-8 from Python, except that it may contain lone surrogates in their
// three-byte form. Surrogates have a separate category and need no case here.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>
#include <span>
#include <vector>

#include "simd/cpu.hpp"
#include "tables/unicode.hpp"

namespace iscckit {

using Utf8 = std::span<const std::uint8_t>;

// Growing bytes that are not zeroed first. After reserve(n), n bytes may be written at end().
class Bytes {
   public:
    Bytes() = default;
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;
    ~Bytes() { std::free(data_); }

    void reserve(std::size_t more) {
        if (capacity_ - size_ < more) grow(more);
    }
    std::uint8_t* end() { return data_ + size_; }
    void advance(std::size_t count) { size_ += count; }
    void truncate(std::size_t size) { size_ = size; }
    void append(const std::uint8_t* from, std::size_t count) {
        reserve(count);
        if (count != 0) std::memcpy(end(), from, count);
        size_ += count;
    }
    void push(std::uint8_t byte) {
        reserve(1);
        data_[size_++] = byte;
    }
    std::uint8_t* data() { return data_; }
    std::size_t size() const { return size_; }
    Utf8 view() const { return {data_, size_}; }

   private:
    void grow(std::size_t more) {
        const std::size_t wanted = std::max(size_ + more, capacity_ + capacity_ / 2);
        void* moved = std::realloc(data_, wanted);
        if (moved == nullptr) throw std::bad_alloc();
        data_ = static_cast<std::uint8_t*>(moved);
        capacity_ = wanted;
    }

    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

namespace unicode {

// Entries of the tables of results; tables/unicode.hpp describes them.
inline constexpr std::uint16_t keep = 0, drop = 1, special = 2, joins = 3, sorts = 4, in_pool = 5;
inline constexpr std::uint32_t sigma = 0x3A3;

inline unsigned size_at(std::uint8_t lead) {
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

// Requires: a whole code point stands at `p`. Moves `p` behind it.
inline std::uint32_t decode(const std::uint8_t*& p) {
    const std::uint32_t lead = *p++;
    if (lead < 0x80) return lead;
    std::uint32_t code = lead < 0xE0 ? lead & 0x1F : lead < 0xF0 ? lead & 0x0F : lead & 0x07;
    for (unsigned rest = size_at(static_cast<std::uint8_t>(lead)); rest > 1; --rest)
        code = code << 6 | (*p++ & 0x3F);
    return code;
}

// Moves `p`, which is behind a code point, to its start.
inline std::uint32_t decode_before(const std::uint8_t*& p) {
    do --p;
    while ((*p & 0xC0) == 0x80);
    const std::uint8_t* at = p;
    return decode(at);
}

inline void encode(std::uint32_t code, Bytes& out) {
    if (code < 0x80) return out.push(static_cast<std::uint8_t>(code));
    const unsigned rest = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    const unsigned lead = code < 0x800 ? 0xC0 : code < 0x10000 ? 0xE0 : 0xF0;
    out.push(static_cast<std::uint8_t>(lead | code >> (6 * rest)));
    for (unsigned left = rest; left > 0; --left)
        out.push(static_cast<std::uint8_t>(0x80 | ((code >> (6 * (left - 1))) & 0x3F)));
}

inline std::uint32_t decode_at(const std::uint8_t* p) { return decode(p); }

// Looks up the code point at `p` and moves `p` behind it. All bytes of UTF-8 but the last number a
// block of the tables.
template <const auto& Index, const auto& Result>
ISCCKIT_INLINE std::uint16_t entry_at(const std::uint8_t*& p, std::uint16_t above_limit) {
    const std::uint32_t lead = *p++;
    if (lead < 0x80) return Result[Index[lead / 64] * 64u + lead % 64];
    std::uint32_t block = lead & 0x1F;
    if (lead >= 0xE0) {
        block = (lead & 0x0F) << 6 | (*p++ & 0x3F);
        if (lead >= 0xF0) {
            block = (lead & 0x07) << 12 | (block & 0x3F) << 6 | (*p++ & 0x3F);
            if (block >= limit / 64) {
                ++p;
                return above_limit;
            }
        }
    }
    return Result[Index[block] * 64u + (*p++ & 0x3F)];
}

ISCCKIT_INLINE std::uint16_t collapse_entry_at(const std::uint8_t*& p) {
    return entry_at<collapse_index, collapse_result>(p, drop);
}

ISCCKIT_INLINE std::uint16_t clean_entry_at(const std::uint8_t*& p) {
    const std::uint8_t* const start = p;
    const std::uint16_t entry = entry_at<clean_index, clean_result>(p, special);
    if (entry != special || *start < 0xF0) return entry;
    const std::uint32_t code = decode_at(start);
    return code >= first_selector && code <= last_selector ? keep : drop;
}

inline std::uint8_t combining(std::uint32_t code) {
    return code >= limit ? 0 : combining_result[combining_index[code / 64] * 64u + code % 64];
}

// A result that differs from its code point.
struct Pooled {
    explicit Pooled(std::uint16_t entry) : head(pool + entry - in_pool) {}
    const std::uint8_t* bytes() const { return head + 1; }
    unsigned size() const { return *head & 0x3F; }
    bool ends_combining() const { return (*head & 0x40) != 0; }
    bool joins() const { return (*head & 0x80) != 0; }

    const std::uint8_t* head;
};

// 1 where the rule of the final sigma ignores the code point, 2 where it has a case, else 0.
inline unsigned case_flags(std::uint32_t code) {
    const std::uint32_t* after =
        std::upper_bound(std::begin(case_runs), std::end(case_runs), code << 2 | 3);
    return *(after - 1) & 3;
}

// Hangul syllables are composed by arithmetic: Unicode 16.0 section 3.12.
inline constexpr std::uint32_t hangul_l = 0x1100, hangul_v = 0x1161, hangul_t = 0x11A7,
                               hangul_s = 0xAC00;
inline constexpr std::uint32_t count_l = 19, count_v = 21, count_t = 28,
                               count_s = count_l * count_v * count_t;

// Appends the full canonical decomposition of `code`, a code point of a text in NFC: it can only
// decompose into pairs that compose.
inline void decompose(std::uint32_t code, std::vector<std::uint32_t>& out) {
    if (code - hangul_s < count_s) {
        const std::uint32_t index = code - hangul_s;
        out.push_back(hangul_l + index / (count_v * count_t));
        out.push_back(hangul_v + index / count_t % count_v);
        if (index % count_t != 0) out.push_back(hangul_t + index % count_t);
        return;
    }
    const auto* found = std::lower_bound(
        std::begin(by_composite), std::end(by_composite), code,
        [](std::uint16_t at, std::uint32_t wanted) { return pairs[3 * at + 2] < wanted; });
    if (found == std::end(by_composite) || pairs[3 * *found + 2] != code)
        return out.push_back(code);
    decompose(pairs[3 * *found], out);
    out.push_back(pairs[3 * *found + 1]);
}

// The code point that two compose to, or 0.
inline std::uint32_t composite(std::uint32_t first, std::uint32_t second) {
    if (first - hangul_l < count_l && second - hangul_v < count_v)
        return hangul_s + ((first - hangul_l) * count_v + (second - hangul_v)) * count_t;
    if (first - hangul_s < count_s && (first - hangul_s) % count_t == 0 &&
        second - hangul_t - 1 < count_t - 1)
        return first + (second - hangul_t);
    std::size_t low = 0, high = std::size(pairs) / 3;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const std::uint32_t* pair = pairs + 3 * middle;
        if (pair[0] == first && pair[1] == second) return pair[2];
        if (pair[0] < first || (pair[0] == first && pair[1] < second))
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

// Sorts each run of combining characters by class. The sort is stable.
inline void reorder(std::vector<std::uint32_t>& codes) {
    const auto by_class = [](std::uint32_t a, std::uint32_t b) {
        return combining(a) < combining(b);
    };
    for (auto at = codes.begin(); at != codes.end();) {
        if (combining(*at) == 0) {
            ++at;
            continue;
        }
        const auto last =
            std::find_if(at, codes.end(), [](std::uint32_t code) { return combining(code) == 0; });
        if (last - at > 1) std::stable_sort(at, last, by_class);
        at = last;
    }
}

// Canonical composition in place: Unicode 16.0 section 3.11. Requires: decomposed, in order.
inline void compose(std::vector<std::uint32_t>& codes) {
    std::size_t size = 0, starter = 0;
    bool has_starter = false;
    for (const std::uint32_t code : codes) {
        const unsigned group = combining(code);
        if (has_starter) {
            const bool blocked = starter + 1 < size && combining(codes[size - 1]) >= group;
            const std::uint32_t whole = blocked ? 0 : composite(codes[starter], code);
            if (whole != 0) {
                codes[starter] = whole;
                continue;
            }
        }
        if (group == 0) {
            starter = size;
            has_starter = true;
        }
        codes[size++] = code;
    }
    codes.resize(size);
}

// Brings the end of `text`, a concatenation of texts in NFC, into NFC from byte `from` on.
inline void join(Bytes& text, std::size_t from, std::vector<std::uint32_t>& scratch) {
    scratch.clear();
    const std::uint8_t* const end = text.end();
    for (const std::uint8_t* p = text.data() + from; p != end;) decompose(decode(p), scratch);
    reorder(scratch);
    compose(scratch);
    text.truncate(from);
    for (const std::uint32_t code : scratch) encode(code, text);
}

}  // namespace unicode
}  // namespace iscckit
