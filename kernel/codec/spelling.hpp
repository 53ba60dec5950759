// Spellings of an ISCC (scheme, whitespace, hyphens, multibase), and the bytes of a spelling.
// IEP-0001; multiformats.io for the multibase characters and the multicodec CC 01.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "codec/bases.hpp"

namespace iscckit {

enum class Mode : int {
    // What iscc-core 1.5.0 accepts: slack bits, undefined kinds, inconsistent composites.
    lenient = 0,
    // Well-formed to the last bit, with any SubType and Version.
    open = 1,
    // Well-formed and of a defined kind, with consistent composites.
    strict = 2,
};

// The number of bytes of a whitespace character of Python's str.strip at the start, or 0.
inline std::size_t leading_space(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const unsigned first = byte(0), second = byte(1), third = byte(2);
    if (first == ' ' || (first >= 9 && first <= 13) || (first >= 28 && first <= 31)) return 1;
    if (first == 0xC2 && (second == 0x85 || second == 0xA0)) return 2;
    if (first == 0xE1 && second == 0x9A && third == 0x80) return 3;
    if (first == 0xE2 && second == 0x80 &&
        ((third >= 0x80 && third <= 0x8A) || third == 0xA8 || third == 0xA9 || third == 0xAF))
        return 3;
    if (first == 0xE2 && second == 0x81 && third == 0x9F) return 3;
    if (first == 0xE3 && second == 0x80 && third == 0x80) return 3;
    return 0;
}

inline std::string_view strip(std::string_view text) {
    const auto plain = [](char symbol) { return symbol > ' ' && symbol < '\x7F'; };
    if (!text.empty() && plain(text.front()) && plain(text.back())) return text;
    while (const std::size_t width = leading_space(text)) text.remove_prefix(width);
    for (std::size_t width = 1; width <= 3 && width <= text.size();) {
        if (leading_space(text.substr(text.size() - width)) == width) {
            text.remove_suffix(width);
            width = 1;
        } else {
            ++width;
        }
    }
    return text;
}

inline bool is_multibase(char symbol) {
    return symbol == 'f' || symbol == 'b' || symbol == 'v' || symbol == 'z' || symbol == 'u';
}

// The place of a code's symbols in the text, and the way to read them.
struct Spelling {
    std::string_view symbols;  // without scheme and multibase character
    std::size_t origin;        // of `symbols` in the text
    Base base;
    bool multiformat;
    bool hyphens_group;
};

inline Spelling read_spelling(std::string_view text) {
    const char* const start = text.data();
    std::string_view code = text;
    const std::size_t colon = text.find(':');
    const bool scheme = colon != std::string_view::npos;
    if (scheme) {
        const std::size_t second = text.find(':', colon + 1);
        if (second != std::string_view::npos) throw CodecError{Reason::colons, second};
        const std::string_view name = strip(text.substr(0, colon));
        const auto lower = [&](std::size_t i) { return name[i] | 0x20; };
        if (name.size() != 4 || lower(0) != 'i' || lower(1) != 's' || lower(2) != 'c' ||
            lower(3) != 'c')
            throw CodecError{Reason::scheme, static_cast<std::size_t>(name.data() - start)};
        code = text.substr(colon + 1);
    }
    code = strip(code);
    if (code.empty()) throw CodecError{Reason::empty, nowhere};

    const auto origin = static_cast<std::size_t>(code.data() - start);
    if (!is_multibase(code[0])) return {code, origin, Base::base32, false, true};
    // Hyphens are symbols of base64url; elsewhere they group, but only behind a scheme.
    return {code.substr(1), origin + 1, static_cast<Base>(code[0]), true, scheme && code[0] != 'u'};
}

// Removes scheme, outer whitespace and grouping hyphens. The symbols are not checked.
inline std::string clean(std::string_view text, Mode mode) {
    const Spelling spelling = read_spelling(text);
    std::string out;
    if (spelling.multiformat) out.push_back(static_cast<char>(spelling.base));
    // iscc-core also drops the hyphens of a base64url code behind a scheme, and so corrupts it.
    const bool drop = spelling.hyphens_group ||
                      (mode == Mode::lenient && text.find(':') != std::string_view::npos);
    out.append(spelling.symbols);
    if (drop) std::erase(out, '-');
    return out;
}

// The position in the text of the symbol that holds a bit of header and body. For bits beyond the
// code it is the position behind the last symbol.
inline std::size_t locate(const Spelling& spelling, std::size_t bit) {
    if (spelling.base == Base::base58btc) return nowhere;
    const std::size_t width = spelling.base == Base::base16      ? 4
                              : spelling.base == Base::base64url ? 6
                                                                 : 5;
    std::size_t symbol = (bit + (spelling.multiformat ? 16 : 0)) / width;
    for (std::size_t at = 0; at < spelling.symbols.size(); ++at) {
        if (spelling.hyphens_group && spelling.symbols[at] == '-') continue;
        if (symbol-- == 0) return spelling.origin + at;
    }
    return spelling.origin + spelling.symbols.size();
}

// Runs `read` and turns the bit of its error into a position in the text.
template <class Read>
inline auto located(const Spelling& spelling, Read&& read) {
    try {
        return read();
    } catch (CodecError& error) {
        if (error.reason == Reason::body_short || error.reason == Reason::header_truncated)
            error.position = spelling.origin + spelling.symbols.size();
        else if (error.position != nowhere)
            error.position = locate(spelling, error.position);
        throw;
    }
}

// Header and body of any spelling. `store` must outlive the result.
inline std::span<const std::uint8_t> read_bytes(const Spelling& spelling, Mode mode,
                                                ShortBytes& store) {
    decode_base(spelling.symbols, spelling.origin, spelling.base, spelling.hyphens_group,
                mode != Mode::lenient, store);
    auto bytes = store.view();
    if (spelling.multiformat) {
        if (bytes.size() < 2 || bytes[0] != 0xCC || bytes[1] != 0x01)
            throw CodecError{Reason::multicodec, spelling.origin};
        bytes = bytes.subspan(2);
    }
    if (bytes.empty()) throw CodecError{Reason::empty, nowhere};
    return bytes;
}

}  // namespace iscckit
