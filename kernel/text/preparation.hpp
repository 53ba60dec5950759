// The text preparation of ISO 24138: cleaning for display and collapsing for hashing.
//
// Both normalise. The normal form of a text is the concatenation of the normal forms of its code
// points, except where a code point joins: where its result starts with a character that composes
// with the text before it or is sorted before it. So the loops append ready results from a table
// and recompose only from the last result that did not join.
#pragma once

#include <cstring>

#include "text/collapse_ascii.hpp"
#include "text/unicode.hpp"

namespace iscckit {

inline bool is_ascii8(const std::uint8_t* p) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    return (word & 0x8080808080808080u) == 0;
}

// The output of a loop, and the part at its end that joining code points may still change.
class Joined {
   public:
    explicit Joined(Bytes& out) : out_(out), from_(out.size()) {}

    // Appends a code point of 2 to 4 bytes that does not change. Requires: 16 bytes of room.
    ISCCKIT_INLINE void append_own(const std::uint8_t* bytes, unsigned size) {
        close();
        std::uint8_t* to = out_.end();
        std::memcpy(to, bytes, 2);
        if (size > 2) to[2] = bytes[2];
        if (size > 3) to[3] = bytes[3];
        out_.advance(size);
    }
    void append(unicode::Pooled result) {
        if (result.joins())
            open_ = true;
        else
            close();
        out_.append(result.bytes(), result.size());
        last_class_ = result.ends_combining() ? 255 : 0;
    }
    // Appends a code point that joins or may join. A combining character that never composes stays
    // in its place if it comes in order.
    void append_joining(const std::uint8_t* bytes, unsigned size, std::uint32_t code,
                        bool composes) {
        const std::uint8_t group = composes ? 0 : unicode::combining(code);
        if (composes || group < last_class_) open_ = true;
        last_class_ = group;
        out_.append(bytes, size);
    }
    // Closes the open part: later code points do not join it.
    ISCCKIT_INLINE void close() {
        if (open_) [[unlikely]]
            recompose();
        from_ = out_.size();
        last_class_ = 0;
    }
    // Tells that the caller has appended characters of one byte that do not join.
    void restart() { from_ = out_.size() - 1; }
    bool open() const { return open_; }

   private:
    __attribute__((noinline)) void recompose() {
        unicode::join(out_, from_, scratch_);
        open_ = false;
    }

    Bytes& out_;
    std::size_t from_;             // where the last result starts that did not join
    std::uint8_t last_class_ = 0;  // combining class at the end; 255 if it must be looked up
    bool open_ = false;            // whether something has joined since
    std::vector<std::uint32_t> scratch_;
};

// Whether the capital sigma in text[at, at + 2) follows a cased letter and does not precede one.
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
// P, then NFKC. The neighbours of dropped characters may join.
inline void collapse(Utf8 text, Bytes& out, Target target) {
    static constexpr std::uint8_t sigmas[2][2] = {{0xCF, 0x83}, {0xCF, 0x82}};  // within, final
    Joined joined(out);
    const std::uint8_t* p = text.data();
    const std::uint8_t* const end = p + text.size();
    out.reserve(text.size() + 128);
    while (p != end) {
        if (*p < 0x80) {
            out.reserve(static_cast<std::size_t>(end - p) + 32);
            const std::size_t before = out.size();
            if (joined.open()) {
                const std::uint8_t lower = ascii_table.collapsed[*p++];
                if (lower == 0) continue;
                joined.close();
                out.push(lower);
            } else {
                out.advance(dispatch<CollapseAscii>(target, p, end, out.end()));
                if (out.size() != before) joined.restart();
            }
            continue;
        }
        const std::uint8_t* const start = p;
        out.reserve(16);
        const std::uint16_t entry = unicode::collapse_entry_at(p);
        if (entry == unicode::keep) {
            joined.append_own(start, static_cast<unsigned>(p - start));
        } else if (entry >= unicode::in_pool) {
            joined.append(unicode::Pooled(entry));
        } else if (entry == unicode::special) {
            joined.append_own(
                sigmas[is_final_sigma(text, static_cast<std::size_t>(start - text.data()))], 2);
        } else if (entry != unicode::drop) {
            joined.append_joining(start, static_cast<unsigned>(p - start), 0, true);
        }
    }
    joined.close();
}

// Whether str.isspace accepts the code point.
inline bool is_whitespace(std::uint32_t code) {
    if (code < 0x80)
        return code == ' ' || (code >= 9 && code <= 13) || (code >= 0x1C && code <= 0x1F);
    return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
           code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

// The text without whitespace at its ends.
inline Utf8 strip(Utf8 text) {
    const std::uint8_t* first = text.data();
    const std::uint8_t* last = first + text.size();
    for (const std::uint8_t* p = first; p != last && is_whitespace(unicode::decode(p));) first = p;
    for (const std::uint8_t* p = last; p != first && is_whitespace(unicode::decode_before(p));)
        last = p;
    return {first, static_cast<std::size_t>(last - first)};
}

// The lines of text_clean: lines of whitespace become empty, and one of several empty lines is
// kept.
class Lines {
   public:
    explicit Lines(Bytes& out) : out_(out) {}

    void end_line() {
        if (!strip({out_.data() + start_, out_.size() - start_}).empty()) {
            blank_ = false;
        } else {
            out_.truncate(start_);
            if (blank_) return;
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

// Whether none of 8 bytes is a control character or not ASCII.
inline bool is_plain8(std::uint64_t word) {
    constexpr std::uint64_t ones = 0x0101010101010101u, tops = 0x80 * ones;
    const std::uint64_t below_space =
        (word - 0x20 * ones) & ~word;  // exact where no byte has bit 7
    return ((word | below_space | (word + ones)) & tops) == 0;
}

// Copies ASCII up to the first control character or other byte, and up to 7 bytes beyond. Returns
// the number of ASCII bytes. Requires: room for end - p + 8 bytes.
inline std::size_t copy_plain(const std::uint8_t* p, const std::uint8_t* end, std::uint8_t* out) {
    const std::uint8_t* const start = p;
    std::uint64_t word;
    for (; end - p >= 8; p += 8, out += 8) {
        std::memcpy(&word, p, 8);
        std::memcpy(out, &word, 8);
        if (!is_plain8(word)) break;
    }
    for (; p != end && *p >= 0x20 && *p < 0x7F; ++p) *out++ = *p;
    return static_cast<std::size_t>(p - start);
}

// Returns text_clean(text), a part of `out`: NFKC, without the category C except for line breaks,
// with LF as the line break, at most one empty line in a row, stripped.
inline Utf8 clean(Utf8 text, Bytes& out) {
    Joined joined(out);
    Lines lines(out);
    const std::uint8_t* p = text.data();
    const std::uint8_t* const end = p + text.size();
    bool after_cr = false;
    out.reserve(text.size() + 128);
    while (p != end) {
        if (*p >= 0x20 && *p < 0x7F) {
            joined.close();
            out.reserve(static_cast<std::size_t>(end - p) + 16);
            const std::size_t plain = copy_plain(p, end, out.end());
            p += plain;
            out.advance(plain);
            joined.restart();
            after_cr = false;
            continue;
        }
        const std::uint8_t* const start = p;
        out.reserve(16);
        const std::uint16_t entry = unicode::clean_entry_at(p);
        if (entry == unicode::drop) {
            joined.close();
            continue;
        }
        if (entry == unicode::special) {
            joined.close();
            if (!(*start == '\n' && after_cr)) lines.end_line();
            after_cr = *start == '\r';
            joined.close();
            continue;
        }
        after_cr = false;
        const auto size = static_cast<unsigned>(p - start);
        if (entry == unicode::keep)
            joined.append_own(start, size);
        else if (entry >= unicode::in_pool)
            joined.append(unicode::Pooled(entry));
        else
            joined.append_joining(start, size, unicode::decode_at(start), entry == unicode::joins);
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

// A title as the Meta-Code takes it, one line of at most `size` bytes: a part of `line`.
inline Utf8 title_line(Utf8 text, std::size_t size, Bytes& cleaned, Bytes& line) {
    remove_newlines(clean(text, cleaned), line);
    return trim(line.view(), size);
}

// A description as the Meta-Code takes it, at most `size` bytes: a part of `out`.
inline Utf8 short_description(Utf8 text, std::size_t size, Bytes& out) {
    return trim(clean(text, out), size);
}

}  // namespace iscckit
