// The text preparation of ISO 24138: cleaning for display and collapsing for hashing.
//
// Both normalise. The normal form of a text is the concatenation of those of its code points,
// except where a code point joins: where its result starts with something that composes with, or
// is sorted before, what stands in front of it. So the loops append ready results from a table
// and recompose only from the last result that did not join.
#pragma once

#include <cstring>

#include "cpu.hpp"
#include "unicode.hpp"

namespace iscckit {

// What text_collapse makes of an ASCII character; 0 where it drops it.
struct AsciiTable {
    std::uint8_t collapsed[128] = {};
    constexpr AsciiTable() {
        for (unsigned c = 0; c < 128; ++c) {
            const bool upper = c >= 'A' && c <= 'Z';
            const bool kept = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (kept) collapsed[c] = static_cast<std::uint8_t>(upper ? c | 0x20 : c);
        }
        for (const char symbol : {'$', '+', '<', '=', '>', '^', '`', '|', '~'})
            collapsed[static_cast<unsigned>(symbol)] = static_cast<std::uint8_t>(symbol);
    }
};
inline constexpr AsciiTable ascii_table;

inline bool is_ascii8(const std::uint8_t* p) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    return (word & 0x8080808080808080u) == 0;
}

// The output of a loop, and its end that joining code points may still change.
class Joined {
   public:
    explicit Joined(Bytes& out) : out_(out) {}

    // Appends a result. Requires: it is in NFC, as are all others.
    void append(const std::uint8_t* bytes, std::size_t size, bool joins) {
        if (joins)
            open_ = true;
        else
            close();
        out_.append(bytes, size);
    }
    // Nothing appended later joins what was appended before.
    void close() {
        if (open_) unicode::join(out_, from_, scratch_);
        open_ = false;
        from_ = out_.size();
    }
    // The caller has appended something whose last byte is a character that does not join.
    void restart() { from_ = out_.size() - 1; }
    bool open() const { return open_; }

   private:
    Bytes& out_;
    std::size_t from_ = 0;  // where the last result starts that did not join
    bool open_ = false;     // whether something has joined since
    std::vector<std::uint32_t> scratch_;
};

// Whether the capital sigma in text[at, at + 2) follows a cased letter and precedes none.
inline bool is_final_sigma(Utf8 text, std::size_t at) {
    const auto sees_cased = [](auto next, const std::uint8_t* p, const std::uint8_t* stop) {
        while (p != stop)
            if (const unsigned flags = unicode::case_flags(next(p)); flags != 1) return flags == 2;
        return false;
    };
    const std::uint8_t* const begin = text.data();
    return sees_cased(unicode::decode_before, begin + at, begin) &&
           !sees_cased(unicode::decode, begin + at + 2, begin + text.size());
}

// Appends text_collapse(text): NFD, lower-casing, without whitespace and the categories C, M and
// P, then NFKC. What is dropped does not keep its neighbours from joining.
inline void collapse(Utf8 text, Bytes& out) {
    static constexpr std::uint8_t sigmas[2][2] = {{0xCF, 0x83}, {0xCF, 0x82}};  // within, final
    Joined joined(out);
    const std::uint8_t* p = text.data();
    const std::uint8_t* const end = p + text.size();
    out.reserve(text.size() + 64);
    while (p != end) {
        if (*p < 0x80) {
            if (const std::uint8_t lower = ascii_table.collapsed[*p++]; lower != 0) joined.append(&lower, 1, false);
            continue;
        }
        const std::uint8_t* const start = p;
        const std::uint16_t entry = unicode::collapse_entry(unicode::decode(p));
        if (entry == unicode::drop) continue;
        if (entry == unicode::special) {
            const auto at = static_cast<std::size_t>(start - text.data());
            joined.append(sigmas[is_final_sigma(text, at)], 2, false);
        } else if (entry >= unicode::in_pool) {
            const unicode::Pooled result(entry);
            joined.append(result.bytes(), result.size(), result.joins());
        } else {
            joined.append(start, static_cast<std::size_t>(p - start), entry == unicode::joins);
        }
    }
    joined.close();
}

// What str.isspace accepts.
inline bool is_whitespace(std::uint32_t code) {
    if (code < 0x80) return code == ' ' || (code >= 9 && code <= 13) || (code >= 0x1C && code <= 0x1F);
    return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
           code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

// The text without whitespace at its ends.
inline Utf8 strip(Utf8 text) {
    const std::uint8_t* first = text.data();
    const std::uint8_t* last = first + text.size();
    for (const std::uint8_t* p = first; p != last && is_whitespace(unicode::decode(p));) first = p;
    for (const std::uint8_t* p = last; p != first && is_whitespace(unicode::decode_before(p));) last = p;
    return {first, static_cast<std::size_t>(last - first)};
}

// Lines of text_clean: whitespace-only lines become empty, and one of several is kept.
class Lines {
   public:
    explicit Lines(Bytes& out) : out_(out) {}

    void end_line() {
        if (!strip({out_.data() + start_, out_.size() - start_}).empty())
            blank_ = false;
        else if (blank_)
            return out_.truncate(start_);
        else {
            out_.truncate(start_);
            blank_ = true;
        }
        out_.push('\n');
        start_ = out_.size();
    }

   private:
    Bytes& out_;
    std::size_t start_ = 0;
    bool blank_ = false;  // whether the line before is empty
};

// Returns text_clean(text), a part of `out`: NFKC, without the category C but for line breaks,
// with LF as the line break, at most one empty line in a row, stripped.
inline Utf8 clean(Utf8 text, Bytes& out) {
    Joined joined(out);
    Lines lines(out);
    bool after_cr = false;
    const std::uint8_t* p = text.data();
    const std::uint8_t* const end = p + text.size();
    out.reserve(text.size() + 64);
    while (p != end) {
        const std::uint8_t* const start = p;
        const std::uint32_t code = unicode::decode(p);
        const std::uint16_t entry = unicode::clean_entry(code);
        if (entry == unicode::drop) {
            joined.close();
        } else if (entry == unicode::special) {
            joined.close();
            if (!(code == '\n' && after_cr)) lines.end_line();
            after_cr = code == '\r';
            joined.close();
        } else {
            after_cr = false;
            if (entry >= unicode::in_pool) {
                const unicode::Pooled result(entry);
                joined.append(result.bytes(), result.size(), result.joins());
            } else {
                joined.append(start, static_cast<std::size_t>(p - start), entry == unicode::joins);
            }
        }
    }
    joined.close();
    lines.end_line();
    return strip(out.view());
}

// Appends the words of the text, joined by single spaces.
inline void remove_newlines(Utf8 text, Bytes& out) {
    out.reserve(text.size());
    const std::uint8_t* p = text.data();
    const std::uint8_t* const end = p + text.size();
    bool between = false;
    while (p != end) {
        const std::uint8_t* const start = p;
        if (is_whitespace(unicode::decode(p))) {
            between = out.size() != 0;
            continue;
        }
        if (between) out.push(' ');
        between = false;
        out.append(start, static_cast<std::size_t>(p - start));
    }
}

// The longest start of the text that has at most `size` bytes and ends with a whole code point,
// stripped. Requires: no surrogates.
inline Utf8 trim(Utf8 text, std::size_t size) {
    if (size < text.size()) {
        while (size > 0 && (text[size] & 0xC0) == 0x80) --size;
        text = text.first(size);
    }
    return strip(text);
}

}  // namespace iscckit
