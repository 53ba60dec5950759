// Bindings of simhash, the winner-takes-all hash and the audio, video and mixed digests.
#include "bind.hpp"
#include "simhash.hpp"

void bind_signal(nb::module_& m) {
    m.def(
        "simhash",
        [](nb::handle digests, std::size_t width, int level) {
            const Buffer buffer(digests);
            std::vector<std::uint8_t> out;
            {
                nb::gil_scoped_release unlocked;
                out = iscckit::simhash(buffer.bytes(), width, static_cast<iscckit::Level>(level));
            }
            return nb::bytes(out.data(), out.size());
        },
        "digests"_a, "width"_a, "level"_a = 0);
}
