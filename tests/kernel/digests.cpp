// Digests of standard input by every kernel, one line each: name, level, hexadecimal. Compiled for
// another processor, its output must be that of the extension on this one (test_arm.py).
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "audio.hpp"
#include "buckets.hpp"
#include "chroma.hpp"
#include "data.hpp"
#include "framesig.hpp"
#include "imagehash.hpp"
#include "simhash.hpp"
#include "text_digest.hpp"
#include "wtahash.hpp"

using namespace iscckit;

namespace {

std::vector<std::uint8_t> all_of(std::FILE* file) {
    std::vector<std::uint8_t> data;
    std::uint8_t block[4096];
    for (std::size_t n; (n = std::fread(block, 1, sizeof block, file)) > 0;) data.insert(data.end(), block, block + n);
    return data;
}

template <class Bytes>
void print(const char* name, Level level, const Bytes& bytes) {
    std::printf("%s %d ", name, static_cast<int>(level));
    const auto* byte = reinterpret_cast<const std::uint8_t*>(std::data(bytes));
    for (std::size_t i = 0; i < std::size(bytes) * sizeof(*std::data(bytes)); ++i) std::printf("%02x", byte[i]);
    std::printf("\n");
}

template <class T>
std::vector<T> as(const std::vector<std::uint8_t>& data) {
    std::vector<T> out(data.size() / sizeof(T));
    std::memcpy(out.data(), data.data(), out.size() * sizeof(T));
    return out;
}

}  // namespace

int main() {
    const auto data = all_of(stdin);
    const auto words = as<std::uint64_t>(data);
    auto text = data;
    for (auto& byte : text) byte = static_cast<std::uint8_t>('a' + byte % 26);
    text.resize(text.size() + 64);  // room behind the text
    auto trits = data;
    for (auto& byte : trits) byte %= 3;
    for (const Level level : {Level::baseline, Level::wide}) {
        print("data", level, data_digest(data, level));
        print("simhash", level, simhash(data, 32, level));
        MinHash minhash(level);
        minhash.add(as<std::uint32_t>(data));
        print("minhash", level, minhash.digest<32>());
        alignas(64) std::uint8_t pixels[1024];
        std::memcpy(pixels, data.data(), sizeof pixels);
        print("image", level, image_digest(pixels, 4, BlockRule::quadrants, level));
        print("text", level, digest_collapsed({text.data(), data.size()}, level).digest);
        print("audio", level, audio_digest(as<std::int32_t>(data), audio_parts, level));
        print("video", level, video_digest(trits.data(), trits.size() / frame_elements, level));
        print("frame", level, framesig::signature({data.data(), 96, 64, 96}, level));
        chroma::Fingerprinter fingerprinter(level);
        fingerprinter.feed(data);
        print("sound", level, fingerprinter.words());
        search::Nearest nearest(20, 64);
        const std::vector<std::uint8_t> body(data.begin(), data.begin() + 8);
        search::scan({words.data()}, words.size(), search::Query(body, 64), nearest, level);
        print("nearest", level, nearest.result());
    }
}
