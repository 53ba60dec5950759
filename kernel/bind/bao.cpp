// Bindings of outboards and slices.
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "bao/slice.hpp"
#include "bao/tree.hpp"
#include "bind.hpp"

namespace {

namespace bao = iscckit::bao;
using BaoKernels = iscckit::KernelList<bao::HashInputs>;

nb::bytes as_bytes(const std::vector<std::uint8_t>& data) {
    return nb::bytes(data.data(), data.size());
}

// Without the GIL two threads may use one hasher at the same time: the lock protects it.
struct LockedOutboard {
    explicit LockedOutboard(int level) : hasher(target_of<BaoKernels>(level)) {}

    bao::OutboardHasher hasher;
    std::mutex lock;
    bool finished = false;

    nb::bytes update(nb::handle block) {
        const Buffer buffer(block);
        std::vector<std::uint8_t> parents;
        {
            nb::gil_scoped_release unlocked;
            const std::lock_guard<std::mutex> alone(lock);
            if (finished) throw std::invalid_argument("the outboard is finished");
            hasher.update(buffer.bytes(), parents);
        }
        return as_bytes(parents);
    }

    nb::tuple finish() {
        std::vector<std::uint8_t> parents;
        iscckit::blake3::Chain root;
        {
            nb::gil_scoped_release unlocked;
            const std::lock_guard<std::mutex> alone(lock);
            if (finished) throw std::invalid_argument("the outboard is finished");
            finished = true;
            root = hasher.finish(parents);
        }
        return nb::make_tuple(nb::bytes(root.data(), sizeof root), as_bytes(parents));
    }
};

// The nodes of the subtree of `data` that lead to its bytes from `start` to before `end`.
nb::bytes bao_nodes(nb::handle data, std::uint64_t first_chunk, std::uint64_t start,
                    std::uint64_t end, int level) {
    const Buffer buffer(data);
    const auto target = target_of<BaoKernels>(level);
    if (start >= end) throw std::invalid_argument("the part is empty");
    std::vector<std::uint8_t> nodes;
    {
        nb::gil_scoped_release unlocked;
        bao::NodeWriter(buffer.bytes(), first_chunk, {start, end - 1}, target).write(nodes);
    }
    return as_bytes(nodes);
}

nb::tuple bao_verify(nb::handle slice, nb::handle root, std::uint64_t start, std::uint64_t count,
                     int level) {
    const Buffer buffer(slice), expected(root);
    const auto target = target_of<BaoKernels>(level);
    iscckit::blake3::Chain chain;
    if (expected.bytes().size() != sizeof chain) throw std::invalid_argument("a root has 32 bytes");
    std::memcpy(chain.data(), expected.bytes().data(), sizeof chain);
    bao::Verified result;
    {
        nb::gil_scoped_release unlocked;
        result = bao::SliceReader(buffer.bytes(), chain, start, count).read(target);
    }
    return nb::make_tuple(static_cast<int>(result.fault), result.length, as_bytes(result.content));
}

}  // namespace

void bind_bao(nb::module_& m) {
    list_levels<BaoKernels>(m, "OutboardHasher");
    list_levels<BaoKernels>(m, "bao_nodes");
    list_levels<BaoKernels>(m, "bao_verify");
    nb::class_<LockedOutboard>(m, "OutboardHasher")
        .def(nb::init<int>(), "level"_a = 0)
        .def("update", &LockedOutboard::update, "block"_a)
        .def("finish", &LockedOutboard::finish);
    m.def("bao_nodes", &bao_nodes, "data"_a, "first_chunk"_a, "start"_a, "end"_a, "level"_a = 0);
    m.def("bao_verify", &bao_verify, "slice"_a, "root"_a, "start"_a, "count"_a, "level"_a = 0);
}
