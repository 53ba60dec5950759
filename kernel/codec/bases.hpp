// Text spellings of bytes: base16, base32, base32hex, base64url and base58btc, without padding.
// RFC 4648; base58btc is the alphabet of Bitcoin addresses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace iscckit {

// Why a text is not a code. The values and their wording are iscckit.codec.faults.Reason.
enum class Reason : int {
    empty = 1,
    scheme,
    colons,
    symbol,
    symbol_count,
    slack,
    multicodec,
    varnibble,
    header_truncated,
    header_padding,
    maintype,
    subtype,
    version,
    length_field,
    body_short,
    body_long,
    composite_subtype,
    wide_length,
    composite_in_sequence,
    not_canonical,
    not_a_unit,
    too_few_units,
    data_instance_missing,
    duplicate_unit,
    unit_too_short,
    subtype_mismatch,
    not_wide,
    not_comparable,
    sequence_maintype,
    too_long,
};

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

// `position` counts bytes of the text, or is `nowhere`. `which` is the number of the text in a
// function that takes several.
struct CodecError {
    Reason reason;
    std::size_t position = nowhere;
    std::size_t which = 0;
};

// Bytes that fit on the stack in nearly all cases: codes are short, and an allocation takes as long
// as decoding one.
class ShortBytes {
   public:
    ShortBytes() = default;
    ShortBytes(const ShortBytes&) = delete;
    ShortBytes& operator=(const ShortBytes&) = delete;

    // Makes room for `count` bytes and drops the content.
    std::uint8_t* room(std::size_t count) {
        if (count > sizeof near_) {
            far_.reset(new std::uint8_t[count]);
            data_ = far_.get();
        }
        size_ = count;
        return data_;
    }
    void shrink(std::size_t count) { size_ = count; }
    std::span<const std::uint8_t> view() const { return {data_, size_}; }

   private:
    std::uint8_t near_[256];
    std::unique_ptr<std::uint8_t[]> far_;
    std::uint8_t* data_ = near_;
    std::size_t size_ = 0;
};

enum class Base : char {
    base16 = 'f',
    base32 = 'b',
    base32hex = 'v',
    base58btc = 'z',
    base64url = 'u'
};

inline constexpr char alphabet16[] = "0123456789abcdef";
inline constexpr char alphabet32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
inline constexpr char alphabet32hex[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
inline constexpr char alphabet58[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
inline constexpr char alphabet64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Base58 takes time proportional to the square of the length. All codes are shorter than this.
constexpr std::size_t base58_limit = 2048;

using Values = std::array<std::uint8_t, 256>;
constexpr std::uint8_t no_value = 0xFF;

constexpr Values values_of(std::string_view alphabet, bool fold_case) {
    Values table{};
    for (auto& value : table) value = no_value;
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        const auto symbol = static_cast<unsigned char>(alphabet[i]);
        table[symbol] = static_cast<std::uint8_t>(i);
        const bool letter = (symbol | 0x20) >= 'a' && (symbol | 0x20) <= 'z';
        if (fold_case && letter) table[symbol ^ 0x20] = static_cast<std::uint8_t>(i);
    }
    return table;
}

inline constexpr Values values16 = values_of(alphabet16, true);
inline constexpr Values values32 = values_of(alphabet32, true);
inline constexpr Values values32hex = values_of(alphabet32hex, true);
inline constexpr Values values58 = values_of(alphabet58, false);
inline constexpr Values values64 = values_of(alphabet64, false);

constexpr std::size_t symbols_for(std::size_t bytes, int bits) {
    const auto width = static_cast<std::size_t>(bits);
    return (bytes * 8 + width - 1) / width;
}

// Writes symbols_for(bytes.size(), Bits) symbols. Eight symbols always hold `Bits` whole bytes.
template <int Bits>
inline void encode_symbols(std::span<const std::uint8_t> bytes, const char* alphabet, char* out) {
    constexpr std::uint64_t mask = (1u << Bits) - 1;
    std::size_t at = 0;
    for (; at + Bits <= bytes.size(); at += Bits, out += 8) {
        std::uint64_t group = 0;
        for (int i = 0; i < Bits; ++i) group = group << 8 | bytes[at + static_cast<std::size_t>(i)];
        for (int i = 0; i < 8; ++i) out[i] = alphabet[group >> (Bits * (7 - i)) & mask];
    }
    const std::size_t left = bytes.size() - at;
    if (left == 0) return;
    std::uint64_t group = 0;
    for (std::size_t i = 0; i < Bits; ++i) group = group << 8 | (i < left ? bytes[at + i] : 0u);
    for (std::size_t i = 0; i < symbols_for(left, Bits); ++i)
        out[i] = alphabet[group >> (Bits * (7 - static_cast<int>(i))) & mask];
}

// Decodes `text`, whose first symbol has position `origin` in the caller's text, and skips hyphens
// if they only group symbols. If `exact`, unused low bits of the last symbol must be zero.
template <int Bits>
inline void decode_symbols(std::string_view text, std::size_t origin, const Values& values,
                           bool hyphens_group, bool exact, ShortBytes& out) {
    std::uint8_t* const begin = out.room(text.size() * Bits / 8 + 1);
    std::uint8_t* put = begin;
    std::size_t at = 0, last = 0, have = 0;
    std::uint64_t pending = 0;
    while (at < text.size()) {
        if (have == 0 && at + 8 <= text.size()) {
            // Combining pairs keeps the processor from waiting for one symbol after the other.
            const auto value = [&](std::size_t i) {
                return std::uint64_t{values[static_cast<unsigned char>(text[at + i])]};
            };
            const std::uint64_t v0 = value(0), v1 = value(1), v2 = value(2), v3 = value(3);
            const std::uint64_t v4 = value(4), v5 = value(5), v6 = value(6), v7 = value(7);
            const auto join = [](std::uint64_t high, std::uint64_t low, int shift) {
                return high << shift | low;
            };
            if (((v0 | v1 | v2 | v3 | v4 | v5 | v6 | v7) & 0x80) == 0) {
                const std::uint64_t group =
                    join(join(join(v0, v1, Bits), join(v2, v3, Bits), 2 * Bits),
                         join(join(v4, v5, Bits), join(v6, v7, Bits), 2 * Bits), 4 * Bits);
                for (int i = 0; i < Bits; ++i)
                    *put++ = static_cast<std::uint8_t>(group >> (8 * (Bits - 1 - i)));
                at += 8;
                last = at - 1;
                continue;
            }
        }
        // The tail, hyphens and wrong symbols are read one by one to the end of a group.
        const std::uint8_t value = values[static_cast<unsigned char>(text[at])];
        if (value == no_value) {
            if (!(hyphens_group && text[at] == '-')) throw CodecError{Reason::symbol, origin + at};
        } else {
            pending = pending << Bits | value;
            have += Bits;
            last = at;
            if (have >= 8) {
                have -= 8;
                *put++ = static_cast<std::uint8_t>(pending >> have);
                pending &= (1u << have) - 1;
            }
        }
        ++at;
    }
    if (have >= Bits) throw CodecError{Reason::symbol_count, nowhere};
    if (exact && pending != 0) throw CodecError{Reason::slack, origin + last};
    out.shrink(static_cast<std::size_t>(put - begin));
}

// Requires: bytes.size() <= base58_limit.
inline std::string encode_base58(std::span<const std::uint8_t> bytes) {
    std::size_t zeros = 0;
    while (zeros < bytes.size() && bytes[zeros] == 0) ++zeros;

    std::vector<std::uint8_t> digits;  // least significant first
    for (const std::uint8_t byte : bytes.subspan(zeros)) {
        unsigned carry = byte;
        for (auto& digit : digits) {
            carry += 256u * digit;
            digit = static_cast<std::uint8_t>(carry % 58);
            carry /= 58;
        }
        for (; carry != 0; carry /= 58) digits.push_back(static_cast<std::uint8_t>(carry % 58));
    }

    std::string out(zeros, alphabet58[0]);
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit)
        out.push_back(alphabet58[*digit]);
    return out;
}

inline void decode_base58(std::string_view text, std::size_t origin, ShortBytes& out) {
    if (text.size() > base58_limit) throw CodecError{Reason::too_long, nowhere};
    std::size_t ones = 0;
    while (ones < text.size() && text[ones] == alphabet58[0]) ++ones;

    std::vector<std::uint8_t> number;  // least significant first
    for (std::size_t at = ones; at < text.size(); ++at) {
        unsigned carry = values58[static_cast<unsigned char>(text[at])];
        if (carry == no_value) throw CodecError{Reason::symbol, origin + at};
        for (auto& byte : number) {
            carry += 58u * byte;
            byte = static_cast<std::uint8_t>(carry);
            carry >>= 8;
        }
        for (; carry != 0; carry >>= 8) number.push_back(static_cast<std::uint8_t>(carry));
    }

    std::uint8_t* put = out.room(ones + number.size());
    for (std::size_t i = 0; i < ones; ++i) *put++ = 0;
    for (auto byte = number.rbegin(); byte != number.rend(); ++byte) *put++ = *byte;
}

template <int Bits>
inline std::string encoded(std::span<const std::uint8_t> bytes, const char* alphabet) {
    std::string out(symbols_for(bytes.size(), Bits), '\0');
    encode_symbols<Bits>(bytes, alphabet, out.data());
    return out;
}

// Canonical case: base16 lower, base32 and base32hex upper.
inline std::string encode_base(std::span<const std::uint8_t> bytes, Base base) {
    switch (base) {
        case Base::base16: return encoded<4>(bytes, alphabet16);
        case Base::base32: return encoded<5>(bytes, alphabet32);
        case Base::base32hex: return encoded<5>(bytes, alphabet32hex);
        case Base::base64url: return encoded<6>(bytes, alphabet64);
        case Base::base58btc: break;
    }
    if (bytes.size() > base58_limit) throw CodecError{Reason::too_long, nowhere};
    return encode_base58(bytes);
}

inline void decode_base(std::string_view text, std::size_t origin, Base base, bool hyphens_group,
                        bool exact, ShortBytes& out) {
    switch (base) {
        case Base::base16:
            return decode_symbols<4>(text, origin, values16, hyphens_group, exact, out);
        case Base::base32:
            return decode_symbols<5>(text, origin, values32, hyphens_group, exact, out);
        case Base::base32hex:
            return decode_symbols<5>(text, origin, values32hex, hyphens_group, exact, out);
        case Base::base64url: return decode_symbols<6>(text, origin, values64, false, exact, out);
        case Base::base58btc: break;
    }
    decode_base58(text, origin, out);
}

}  // namespace iscckit
