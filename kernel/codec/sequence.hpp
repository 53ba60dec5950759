// ISCC-SEQ: the bytes of several units without separators. IEP-0020.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codec/unit.hpp"

namespace iscckit {

// Reads at least one unit of MainType 0 to 4, to the last byte. Undefined SubTypes and Versions,
// order and duplicates are kept. Error positions count bits.
inline std::vector<Item> read_sequence(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) throw CodecError{Reason::empty};
    std::vector<Item> units;
    for (std::size_t at = 0; at < bytes.size();) {
        const Header header = read_header(bytes, at);
        if (header.maintype > kind::instance)
            throw CodecError{Reason::sequence_maintype, 8 * at + 3};
        const Item unit = read_item(bytes, at, Mode::open);
        units.push_back(unit);
        at += header.size + unit.body.size();
    }
    return units;
}

}  // namespace iscckit
