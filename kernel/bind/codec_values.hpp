// Conversions between values of Python and of the codec, for codec.cpp. They call the stable ABI
// directly: the general conversions of nanobind take longer than making a code.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "bind.hpp"
#include "codec/bases.hpp"

namespace iscckit {

inline std::string_view utf8(nb::handle text) {
    if (!PyUnicode_Check(text.ptr())) throw nb::type_error("a code must be str");
    Py_ssize_t size = 0;
    const char* const data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
    if (data == nullptr) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) throw nb::python_error();
        PyErr_Clear();  // a lone surrogate; the caller finds it again
        throw CodecError{Reason::symbol, 0};
    }
    return {data, static_cast<std::size_t>(size)};
}

inline nb::object text_of(std::string_view text) {
    PyObject* const made =
        PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
    if (made == nullptr) throw nb::python_error();
    return nb::steal(made);
}

inline nb::object bytes_of(std::span<const std::uint8_t> bytes) {
    PyObject* const made = PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()),
                                                     static_cast<Py_ssize_t>(bytes.size()));
    if (made == nullptr) throw nb::python_error();
    return nb::steal(made);
}

inline nb::object number(unsigned value) {
    PyObject* const made = PyLong_FromUnsignedLong(value);
    if (made == nullptr) throw nb::python_error();
    return nb::steal(made);
}

template <std::size_t N>
nb::object tuple_of(std::array<nb::object, N> values) {
    PyObject* const made = PyTuple_New(N);
    if (made == nullptr) throw nb::python_error();
    for (std::size_t i = 0; i < N; ++i)
        PyTuple_SetItem(made, static_cast<Py_ssize_t>(i), values[i].release().ptr());
    return nb::steal(made);
}

inline void append(const nb::object& list, const nb::object& value) {
    if (PyList_Append(list.ptr(), value.ptr()) != 0) throw nb::python_error();
}

inline nb::object new_list() {
    PyObject* const made = PyList_New(0);
    if (made == nullptr) throw nb::python_error();
    return nb::steal(made);
}

}  // namespace iscckit
