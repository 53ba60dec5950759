// Headers, units and the parts of composites, as bytes.
// ISO 24138:2024, IEP-0001, IEP-0016 (WIDE), IEP-0020 (sequences).
//
// Every function that reads takes a Mode and throws CodecError. The position of an error counts
// bits from the first header, and `located` turns it into a position in the text.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "codec/bases.hpp"
#include "codec/spelling.hpp"

namespace iscckit {

namespace kind {
enum : unsigned { meta = 0, semantic, content, data, instance, composite, id, flake };
}
constexpr unsigned subtype_mixed = 4, subtype_sum = 5, subtype_none = 6, subtype_wide = 7;

struct Header {
    unsigned maintype, subtype, version, length;
    std::size_t size = 2;  // bytes
};

// A unit or composite inside a byte string that outlives it.
struct Item {
    Header header;
    std::span<const std::uint8_t> body;
};

// --- header

// Reads the four varnibbles at byte `at`.
inline Header read_header(std::span<const std::uint8_t> bytes, std::size_t at) {
    if (at + 2 <= bytes.size() && ((bytes[at] | bytes[at + 1]) & 0x88) == 0) {
        const unsigned first = bytes[at], second = bytes[at + 1];
        return {first >> 4, first & 15, second >> 4, second & 15, 2};
    }

    std::size_t nibble = 2 * at;
    const auto next = [&]() -> unsigned {
        if (nibble / 2 >= bytes.size()) throw CodecError{Reason::header_truncated, 4 * nibble};
        const unsigned byte = bytes[nibble / 2];
        return nibble++ % 2 == 0 ? byte >> 4 : byte & 15;
    };
    const auto field = [&]() -> unsigned {
        const unsigned first = next();
        if (first < 8) return first;
        if (first == 15) throw CodecError{Reason::varnibble, 4 * nibble - 1};
        if (first < 12) return 8 + ((first & 3) << 4 | next());
        const unsigned second = next(), third = next();
        if (first < 14) return 72 + ((first & 1) << 8 | second << 4 | third);
        return 584 + (second << 8 | third << 4 | next());
    };
    Header header{};
    header.maintype = field();
    header.subtype = field();
    header.version = field();
    header.length = field();
    if (nibble % 2 != 0 && next() != 0) throw CodecError{Reason::header_padding, 4 * nibble - 1};
    header.size = nibble / 2 - at;
    return header;
}

constexpr unsigned varnibble_limit = 4680;

// Demands a value that a field of a header can hold.
inline unsigned header_field(std::uint64_t value) {
    if (value >= varnibble_limit) throw CodecError{Reason::varnibble};
    return static_cast<unsigned>(value);
}

// Appends the header's bytes and returns their number, 2 to 8. Requires: fields < varnibble_limit.
inline std::size_t write_header(const Header& header, std::uint8_t* out) {
    if ((header.maintype | header.subtype | header.version | header.length) < 8) {
        out[0] = static_cast<std::uint8_t>(header.maintype << 4 | header.subtype);
        out[1] = static_cast<std::uint8_t>(header.version << 4 | header.length);
        return 2;
    }
    std::uint64_t bits = 0;
    unsigned nibbles = 0;
    for (const unsigned value : {header.maintype, header.subtype, header.version, header.length}) {
        const unsigned count = value < 8 ? 1 : value < 72 ? 2 : value < 584 ? 3 : 4;
        const unsigned code = count == 1   ? value
                              : count == 2 ? 0x80 | (value - 8)
                              : count == 3 ? 0xC00 | (value - 72)
                                           : 0xE000 | (value - 584);
        bits = bits << (4 * count) | code;
        nibbles += count;
    }
    if (nibbles % 2 != 0) {
        bits <<= 4;
        ++nibbles;
    }
    for (unsigned i = 0; i < nibbles / 2; ++i)
        out[i] = static_cast<std::uint8_t>(bits >> (4 * nibbles - 8 * (i + 1)));
    return nibbles / 2;
}

constexpr unsigned optional_units(unsigned length) {
    return static_cast<unsigned>(std::popcount(length & 7u));
}

// The number of bytes of the body by its header, which starts at `bit`.
inline std::size_t body_size(const Header& header, Mode mode, std::size_t bit) {
    const unsigned length = header.length;
    if (header.maintype > kind::flake) throw CodecError{Reason::maintype, bit + 3};
    if (header.maintype == kind::id) {
        if (length <= 4) return 8 + length;
    } else if (header.maintype == kind::composite) {
        if (length <= 7)
            return header.subtype == subtype_wide ? 32 : 16 + 8 * optional_units(length);
    } else if (length <= 7 || (mode == Mode::lenient && length == 9)) {
        return 4 * (length + 1);
    }
    throw CodecError{Reason::length_field, bit + 8 * header.size - 1};
}

// The Length field of a unit whose body has `bytes` bytes. Empty for a size that units cannot have.
constexpr std::optional<unsigned> length_field(unsigned maintype, std::size_t bytes) {
    const auto size = static_cast<unsigned>(bytes);
    if (maintype == kind::id)
        return bytes >= 8 && bytes <= 12 ? std::optional(size - 8) : std::nullopt;
    return bytes >= 4 && bytes <= 32 && bytes % 4 == 0 ? std::optional(size / 4 - 1) : std::nullopt;
}

constexpr unsigned known_subtypes(unsigned maintype, unsigned version) {
    switch (maintype) {
        case kind::semantic:
        case kind::content: return 5;
        case kind::composite: return 8;
        case kind::id: return version == 0 ? 4 : 2;
        default: return 1;
    }
}

// Versions from here on (the longest form of a header field) are free for private models: no
// standard will assign them, and codes of different Versions have no distance.
constexpr unsigned private_version = 584;

// Demands a (MainType, Version) that is defined, or a Semantic-Code of a private model.
inline void check_version(const Header& header, std::size_t bit = 0) {
    const bool of_id = header.maintype == kind::id && header.version == 1;
    const bool of_model = header.maintype == kind::semantic && header.version >= private_version;
    if (header.version != 0 && !of_id && !of_model) throw CodecError{Reason::version, bit + 11};
}

// Demands a kind that is defined and, of composites, a SubType that agrees with the units.
inline void check_kind(const Header& header, std::size_t bit) {
    const unsigned length = header.length;
    check_version(header, bit);
    if (header.subtype >= known_subtypes(header.maintype, header.version))
        throw CodecError{Reason::subtype, bit + 7};
    if (header.maintype == kind::id && header.version == 1 && length != 0)
        throw CodecError{Reason::length_field, bit + 15};
    if (header.maintype != kind::composite) return;
    if (header.subtype == subtype_wide) {
        if (length != 0) throw CodecError{Reason::wide_length, bit + 15};
        return;
    }
    const bool consistent = header.subtype <= subtype_mixed ? (length & 3) != 0
                            : header.subtype == subtype_sum ? length == 0
                                                            : length == 4;
    if (!consistent) throw CodecError{Reason::composite_subtype, bit + 7};
}

// --- units

// The bit that an error names for surplus bytes from `end` on. The symbol that shares bits with the
// byte before may be right, so the next symbol is named.
constexpr std::size_t surplus(std::size_t end) { return 8 * end + 4; }

// Reads the unit or composite at byte `at`; a composite must be alone.
inline Item read_item(std::span<const std::uint8_t> bytes, std::size_t at, Mode mode) {
    const std::size_t bit = 8 * at;
    const Header header = read_header(bytes, at);
    std::size_t size = body_size(header, mode, bit);
    if (mode == Mode::strict) check_kind(header, bit);

    const std::size_t left = bytes.size() - at - header.size;
    if (mode == Mode::lenient) {
        // iscc-core reads to the end of a composite, and at most the length of a unit.
        if (header.maintype == kind::composite || size > left) size = left;
    } else if (size > left) {
        throw CodecError{Reason::body_short, 8 * bytes.size()};
    } else if (header.maintype == kind::composite && at != 0) {
        throw CodecError{Reason::composite_in_sequence, bit + 3};
    } else if (header.maintype == kind::composite && size != left) {
        throw CodecError{Reason::body_long, surplus(at + header.size + size)};
    }
    return {header, bytes.subspan(at + header.size, size)};
}

// Reads a text that is one unit or composite.
inline Item read_one(std::string_view text, Mode mode, ShortBytes& store) {
    const Spelling spelling = read_spelling(text);
    const auto bytes = read_bytes(spelling, mode, store);
    return located(spelling, [&] {
        const Item item = read_item(bytes, 0, mode);
        const std::size_t end = item.header.size + item.body.size();
        if (mode != Mode::lenient && end != bytes.size())
            throw CodecError{Reason::body_long, surplus(end)};
        return item;
    });
}

// Reads a text that is one unit.
inline Item read_unit(std::string_view text, Mode mode, ShortBytes& store) {
    const Item item = read_one(text, mode, store);
    if (item.header.maintype == kind::composite) throw CodecError{Reason::not_a_unit};
    return item;
}

// Makes a unit of its fields and its whole body. Requires: fields that a header can hold.
inline Item make_unit(unsigned maintype, unsigned subtype, unsigned version,
                      std::span<const std::uint8_t> body) {
    const auto length = length_field(maintype, body.size());
    if (!length) throw CodecError{Reason::length_field};
    return {{maintype, subtype, version, *length, 2}, body};
}

// Makes a unit of its fields and the first `bits` bits of a digest.
inline Item cut_unit(unsigned maintype, unsigned subtype, unsigned version, std::size_t bits,
                     std::span<const std::uint8_t> digest) {
    if (maintype == kind::composite || maintype > kind::flake) throw CodecError{Reason::not_a_unit};
    header_field(subtype);
    header_field(version);
    const std::size_t size = bits / 8;
    if (bits % 8 != 0 || !length_field(maintype, size)) throw CodecError{Reason::length_field};
    if (digest.size() < size) throw CodecError{Reason::body_short};
    return make_unit(maintype, subtype, version, digest.first(size));
}

// bytes[from:to] with the bounds clamped as in Python.
inline std::span<const std::uint8_t> slice(std::span<const std::uint8_t> bytes, std::size_t from,
                                           std::size_t to) {
    const std::size_t end = to < bytes.size() ? to : bytes.size();
    return from < end ? bytes.subspan(from, end - from) : bytes.first(0);
}

// Passes the units of one composite to `sink`, in the order of their MainTypes.
template <class Sink>
inline void split(const Item& item, Sink&& sink) {
    const auto [maintype, subtype, version, length, size] = item.header;
    const auto body = item.body;
    if (subtype == subtype_wide) {
        sink(Item{{kind::data, 0, version, 3, size}, slice(body, 0, 16)});
        sink(Item{{kind::instance, 0, version, 3, size}, slice(body, 16, 32)});
        return;
    }
    std::size_t at = 0;
    for (const unsigned k : {kind::meta, kind::semantic, kind::content}) {
        if ((length & (4u >> k)) == 0) continue;
        sink(Item{{k, k == kind::meta ? 0 : subtype, version, 1, size}, slice(body, at, at + 8)});
        at += 8;
    }
    // Counted from the end, as in iscc-core. For a body of the right length the place is the same.
    const std::size_t n = body.size();
    sink(Item{{kind::data, 0, version, 1, size},
              slice(body, n < 16 ? 0 : n - 16, n < 8 ? 0 : n - 8)});
    sink(Item{{kind::instance, 0, version, 1, size}, slice(body, n < 8 ? 0 : n - 8, n)});
}

// Passes every unit of a unit, sequence or composite to `sink`.
template <class Sink>
inline void decompose(std::span<const std::uint8_t> bytes, Mode mode, Sink&& sink) {
    for (std::size_t at = 0; at < bytes.size();) {
        const Item item = read_item(bytes, at, mode);
        if (item.header.maintype == kind::composite) return split(item, sink);
        sink(item);
        at += item.header.size + item.body.size();
    }
}

// Writes header and body and returns their number of bytes, at most 48.
// Requires: item.body.size() <= 40, the longest body of all.
inline std::size_t write_item(const Item& item, std::uint8_t* out) {
    const std::size_t head = write_header(item.header, out);
    for (std::size_t i = 0; i < item.body.size(); ++i) out[head + i] = item.body[i];
    return head + item.body.size();
}

// Base32 of one unit or composite.
struct Code {
    char text[80];
    std::size_t size;
    std::string_view view() const { return {text, size}; }
};

// Requires: item.body.size() <= 40.
inline Code encode(const Item& item) {
    std::uint8_t bytes[48];
    const std::size_t size = write_item(item, bytes);
    Code code;
    code.size = symbols_for(size, 5);
    encode_symbols<5>({bytes, size}, alphabet32, code.text);
    return code;
}

}  // namespace iscckit
