// Bindings of simhash, the winner-takes-all hash and the audio and video digests.
#include <array>
#include <limits>
#include <vector>

#include "av/audio_code.hpp"
#include "av/wtahash.hpp"
#include "bind.hpp"
#include "hash/simhash.hpp"
#include "integers.hpp"

namespace {

using namespace iscckit;
using SimhashKernels = KernelList<CountBits>;
using AudioKernels = KernelList<CountBits>;
using VideoKernels = KernelList<SumDistinct>;

void check_bits(int bits) {
    if (bits < 32 || bits > 256 || bits % 32 != 0)
        throw std::invalid_argument("bits must be a multiple of 32 from 32 to 256, got " +
                                    std::to_string(bits));
}

nb::bytes head(const std::array<std::uint8_t, 32>& digest, int bits) {
    return nb::bytes(digest.data(), static_cast<std::size_t>(bits / 8));
}

nb::bytes simhash_of(std::span<const std::uint8_t> digests, std::size_t width, int level) {
    const auto out = simhash(digests, width, target_of<SimhashKernels>(level));
    return nb::bytes(out.data(), out.size());
}

nb::bytes simhash_buffer(nb::handle digests, std::size_t width, int level) {
    const Buffer buffer(digests);
    if (width == 0 || buffer.bytes().empty() || buffer.bytes().size() % width != 0)
        throw std::invalid_argument(std::to_string(buffer.bytes().size()) +
                                    " bytes are not digests of " + std::to_string(width) +
                                    " bytes");
    std::vector<std::uint8_t> out;
    {
        nb::gil_scoped_release unlocked;
        out = simhash(buffer.bytes(), width, target_of<SimhashKernels>(level));
    }
    return nb::bytes(out.data(), out.size());
}

// Takes a sequence of bytes objects of one width and copies them into one stream for the counters.
nb::bytes simhash_items(nb::handle digests, int level) {
    const Items items(digests);
    std::vector<std::uint8_t> rows;
    std::size_t width = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        char* data;
        Py_ssize_t size;
        if (!PyBytes_Check(items[i])) throw nb::type_error("digests must be bytes");
        PyBytes_AsStringAndSize(items[i], &data, &size);
        if (i == 0) {
            width = static_cast<std::size_t>(size);
            rows.resize(width * items.size());
        }
        if (static_cast<std::size_t>(size) != width)
            throw std::invalid_argument("digests " + std::to_string(width) + " and " +
                                        std::to_string(size) + " bytes long");
        if (width != 0) std::memcpy(rows.data() + i * width, data, width);
    }
    if (width == 0) throw std::invalid_argument(items.size() == 0 ? "no digests" : "empty digests");
    return simhash_of(rows, width, level);
}

// Signed 32-bit words from a one-dimensional buffer of integers, or from a sequence of ints.
std::vector<std::int32_t> read_words(nb::handle source) {
    std::vector<std::int32_t> words;
    if (PyObject_CheckBuffer(source.ptr())) {
        const IntBuffer buffer(source);
        if (buffer.dimensions() != 1)
            throw std::invalid_argument("the words must have one dimension");
        words.resize(buffer.size());
        buffer.visit([&](const auto* values) {
            for (std::size_t i = 0; i < words.size(); ++i)
                words[i] = narrow<std::int32_t>(values[i]);
        });
        return words;
    }
    Items items(source);
    words.resize(items.size());
    each_int<std::int32_t>(items, [&](std::size_t i, std::int32_t value) { words[i] = value; });
    return words;
}

nb::bytes audio_digest_of(nb::handle fingerprint, int bits, int level) {
    check_bits(bits);
    const std::vector<std::int32_t> words = read_words(fingerprint);
    std::array<std::uint8_t, 32> out;
    {
        nb::gil_scoped_release unlocked;
        out = audio_digest(words, bits / 32, target_of<AudioKernels>(level));
    }
    return head(out, bits);
}

nb::bytes wtahash_of(nb::handle vector, int bits) {
    if (bits < 8 || bits > 256 || bits % 8 != 0)
        throw std::invalid_argument("bits must be a multiple of 8 from 8 to 256, got " +
                                    std::to_string(bits));
    std::array<std::int64_t, frame_elements> values;
    Items items(vector);
    if (items.size() != frame_elements)
        throw std::invalid_argument("there are " + std::to_string(items.size()) +
                                    " values, not 380");
    each_int<std::int64_t>(items, [&](std::size_t i, std::int64_t value) { values[i] = value; });
    return head(wtahash(values), bits);
}

template <class T>
nb::bytes video_digest_of(const T* frames, std::size_t count, int bits, int level) {
    std::array<std::uint8_t, 32> out;
    {
        nb::gil_scoped_release unlocked;
        out = video_digest(frames, count, target_of<VideoKernels>(level));
    }
    return head(out, bits);
}

nb::bytes video_buffer(nb::handle frames, int bits, int level) {
    const IntBuffer buffer(frames);
    if (buffer.dimensions() != 2 || buffer.extent(1) != frame_elements || buffer.size() == 0)
        throw std::invalid_argument("the shape is not (n, 380) with n > 0");
    nb::bytes digest("");
    buffer.visit([&](const auto* values) {
        using T = std::remove_cvref_t<decltype(*values)>;
        if constexpr (sizeof(T) <= 2 || std::is_same_v<T, std::int32_t>) {
            digest = video_digest_of(values, buffer.extent(0), bits, level);
        } else {
            std::vector<std::int32_t> narrowed(buffer.size());
            for (std::size_t i = 0; i < narrowed.size(); ++i)
                narrowed[i] = narrow<std::int32_t>(values[i]);
            digest = video_digest_of(narrowed.data(), buffer.extent(0), bits, level);
        }
    });
    return digest;
}

nb::bytes video_items(nb::handle frames, int bits, int level) {
    Items items(frames);
    items.snapshot();
    const std::size_t n = items.size();
    if (n == 0) throw std::invalid_argument("there are no frames");
    std::vector<std::int32_t> rows(n * frame_elements);
    for (std::size_t i = 0; i < n; ++i) {
        std::int32_t* row = &rows[i * frame_elements];
        Items frame(items[i]);
        if (frame.size() != frame_elements)
            throw std::invalid_argument("frame " + std::to_string(i) + " has " +
                                        std::to_string(frame.size()) + " elements, not 380");
        each_int<std::int32_t, true>(frame,
                                     [&](std::size_t k, std::int32_t value) { row[k] = value; });
    }
    return video_digest_of(rows.data(), n, bits, level);
}

}  // namespace

void bind_similarity_hashes(nb::module_& m) {
    list_levels<SimhashKernels>(m, "simhash");
    list_levels<SimhashKernels>(m, "simhash_items");
    list_levels<AudioKernels>(m, "audio_digest");
    list_levels<VideoKernels>(m, "video_digest");
    m.def("simhash", &simhash_buffer, "digests"_a, "width"_a, "level"_a = 0);
    m.def("simhash_items", &simhash_items, "digests"_a, "level"_a = 0);
    m.def("wtahash", &wtahash_of, "vector"_a, "bits"_a = 256);
    m.def("audio_digest", &audio_digest_of, "fingerprint"_a, "bits"_a = 64, "level"_a = 0);
    m.def(
        "video_digest",
        [](nb::handle frames, int bits, int level) {
            check_bits(bits);
            return PyObject_CheckBuffer(frames.ptr()) ? video_buffer(frames, bits, level)
                                                      : video_items(frames, bits, level);
        },
        "frames"_a, "bits"_a = 64, "level"_a = 0);
}
