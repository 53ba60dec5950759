// The extension module iscckit._kernel.
#include "bind.hpp"
#include "simd/cpu.hpp"

NB_MODULE(_kernel, m) {
    m.doc() = "Compiled kernels of iscckit. The readable twin is iscckit.algorithms.twin.";
    nb::set_leak_warnings(false);  // a program may hold objects when it ends
    m.attr("levels") = nb::dict();
    m.def(
        "can_run", [](int level) { return iscckit::can_run(static_cast<iscckit::Level>(level)); },
        "level"_a);
    m.def("best_level", [] { return static_cast<int>(iscckit::widest_level()); });
    bind_data(m);
    bind_bao(m);
    bind_codec(m);
    bind_image(m);
    bind_similarity_hashes(m);
    bind_av(m);
    bind_texts(m);
    bind_search(m);
}
