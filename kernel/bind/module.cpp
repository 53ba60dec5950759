// The extension module iscckit._kernel.
#include "bind.hpp"
#include "cpu.hpp"

NB_MODULE(_kernel, m) {
    m.doc() = "Compiled kernels of iscckit. The readable twin is iscckit.algorithms.reference.";
    m.def("can_run", [](int level) { return iscckit::can_run(static_cast<iscckit::Level>(level)); }, "level"_a);
    m.def("best_level", [] { return static_cast<int>(iscckit::resolve(iscckit::Level::best)); });
    bind_signal(m);
}
