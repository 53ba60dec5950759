// Bindings of the Chromaprint fingerprint and the MPEG-7 frame signature.
#include "bind.hpp"
#include "chroma.hpp"
#include "framesig.hpp"

using iscckit::Level;
using iscckit::chroma::Fingerprinter;

void bind_av(nb::module_& m) {
    nb::class_<Fingerprinter>(m, "Fingerprinter")
        .def(
            "__init__",
            [](Fingerprinter* self, int level) { new (self) Fingerprinter(static_cast<Level>(level)); },
            "level"_a = 0)
        .def(
            "feed",
            [](Fingerprinter& self, nb::handle samples) {
                const Buffer buffer(samples);
                nb::gil_scoped_release unlocked;
                self.feed(buffer.bytes());
            },
            "samples"_a)
        .def("words", [](Fingerprinter& self) {
            const std::vector<std::int32_t>* words;
            {
                nb::gil_scoped_release unlocked;
                words = &self.words();
            }
            return nb::bytes(words->data(), words->size() * sizeof(std::int32_t));
        });

    m.def(
        "frame_signature",
        [](nb::handle plane, std::size_t width, std::size_t height, std::ptrdiff_t stride, int level) {
            const Buffer buffer(plane);
            iscckit::framesig::Signature out;
            {
                nb::gil_scoped_release unlocked;
                const std::uint8_t* first = buffer.bytes().data();
                if (stride < 0) first += static_cast<std::size_t>(-stride) * (height - 1);
                out = iscckit::framesig::signature({first, width, height, stride}, static_cast<Level>(level));
            }
            return nb::bytes(out.data(), out.size());
        },
        "plane"_a, "width"_a, "height"_a, "stride"_a, "level"_a = 0);
}
