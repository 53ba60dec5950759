// ISCC-CODEs from units, canonical forms, and the distance of two codes.
// ISO 24138:2024, IEP-0016 (WIDE).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/unit.hpp"

namespace iscckit {

enum class Wide : int {
    no = 0,
    demanded = 1,   // an error where the units do not allow it
    preferred = 2,  // the standard form where they do not, as iscc-core and iscc-lib do
};

struct Composite {
    Header header{kind::composite, 0, 0, 0, 2};
    std::array<std::uint8_t, 40> body{};
    std::size_t size = 0;
    Item item() const { return {header, std::span<const std::uint8_t>(body).first(size)}; }
};

// So many units cannot all differ in MainType: `compose` finds an error among the first six.
constexpr std::size_t units_enough = 6;

// Requires: in strict mode each item is of a known kind and has the length of its header.
// An error's `which` is the number of the item to blame.
inline Composite compose(std::span<const Item> items, Wide wide, Mode mode) {
    if (items.size() < 2) throw CodecError{Reason::too_few_units};
    std::array<const Item*, 5> found{};
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Item& item = items[i];
        if (item.header.maintype > kind::instance) throw CodecError{Reason::not_a_unit, nowhere, i};
        if (item.body.size() < 8) throw CodecError{Reason::unit_too_short, nowhere, i};
        if (mode == Mode::strict) check_kind(item.header, 0);
        // A composite has one Version for all its units, so a private Version does not fit.
        if (mode == Mode::strict && item.header.version != 0)
            throw CodecError{Reason::version, nowhere, i};
        const Item*& place = found[item.header.maintype];
        if (place != nullptr) throw CodecError{Reason::duplicate_unit, nowhere, i};
        place = &item;
    }
    if (found[kind::data] == nullptr || found[kind::instance] == nullptr)
        throw CodecError{Reason::data_instance_missing};

    Composite out;
    const auto append = [&](const Item& item, std::size_t count) {
        const auto head = item.body.first(std::min(count, item.body.size()));
        std::copy(head.begin(), head.end(),
                  out.body.begin() + static_cast<std::ptrdiff_t>(out.size));
        out.size += head.size();
    };
    // iscc-core checks headers only, so that a truncated WIDE code stays a WIDE code.
    const auto long_enough = [&](const Item& item) {
        return item.header.length >= 3 && (mode == Mode::lenient || item.body.size() >= 16);
    };
    if (wide != Wide::no) {
        if (items.size() == 2 && long_enough(*found[kind::data]) &&
            long_enough(*found[kind::instance])) {
            out.header.subtype = subtype_wide;
            append(*found[kind::data], 16);
            append(*found[kind::instance], 16);
            return out;
        }
        if (wide == Wide::demanded) throw CodecError{Reason::not_wide};
    }

    const Item* const s = found[kind::semantic];
    const Item* const c = found[kind::content];
    if (s != nullptr && c != nullptr && s->header.subtype != c->header.subtype)
        throw CodecError{Reason::subtype_mismatch, nowhere,
                         static_cast<std::size_t>(c - items.data())};
    out.header.subtype = c != nullptr        ? c->header.subtype
                         : s != nullptr      ? s->header.subtype
                         : items.size() == 2 ? subtype_sum
                                             : subtype_none;
    for (unsigned k = kind::meta; k <= kind::instance; ++k) {
        if (found[k] == nullptr) continue;
        append(*found[k], 8);
        if (k <= kind::content) out.header.length |= 4u >> k;
    }
    return out;
}

// One code in canonical form: a unit, or an ISCC-CODE made from a sequence of them.
struct Normal {
    ShortBytes store;
    Composite composed;
    Item item{};
};

// The first two symbols, as iscc-core checks them: MainType, SubType and a Version below 4.
inline void check_prefix(const Header& header) {
    if (header.maintype > kind::flake) throw CodecError{Reason::maintype, 3};
    if (header.subtype >= known_subtypes(header.maintype, 0)) throw CodecError{Reason::subtype, 7};
    if (header.version >= 4) throw CodecError{Reason::version, 11};
}

inline void normalize(std::string_view text, Mode mode, Normal& out) {
    const Spelling spelling = read_spelling(text);
    const auto bytes = read_bytes(spelling, mode, out.store);
    located(spelling, [&] {
        const Item first = read_item(bytes, 0, mode);
        if (mode == Mode::lenient) check_prefix(first.header);
        const bool alone = first.header.size + first.body.size() == bytes.size();
        const bool composed = first.header.maintype == kind::composite;
        if (alone && !(composed && mode == Mode::lenient)) {
            out.item = first;
            return;
        }
        std::vector<Item> units;
        decompose(bytes, mode, [&](const Item& unit) { units.push_back(unit); });
        const bool wide = composed && first.header.subtype == subtype_wide;
        out.composed = compose(units, wide ? Wide::preferred : Wide::no, mode);
        out.item = out.composed.item();
    });
}

inline std::string canonical(const Item& item) {
    std::string out = "ISCC:";
    out += encode(item).view();
    return out;
}

// Demands the one canonical spelling of one code: "ISCC:", upper case, no hyphens.
inline void check(std::string_view text, Mode mode) {
    constexpr std::string_view prefix = "ISCC:";
    for (std::size_t i = 0; i < prefix.size(); ++i)
        if (i >= text.size() || text[i] != prefix[i]) throw CodecError{Reason::not_canonical, i};
    const std::string_view symbols = text.substr(prefix.size());
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const auto symbol = static_cast<unsigned char>(symbols[i]);
        if (values32[symbol] == no_value) throw CodecError{Reason::symbol, prefix.size() + i};
        if (symbol >= 'a') throw CodecError{Reason::not_canonical, prefix.size() + i};
    }
    if (symbols.empty()) throw CodecError{Reason::empty, prefix.size()};

    ShortBytes store;
    const Spelling spelling{symbols, prefix.size(), Base::base32, false, false};
    const auto bytes = read_bytes(spelling, mode, store);
    located(spelling, [&] {
        const Header header = read_header(bytes, 0);
        if (mode == Mode::lenient) {
            check_prefix(header);
            check_version(header);
        } else if (mode == Mode::strict) {
            check_kind(header, 0);
        }
        const std::size_t end = header.size + body_size(header, mode, 0);
        if (bytes.size() < end) throw CodecError{Reason::body_short, 8 * bytes.size()};
        if (bytes.size() > end) throw CodecError{Reason::body_long, surplus(end)};
    });
}

// Differing bits of two byte strings of equal length.
inline unsigned hamming(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    unsigned count = 0;
    std::size_t at = 0;
    for (; at + 8 <= a.size(); at += 8) {
        std::uint64_t x, y;
        std::memcpy(&x, a.data() + at, 8);
        std::memcpy(&y, b.data() + at, 8);
        count += static_cast<unsigned>(std::popcount(x ^ y));
    }
    for (; at < a.size(); ++at)
        count += static_cast<unsigned>(std::popcount(static_cast<unsigned>(a[at] ^ b[at])));
    return count;
}

struct Distance {
    unsigned differing, bits;
};

// Requires equal headers, so that every bit has a counterpart. ISCC-IDs V1 have no distance.
inline Distance distance(std::string_view a, std::string_view b, Mode mode) {
    Normal first, second;
    normalize(a, mode, first);
    try {
        normalize(b, mode, second);
    } catch (CodecError& error) {
        error.which = 1;
        throw;
    }
    const Header &x = first.item.header, &y = second.item.header;
    const bool same = x.maintype == y.maintype && x.subtype == y.subtype &&
                      x.version == y.version && x.length == y.length &&
                      first.item.body.size() == second.item.body.size();
    if (!same || (x.maintype == kind::id && x.version == 1))
        throw CodecError{Reason::not_comparable};
    return {hamming(first.item.body, second.item.body),
            static_cast<unsigned>(8 * first.item.body.size())};
}

// Two units of the same kind and the distance of their common prefix.
struct Pair {
    unsigned maintype, subtype, version;
    unsigned bits_a, bits_b, differing;
};

// Only sequences of thousands of units make more pairs.
constexpr std::size_t pair_limit = 1 << 20;

// All pairs of units of one MainType, SubType and Version, in the order of `a`, then of `b`.
inline std::vector<Pair> compare(std::string_view a, std::string_view b, Mode mode) {
    ShortBytes store_a, store_b;
    std::vector<Item> units_a, units_b;
    const auto read = [&](std::string_view text, ShortBytes& store, std::vector<Item>& units) {
        const Spelling spelling = read_spelling(text);
        const auto bytes = read_bytes(spelling, mode, store);
        units.reserve(5);
        located(spelling,
                [&] { decompose(bytes, mode, [&](const Item& unit) { units.push_back(unit); }); });
    };
    read(a, store_a, units_a);
    try {
        read(b, store_b, units_b);
    } catch (CodecError& error) {
        error.which = 1;
        throw;
    }

    if (units_a.size() * units_b.size() > pair_limit) throw CodecError{Reason::too_long};
    std::vector<Pair> out;
    for (const Item& x : units_a) {
        for (const Item& y : units_b) {
            const Header &h = x.header, &g = y.header;
            if (h.maintype != g.maintype || h.subtype != g.subtype || h.version != g.version)
                continue;
            const std::size_t common = std::min(x.body.size(), y.body.size());
            out.push_back({h.maintype, h.subtype, h.version,
                           static_cast<unsigned>(8 * x.body.size()),
                           static_cast<unsigned>(8 * y.body.size()),
                           hamming(x.body.first(common), y.body.first(common))});
        }
    }
    return out;
}

}  // namespace iscckit
