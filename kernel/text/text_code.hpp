// The digest of the Text-Code, MinHash over XXH32 of windows of 13 characters, and simprints.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/cdc.hpp"
#include "hash/minhash.hpp"
#include "hash/xxh32.hpp"
#include "text/preparation.hpp"
#include "text/windows.hpp"

namespace iscckit {

struct TextDigest {
    std::array<std::uint8_t, 32> digest;
    std::size_t characters;  // of the collapsed text
};

// The starts of characters, in parts that fit into the first-level cache.
class CharacterStarts {
   public:
    static constexpr std::size_t part = 2048, overshoot = 8;

    // Appends starts until `part` are held or the text ends, and returns the end of the bytes read.
    // Requires: `at` is 0 or the result of the last call.
    std::size_t find(Utf8 text, std::size_t at) {
        std::uint32_t* to = starts_.data() + held_;
        const std::uint32_t* const full = starts_.data() + part;
        for (; text.size() - at >= 8 && to < full; at += 8) {
            const auto first = static_cast<std::uint32_t>(at);
            if (is_ascii8(&text[at])) {
                for (std::uint32_t i = 0; i < 8; ++i) to[i] = first + i;
                to += 8;
            } else {
                for (std::uint32_t i = 0; i < 8; ++i) {
                    *to = first + i;
                    to += (text[at + i] & 0xC0) != 0x80;
                }
            }
        }
        for (; at < text.size() && to < full; ++at) {
            *to = static_cast<std::uint32_t>(at);
            to += (text[at] & 0xC0) != 0x80;
        }
        held_ = static_cast<std::size_t>(to - starts_.data());
        return at;
    }
    // Drops all but the last `count` starts and counts from the first of them, so that positions
    // stay small in a text of any size. Returns the position of that start.
    std::size_t keep(std::size_t count) {
        const std::uint32_t base = starts_[held_ - count];
        for (std::size_t i = 0; i < count; ++i) starts_[i] = starts_[held_ - count + i] - base;
        held_ = count;
        return base;
    }
    void append(std::size_t at) { starts_[held_++] = static_cast<std::uint32_t>(at); }
    std::size_t held() const { return held_; }
    const std::uint32_t* data() const { return starts_.data(); }

   private:
    std::array<std::uint32_t, part + overshoot + 1> starts_;
    std::size_t held_ = 0;
};

// The digest of collapsed text. Requires: text_padding readable bytes behind it.
inline TextDigest digest_collapsed(Utf8 text, Target target) {
    CharacterStarts starts;
    std::array<std::uint32_t, CharacterStarts::part + CharacterStarts::overshoot> hashes;
    MinHash minhash(target);
    const auto hash = [&](std::size_t windows) {
        dispatch<HashWindows>(target, text.data(), starts.data(), windows, hashes.data());
        minhash.add({hashes.data(), windows});
    };

    std::size_t before = 0, at = 0;  // characters dropped; bytes read
    while ((at = starts.find(text, at)) < text.size()) {
        const std::size_t windows =
            starts.held() - text_window;  // the end of the last is not known yet
        hash(windows);
        before += windows;
        const std::size_t done = starts.keep(text_window);
        text = text.subspan(done);
        at -= done;
    }
    const std::size_t characters = before + starts.held();
    starts.append(text.size());
    if (characters >= text_window) {
        hash(starts.held() - text_window);
    } else {
        // A text of up to 13 characters is one window, even if it is empty.
        const std::uint32_t only = xxh32(text);
        minhash.add({&only, 1});
    }
    return {minhash.digest(), characters};
}

using TextKernels = KernelList<CollapseAscii, HashWindows, AddFeatures>;

inline TextDigest digest_text(Utf8 text, Target target) {
    Bytes collapsed;
    collapse(text, collapsed, target);
    collapsed.reserve(text_padding);
    return digest_collapsed(collapsed.view(), target);
}

// The similarity digest of one chunk of a text, and the length of the chunk.
struct Simprint {
    std::array<std::uint8_t, 32> digest;
    std::size_t characters;
    std::size_t bytes;
};

// Simprints of content-defined chunks of the text as UTF-32 in big-endian order. A last chunk of
// less than a quarter of `average` characters is left out, unless it is the only one.
inline std::vector<Simprint> text_simprints(Utf8 text, std::size_t average) {
    std::vector<std::uint8_t> utf32;
    utf32.reserve(4 * text.size());
    for (const std::uint8_t *p = text.data(), *end = p + text.size(); p != end;) {
        const std::uint32_t code = unicode::decode(p);
        for (int shift = 24; shift >= 0; shift -= 8)
            utf32.push_back(static_cast<std::uint8_t>(code >> shift));
    }
    std::vector<Simprint> simprints;
    const std::uint8_t* p = text.data();
    for (const std::size_t length : chunk_lengths(utf32, 4 * average, true)) {
        const std::uint8_t* const start = p;
        for (std::size_t i = 0; i < length; i += 4) p += unicode::size_at(*p);
        if (length < average && !simprints.empty() && p == text.data() + text.size()) break;
        const auto bytes = static_cast<std::size_t>(p - start);
        simprints.push_back(
            {digest_text({start, bytes}, Target::best()).digest, length / 4, bytes});
    }
    return simprints;
}

}  // namespace iscckit
