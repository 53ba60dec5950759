// Declarations that the binding files share. Only this folder knows both C++ and Python. A binding
// converts values, checks shapes and sizes that the kernel relies on, releases the GIL and calls
// one function of the kernel. Rules of the standard stand in the headers, not here; the callers in
// iscckit check the meaning of arguments.
#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "simd/cpu.hpp"

namespace nb = nanobind;
using namespace nb::literals;

// A contiguous read-only view of any object with the buffer protocol. The destructor releases it.
class Buffer {
   public:
    explicit Buffer(nb::handle object) {
        if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_C_CONTIGUOUS) != 0)
            throw nb::python_error();
    }
    ~Buffer() { PyBuffer_Release(&view_); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    std::span<const std::uint8_t> bytes() const {
        return {static_cast<const std::uint8_t*>(view_.buf), static_cast<std::size_t>(view_.len)};
    }

   private:
    Py_buffer view_;
};

// The target of an argument `level`. Throws ValueError where this processor or the function lacks
// the level.
template <class Kernels>
iscckit::Target target_of(int level) {
    return Kernels::target(static_cast<iscckit::Level>(level));
}

// Says in iscckit._kernel.levels which levels a function takes on this machine.
template <class Kernels>
void list_levels(nb::module_& m, const char* function) {
    nb::list found;
    for (const iscckit::Level level : Kernels::levels()) found.append(static_cast<int>(level));
    m.attr("levels")[function] = nb::tuple(found);
}

// Each file of this folder defines one of these; module.cpp calls them.
void bind_data(nb::module_& m);
void bind_bao(nb::module_& m);
void bind_codec(nb::module_& m);
void bind_image(nb::module_& m);
void bind_similarity_hashes(nb::module_& m);
void bind_av(nb::module_& m);
void bind_texts(nb::module_& m);
void bind_search(nb::module_& m);
