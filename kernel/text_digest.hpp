// The digest of the Text-Code, MinHash over XXH32 of windows of 13 characters, and simprints.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "cdc.hpp"
#include "minhash.hpp"
#include "text.hpp"
#include "xxh32.hpp"

namespace iscckit {

inline constexpr std::size_t text_window = 13;

struct TextDigest {
    std::array<std::uint8_t, 32> digest;
    std::size_t characters;  // of the collapsed text
};

inline TextDigest digest_text(Utf8 text) {
    Bytes collapsed;
    collapse(text, collapsed);
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < collapsed.size(); ++i)
        if ((collapsed.data()[i] & 0xC0) != 0x80) starts.push_back(i);
    const std::size_t characters = starts.size();
    starts.push_back(collapsed.size());

    // A text of up to 13 characters is one window, even if it is empty.
    std::vector<std::uint32_t> features;
    const std::size_t windows = std::max(characters, text_window) - text_window + 1;
    for (std::size_t i = 0; i < windows; ++i) {
        const std::size_t end = starts[std::min(i + text_window, characters)];
        features.push_back(xxh32(collapsed.view().subspan(starts[i], end - starts[i])));
    }
    MinHash minhash;
    minhash.add(features);
    return {minhash.digest(), characters};
}

// The similarity of one chunk of a text, and the chunk's length.
struct Simprint {
    std::array<std::uint8_t, 32> digest;
    std::size_t characters;
    std::size_t bytes;
};

// Content-defined chunks over the text as UTF-32 in big-endian order. A last chunk, but not an
// only one, of less than a quarter of `average` characters is left out.
inline std::vector<Simprint> text_simprints(Utf8 text, std::size_t average) {
    std::vector<std::uint8_t> utf32;
    utf32.reserve(4 * text.size());
    for (const std::uint8_t *p = text.data(), *end = p + text.size(); p != end;) {
        const std::uint32_t code = unicode::decode(p);
        for (int shift = 24; shift >= 0; shift -= 8) utf32.push_back(static_cast<std::uint8_t>(code >> shift));
    }
    std::vector<Simprint> simprints;
    const std::uint8_t* p = text.data();
    for (const std::size_t length : chunk_lengths(utf32, 4 * average, true)) {
        const std::uint8_t* const start = p;
        for (std::size_t i = 0; i < length; i += 4) p += unicode::size_at(*p);
        if (length < average && !simprints.empty() && p == text.data() + text.size()) break;
        const auto bytes = static_cast<std::size_t>(p - start);
        simprints.push_back({digest_text({start, bytes}).digest, length / 4, bytes});
    }
    return simprints;
}

}  // namespace iscckit
