// Bindings of chunking, XXH32, MinHash and the Data-Code's streaming hasher.
#include "data/data_code.hpp"

#include <nanobind/stl/vector.h>

#include <cstring>
#include <mutex>
#include <vector>

#include "bind.hpp"

namespace {

using iscckit::DataHasher;
using iscckit::DataKernels;
using iscckit::MinHash;
using MinHashKernels = iscckit::KernelList<iscckit::AddFeatures>;
using MessageKernels = iscckit::KernelList<iscckit::HashMessages>;
using ChunkKernels = iscckit::KernelList<iscckit::CutChunks>;

// Returns all 32 planes; the caller cuts off as many as it wants.
nb::bytes minhash(nb::handle features, int level) {
    const Buffer buffer(features);
    std::array<std::uint8_t, 256> digest;
    {
        nb::gil_scoped_release unlocked;
        const auto bytes = buffer.bytes();
        std::vector<std::uint32_t> words(bytes.size() / 4);  // the buffer may be misaligned
        if (!words.empty()) std::memcpy(words.data(), bytes.data(), 4 * words.size());
        MinHash hasher(target_of<MinHashKernels>(level));
        hasher.add(words);
        digest = hasher.digest<32>();
    }
    return nb::bytes(digest.data(), digest.size());
}

// Without the GIL two threads may use one hasher at the same time: the lock protects it.
struct LockedHasher {
    explicit LockedHasher(int level) : hasher(target_of<DataKernels>(level)) {}

    DataHasher hasher;
    std::mutex lock;

    void update(nb::handle block) {
        const Buffer buffer(block);
        nb::gil_scoped_release unlocked;
        const std::lock_guard<std::mutex> alone(lock);
        hasher.update(buffer.bytes());
    }

    nb::bytes digest() {
        std::array<std::uint8_t, 32> digest;
        {
            nb::gil_scoped_release unlocked;
            const std::lock_guard<std::mutex> alone(lock);
            digest = hasher.digest();
        }
        return nb::bytes(digest.data(), digest.size());
    }
};

}  // namespace

void bind_data(nb::module_& m) {
    list_levels<MessageKernels>(m, "xxh32");
    list_levels<ChunkKernels>(m, "data_chunk_lengths");
    list_levels<MinHashKernels>(m, "minhash");
    list_levels<DataKernels>(m, "data_digest");
    list_levels<DataKernels>(m, "DataHasher");
    m.def(
        "xxh32",
        [](nb::handle data, int level) {
            const Buffer buffer(data);
            const auto message = buffer.bytes();
            std::uint32_t hash;
            nb::gil_scoped_release unlocked;
            iscckit::xxh32_many({&message, 1}, &hash, target_of<MessageKernels>(level));
            return hash;
        },
        "data"_a, "level"_a = 0);
    m.def(
        "chunk_lengths",
        [](nb::handle data, std::size_t average, bool utf32) {
            const Buffer buffer(data);
            nb::gil_scoped_release unlocked;
            return iscckit::chunk_lengths(buffer.bytes(), average, utf32);
        },
        "data"_a, "average"_a, "utf32"_a);
    m.def(
        "data_chunk_lengths",
        [](nb::handle data, int level) {
            const Buffer buffer(data);
            nb::gil_scoped_release unlocked;
            return iscckit::data_chunk_lengths(buffer.bytes(), target_of<ChunkKernels>(level));
        },
        "data"_a, "level"_a = 0);
    m.def("minhash", &minhash, "features"_a, "level"_a = 0);

    m.def(
        "data_digest",
        [](nb::handle data, int level) {
            const Buffer buffer(data);
            std::array<std::uint8_t, 32> digest;
            {
                nb::gil_scoped_release unlocked;
                digest = iscckit::data_digest(buffer.bytes(), target_of<DataKernels>(level));
            }
            return nb::bytes(digest.data(), digest.size());
        },
        "data"_a, "level"_a = 0);

    nb::class_<LockedHasher>(m, "DataHasher")
        .def(nb::init<int>(), "level"_a = 0)
        .def("update", &LockedHasher::update, "block"_a)
        .def("digest", &LockedHasher::digest);
}
