// Text about codes: type identifiers and the readable form of one code.
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include "codec/compose.hpp"

namespace iscckit {

inline constexpr std::string_view maintype_names[] = {"META",     "SEMANTIC", "CONTENT", "DATA",
                                                      "INSTANCE", "ISCC",     "ID",      "FLAKE"};
inline constexpr std::string_view subtype_names[] = {"TEXT",  "IMAGE", "AUDIO", "VIDEO",
                                                     "MIXED", "SUM",   "NONE",  "WIDE"};
inline constexpr std::string_view chain_names[] = {"PRIVATE", "BITCOIN", "ETHEREUM", "POLYGON"};

// The name of a SubType, or its number where it has no name.
inline std::string subtype_name(const Header& header) {
    const unsigned value = header.subtype;
    if (header.maintype > kind::flake || value >= known_subtypes(header.maintype, header.version))
        return std::to_string(value);
    switch (header.maintype) {
        case kind::semantic:
        case kind::content:
        case kind::composite: return std::string(subtype_names[value]);
        case kind::id:
            return header.version == 0 ? std::string(chain_names[value])
                                       : "REALM_" + std::to_string(value);
        default: return "NONE";
    }
}

// MAINTYPE-SUBTYPE-Vn-LENGTH. LENGTH is a number of bits, or the initials of a composite's units.
inline std::string type_id(const Header& header) {
    if (header.maintype > kind::flake) throw CodecError{Reason::maintype};
    std::string out(maintype_names[header.maintype]);
    out += '-';
    out += subtype_name(header);
    out += "-V";
    out += std::to_string(header.version);
    out += '-';
    if (header.maintype != kind::composite)
        return out + std::to_string(8 * body_size(header, Mode::lenient, 0));
    for (const unsigned k : {kind::meta, kind::semantic, kind::content})
        if ((header.length & (4u >> k)) != 0) out.push_back(maintype_names[k][0]);
    return out + "DI";
}

inline std::uint64_t big_endian(std::span<const std::uint8_t> bytes) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    return value;
}

// ISO 8601 of microseconds since 1970 in UTC. Years start on 1 March here, so that the leap day is
// the last day of a year.
inline std::string iso_time(std::uint64_t microseconds) {
    const std::uint64_t seconds = microseconds / 1000000;
    const std::uint64_t days = seconds / 86400 + 719468;
    const std::uint64_t era = days / 146097, day_of_era = days % 146097;
    const std::uint64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::uint64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::uint64_t shifted = (5 * day_of_year + 2) / 153;  // months since March
    const unsigned day = static_cast<unsigned>(day_of_year - (153 * shifted + 2) / 5 + 1);
    const unsigned month = static_cast<unsigned>(shifted < 10 ? shifted + 3 : shifted - 9);
    const unsigned year = static_cast<unsigned>(era * 400 + year_of_era + (month <= 2 ? 1 : 0));
    const unsigned second = static_cast<unsigned>(seconds % 86400);

    char out[48];
    std::snprintf(out, sizeof out, "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ", year, month, day,
                  second / 3600, second / 60 % 60, second % 60,
                  static_cast<unsigned>(microseconds % 1000000));
    return out;
}

// Unsigned LEB128: the counter of an ISCC-ID V0, at most four bytes.
inline std::uint64_t leb128(std::span<const std::uint8_t> bytes) {
    std::uint64_t value = 0;
    unsigned shift = 0;
    for (const std::uint8_t byte : bytes) {
        value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0) break;
        shift += 7;
    }
    return value;
}

// The type identifier followed by the body in hexadecimal. An ISCC-ID shows time and hub, or its
// counter.
inline std::string explain(const Item& item) {
    const Header& header = item.header;
    std::string out = type_id(header) + "-";
    if (header.maintype == kind::id && header.version == 1 && item.body.size() == 8) {
        const std::uint64_t value = big_endian(item.body);
        return out + iso_time(value >> 12) + "-HUB_" + std::to_string(value & 0xFFF);
    }
    if (header.maintype == kind::id && item.body.size() > 8)
        return out + encode_base(item.body.first(8), Base::base16) + "-" +
               std::to_string(leb128(item.body.subspan(8)));
    return out + encode_base(item.body, Base::base16);
}

// Normalizes a code for type_id and explain, which need a defined Version in the lenient mode too.
inline void normalize_for_words(std::string_view text, Mode mode, Normal& out) {
    normalize(text, mode, out);
    if (mode == Mode::lenient) check_version(out.item.header);
}

}  // namespace iscckit
