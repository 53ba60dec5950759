// The Mixed-Code: SimHash over Content-Codes. ISO 24138:2024, Content-Code Mixed.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codec/unit.hpp"
#include "hash/bitcount.hpp"
#include "hash/simhash.hpp"
#include "simd/cpu.hpp"

namespace iscckit {

struct MixedCode {
    std::array<std::uint8_t, 32> body;
    std::size_t size;  // bytes

    Item item() const {
        return make_unit(kind::content, subtype_mixed, 0, std::span(body).first(size));
    }
};

// Collects Content-Codes one by one.
class Mixer {
   public:
    static bool accepts(std::size_t codes, std::size_t bits) {
        return codes >= 2 && bits % 32 == 0 && bits >= 32 && bits <= 256;
    }

    // Requires: accepts(codes, bits).
    Mixer(std::size_t codes, std::size_t bits) : size_(bits / 8) { rows_.reserve(codes * size_); }

    // Adds the first byte of the header and the first bytes of the body. False where the unit is
    // not a Content-Code of at least `bits` bits.
    bool add(const Item& unit) {
        if (unit.header.maintype != kind::content || unit.body.size() < size_) return false;
        std::array<std::uint8_t, 8> header;
        write_header(unit.header, header.data());
        rows_.push_back(header[0]);
        rows_.insert(rows_.end(), unit.body.data(), unit.body.data() + size_ - 1);
        return true;
    }

    // Requires: at least one unit was added.
    MixedCode code() const {
        std::array<std::uint64_t, 256> counts;
        std::fill_n(counts.data(), 8 * size_, 0);
        count_bits(rows_, size_, counts.data(), Target::best());
        MixedCode made{{}, size_};
        majority(counts.data(), size_, rows_.size() / size_, made.body.data());
        return made;
    }

   private:
    std::size_t size_;
    std::vector<std::uint8_t> rows_;
};

}  // namespace iscckit
