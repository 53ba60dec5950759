// Digests of standard input by every kernel, one line each: name, level, hexadecimal. Compiled for
// another processor, its output must be that of the extension on this one (test_arm.py).
#include <cstdio>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include "av/audio_code.hpp"
#include "av/chromaprint.hpp"
#include "av/frame_signature.hpp"
#include "av/wtahash.hpp"
#include "bao/slice.hpp"
#include "codec/compose.hpp"
#include "codec/explain.hpp"
#include "codec/mixed_code.hpp"
#include "codec/sequence.hpp"
#include "data/data_code.hpp"
#include "hash/blake3.hpp"
#include "hash/multihash.hpp"
#include "hash/simhash.hpp"
#include "image/dct.hpp"
#include "image/image_code.hpp"
#include "image/resize.hpp"
#include "image/trim.hpp"
#include "search/buckets.hpp"
#include "text/meta_code.hpp"
#include "text/text_code.hpp"

using namespace iscckit;

namespace {

std::vector<std::uint8_t> all_of(std::FILE* file) {
    std::vector<std::uint8_t> data;
    std::uint8_t block[4096];
    for (std::size_t n; (n = std::fread(block, 1, sizeof block, file)) > 0;)
        data.insert(data.end(), block, block + n);
    return data;
}

template <class Bytes>
void print(const char* name, Level level, const Bytes& bytes) {
    std::printf("%s %d ", name, static_cast<int>(level));
    const auto* byte = reinterpret_cast<const std::uint8_t*>(std::data(bytes));
    for (std::size_t i = 0; i < std::size(bytes) * sizeof(*std::data(bytes)); ++i)
        std::printf("%02x", byte[i]);
    std::printf("\n");
}

template <class T>
std::vector<T> as(const std::vector<std::uint8_t>& data) {
    std::vector<T> out(data.size() / sizeof(T));
    std::memcpy(out.data(), data.data(), out.size() * sizeof(T));
    return out;
}

// UTF-8 of all code points but surrogates, each behind one that `data` chooses.
std::vector<std::uint8_t> all_characters(const std::vector<std::uint8_t>& data) {
    Bytes out;
    const auto add = [&](std::uint32_t code) {
        if (code != 0 && code - 0xD800 >= 0x800 && code < 0x110000) unicode::encode(code, out);
    };
    for (std::uint32_t code = 1; code < 0x110000; ++code) {
        add(data[code % data.size()] << 8 | data[(code + 1) % data.size()]);
        add(code);
    }
    const auto view = out.view();
    return {view.begin(), view.end()};
}

void print_texts(const std::vector<std::uint8_t>& data) {
    const auto text = all_characters(data);
    const auto whole = [](const char* name, Utf8 result) {
        print(name, Level::baseline, blake3::hash(result));
    };
    Bytes cleaned, collapsed, line;
    whole("characters", text);
    whole("clean", clean(text, cleaned));
    collapse(text, collapsed, Target::best());
    whole("collapse", collapsed.view());
    remove_newlines(text, line);
    whole("lines", line.view());
    whole("trim", trim(text, 1000));
    std::string simprints;
    for (const auto& each : text_simprints(Utf8(text).first(trim(text, 100000).size()), 1024))
        simprints.append(each.digest.begin(), each.digest.end());
    print("simprints", Level::baseline, simprints);
}

// Units of every kind and length, what is said of them, their bytes and spellings, and composites.
void print_codes(const std::vector<std::uint8_t>& data) {
    std::string lines, sequence;
    for (const unsigned maintype : {0U, 1U, 2U, 3U, 4U})
        for (const unsigned length : {1U, 3U, 7U}) {
            const std::size_t size = 4 * (length + 1);
            const Item item{{maintype, 0, 0, length, 2},
                            {data.data() + 40 * maintype + length, size}};
            Normal normal;
            normalize(canonical(item), Mode::strict, normal);
            lines += canonical(normal.item) + " " + explain(normal.item) + " " +
                     type_id(normal.item.header) + "\n";
            for (const Base base :
                 {Base::base16, Base::base32, Base::base32hex, Base::base58btc, Base::base64url})
                lines += encode_base(item.body, base) + "\n";
            const auto code = std::string(encode(item).view());
            ShortBytes store;
            for (const auto byte : read_bytes(read_spelling(code), Mode::strict, store))
                sequence.push_back(static_cast<char>(byte));
        }
    const auto body = [&](std::size_t at) {
        return std::span<const std::uint8_t>(data).subspan(at, 32);
    };
    std::vector<Item> units;
    for (const unsigned maintype : {0U, 2U, 3U, 4U})
        units.push_back({{maintype, 0, 0, 7, 2}, body(50 * maintype)});
    for (std::size_t from = 0; from < 3; ++from) {
        const auto composite = canonical(
            compose(std::span(units).subspan(from), Wide::preferred, Mode::strict).item());
        lines +=
            composite + "\n" +
            clean("iscc:" + composite.substr(5, 4) + "-" + composite.substr(9), Mode::lenient) +
            "\n";
        ShortBytes store;
        const auto bytes = read_bytes(read_spelling(composite), Mode::strict, store);
        decompose(bytes, Mode::strict, [&](const Item& unit) { lines += canonical(unit) + "\n"; });
    }
    const auto* first = reinterpret_cast<const std::uint8_t*>(sequence.data());
    for (const Item& unit : read_sequence({first, sequence.size()}))
        lines += canonical(unit) + "\n";
    Mixer mixer(3, 128);
    for (const unsigned subtype : {0U, 1U, 2U})
        mixer.add({{kind::content, subtype, 0, 7, 2}, body(60 * subtype)});
    lines += canonical(mixer.code().item()) + "\n";
    print("codes", Level::baseline, lines);
}

void print_pictures(const std::vector<std::uint8_t>& data, Level level) {
    std::string pixels;
    for (int mode = 0; mode < 5; ++mode)
        for (int orientation = 1; orientation < 9; ++orientation)
            for (const Trim rule : {Trim::none, Trim::tolerant, Trim::exact}) {
                const Picture picture{data.data(), 97, 61, static_cast<PixelMode>(mode),
                                      Orientation::of(orientation)};
                const auto grey =
                    resized(picture, trimmed(picture, rule, Target::of(level)), Target::of(level));
                pixels.append(grey.begin(), grey.end());
            }
    print("pictures", level,
          blake3::hash({reinterpret_cast<const std::uint8_t*>(pixels.data()), pixels.size()}));
}

// The outboard of `data`, and slices of it whose chunks have numbers above 32 bits.
void print_slices(const std::vector<std::uint8_t>& data, Level level) {
    const Target target = Target::of(level);
    bao::OutboardHasher hasher(target);
    std::vector<std::uint8_t> out;
    hasher.update(data, out);
    const blake3::Chain root = hasher.finish(out);
    const std::uint64_t length = data.size(), far = (std::uint64_t{1} << 32) - 3;
    std::vector<std::uint8_t> slice(sizeof length);
    std::memcpy(slice.data(), &length, sizeof length);
    const bao::Part part = bao::part_of(9, 20000, length);
    bao::NodeWriter(data, far, part, target).write(out);
    bao::NodeWriter(data, 0, part, target).write(slice);
    out.insert(out.end(), slice.begin(), slice.end());
    const auto content = bao::SliceReader(slice, root, 9, 20000).read(target).content;
    out.insert(out.end(), content.begin(), content.end());
    print("slices", level, blake3::hash(out));
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
        const Target target = Target::of(level);
        print("data", level, data_digest(data, target));
        print("simhash", level, simhash(data, 32, target));
        MinHash minhash(target);
        minhash.add(as<std::uint32_t>(data));
        print("minhash", level, minhash.digest<32>());
        alignas(64) std::uint8_t pixels[1024];
        std::memcpy(pixels, data.data(), sizeof pixels);
        print("image", level, image_digest(pixels, 4, BlockRule::quadrants, target));
        print("text", level, digest_collapsed({text.data(), data.size()}, target).digest);
        print("audio", level, audio_digest(as<std::int32_t>(data), audio_parts, target));
        print("video", level, video_digest(trits.data(), trits.size() / frame_elements, target));
        print("frame", level, framesig::signature({data.data(), 96, 64, 96}, target));
        chroma::Fingerprinter fingerprinter(target);
        fingerprinter.feed(data);
        print("sound", level, fingerprinter.words());
        search::Nearest nearest(20, 64);
        const std::vector<std::uint8_t> body(data.begin(), data.begin() + 8);
        search::scan({words.data()}, words.size(), search::Query(body, 64), nearest, target);
        print("nearest", level, nearest.result());
        const Utf8 name{text.data(), 3000};
        print("meta", level, interleave(hash_text(name, target), hash_bytes(data, target)));
        print_pictures(data, level);
        print_slices(data, level);
    }
    std::vector<double> matrix(data.begin(), data.begin() + 1024), transformed(1024);
    dct2(matrix.data(), transformed.data(), 32);
    print("dct", Level::baseline, transformed);
    print("blake3", Level::baseline, blake3::hash(data));
    print("multihash", Level::baseline, multihash(data));
    const std::uint64_t far = (std::uint64_t{5} << 32) + 3;
    print("counter", Level::baseline,
          blake3::hash_chunk(std::span(data).first(64), far, blake3::root));
    print_texts(data);
    print_codes(data);
}
