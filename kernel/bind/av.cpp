// Bindings of the Chromaprint fingerprint and the MPEG-7 frame signature.
#include <mutex>

#include "av/chromaprint.hpp"
#include "av/frame_signature.hpp"
#include "bind.hpp"

using FingerprintKernels = iscckit::KernelList<iscckit::chroma::Fold>;
using SignatureKernels = iscckit::KernelList<iscckit::framesig::SumCells>;

namespace {

// Without the GIL two threads may use one fingerprinter at the same time: the lock protects it.
struct LockedFingerprinter {
    explicit LockedFingerprinter(int level) : fingerprinter(target_of<FingerprintKernels>(level)) {}

    iscckit::chroma::Fingerprinter fingerprinter;
    std::mutex lock;

    void feed(nb::handle samples) {
        const Buffer buffer(samples);
        nb::gil_scoped_release unlocked;
        const std::lock_guard<std::mutex> alone(lock);
        fingerprinter.feed(buffer.bytes());
    }

    nb::bytes words() {
        std::vector<std::int32_t> words;
        {
            nb::gil_scoped_release unlocked;
            const std::lock_guard<std::mutex> alone(lock);
            words = fingerprinter.words();
        }
        return nb::bytes(words.data(), words.size() * sizeof(std::int32_t));
    }
};

}  // namespace

void bind_av(nb::module_& m) {
    list_levels<FingerprintKernels>(m, "Fingerprinter");
    list_levels<SignatureKernels>(m, "frame_signature");
    nb::class_<LockedFingerprinter>(m, "Fingerprinter")
        .def(nb::init<int>(), "level"_a = 0)
        .def("feed", &LockedFingerprinter::feed, "samples"_a)
        .def("words", &LockedFingerprinter::words);

    m.def(
        "frame_signature",
        [](nb::handle plane, std::size_t width, std::size_t height, std::ptrdiff_t stride,
           int level) {
            const Buffer buffer(plane);
            iscckit::framesig::Signature out;
            {
                nb::gil_scoped_release unlocked;
                const std::uint8_t* first = buffer.bytes().data();
                if (stride < 0) first += static_cast<std::size_t>(-stride) * (height - 1);
                out = iscckit::framesig::signature({first, width, height, stride},
                                                   target_of<SignatureKernels>(level));
            }
            return nb::bytes(out.data(), out.size());
        },
        "plane"_a, "width"_a, "height"_a, "stride"_a, "level"_a = 0);
}
