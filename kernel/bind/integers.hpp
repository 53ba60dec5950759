// Integers from Python: any buffer of integers, or any sequence of ints.
#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "bind.hpp"

// A view of an integer array of one or more dimensions. A copy replaces an array that is not
// contiguous.
class IntBuffer {
   public:
    explicit IntBuffer(nb::handle object) {
        if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT) != 0) {
            PyErr_Clear();
            copy_ = nb::steal(PyMemoryView_GetContiguous(object.ptr(), PyBUF_READ, 'C'));
            if (!copy_.is_valid() || PyObject_GetBuffer(copy_.ptr(), &view_, PyBUF_FULL_RO) != 0)
                throw nb::python_error();
        }
    }
    ~IntBuffer() { PyBuffer_Release(&view_); }
    IntBuffer(const IntBuffer&) = delete;
    IntBuffer& operator=(const IntBuffer&) = delete;

    int dimensions() const { return view_.ndim; }
    std::size_t extent(int dimension) const {
        return static_cast<std::size_t>(view_.shape[dimension]);
    }
    // Elements may have a size of 0: numpy's dtype V0.
    std::size_t size() const {
        return view_.itemsize == 0 ? 0 : static_cast<std::size_t>(view_.len / view_.itemsize);
    }

    // Calls use(pointer) with the element type that the buffer has.
    template <class Use>
    void visit(Use&& use) const {
        const char* format = view_.format ? view_.format : "B";
        if (*format == '@' || *format == '=' || *format == '<') ++format;
        const bool one = format[0] != '\0' && format[1] == '\0';
        const bool is_signed = one && std::strchr("bhilqn", format[0]);
        const bool is_unsigned = one && std::strchr("BHILQN", format[0]);
        switch (is_signed || is_unsigned ? view_.itemsize : 0) {
            case 1: return is_signed ? use(at<std::int8_t>()) : use(at<std::uint8_t>());
            case 2: return is_signed ? use(at<std::int16_t>()) : use(at<std::uint16_t>());
            case 4: return is_signed ? use(at<std::int32_t>()) : use(at<std::uint32_t>());
            case 8: return is_signed ? use(at<std::int64_t>()) : use(at<std::uint64_t>());
            default: throw std::invalid_argument("a buffer must hold integers");
        }
    }

   private:
    template <class T>
    const T* at() const {
        return static_cast<const T*>(view_.buf);
    }

    Py_buffer view_;
    nb::object copy_;
};

// Narrows, or throws std::invalid_argument that names the value and the range.
template <class T, class S>
T narrow(S value) {
    const T result = static_cast<T>(value);
    if (static_cast<S>(result) != value || (result < 0) != (value < 0))
        throw std::invalid_argument(std::to_string(value) + " is not in the range " +
                                    std::to_string(std::numeric_limits<T>::min()) + ".." +
                                    std::to_string(std::numeric_limits<T>::max()));
    return result;
}

// The items of a list or tuple, borrowed, or a copy of any other sequence.
class Items {
   public:
    explicit Items(nb::handle object) : items_(nb::borrow(object)) {
        if (PyList_Check(object.ptr())) {
            is_list_ = true;
        } else if (!PyTuple_Check(object.ptr())) {
            snapshot();
        }
    }

    std::size_t size() const {
        return static_cast<std::size_t>(is_list_ ? PyList_Size(items_.ptr())
                                                 : PyTuple_Size(items_.ptr()));
    }
    PyObject* operator[](std::size_t i) const {
#if defined(Py_LIMITED_API)
        const auto at = static_cast<Py_ssize_t>(i);
        return is_list_ ? PyList_GetItem(items_.ptr(), at) : PyTuple_GetItem(items_.ptr(), at);
#else
        return is_list_ ? PyList_GET_ITEM(items_.ptr(), i) : PyTuple_GET_ITEM(items_.ptr(), i);
#endif
    }
    // Copies a list before code of Python runs that may change it.
    void snapshot() {
        PyObject* copy = PySequence_Tuple(items_.ptr());
        if (copy == nullptr) throw nb::python_error();
        items_ = nb::steal(copy);
        is_list_ = false;
    }

   private:
    nb::object items_;
    bool is_list_ = false;
};

inline long long int_of(PyObject* item) {
#if !defined(Py_LIMITED_API) && PY_VERSION_HEX < 0x030C0000
    // Up to two digits of 30 bits without a call and without a branch that random values would
    // mispredict. Later versions are built with the stable ABI, which hides the digits.
    const Py_ssize_t size = Py_SIZE(item);
    const long long sign = size >> (8 * sizeof(size) - 1);
    const long long digits = (size ^ sign) - sign;
    if (digits - 1 < 2u) {
        const digit* const d = reinterpret_cast<const PyLongObject*>(item)->ob_digit;
        const long long two = digits - 1;
        const long long magnitude = d[0] | (static_cast<long long>(d[two]) & -two) << PyLong_SHIFT;
        return (magnitude ^ sign) - sign;
    }
#endif
    int overflow = 0;
    long long value;
    if constexpr (sizeof(long) == sizeof(long long))
        value = PyLong_AsLongAndOverflow(item, &overflow);
    else
        value = PyLong_AsLongLongAndOverflow(item, &overflow);
    if (overflow != 0) throw std::invalid_argument("an integer does not fit 64 bits");
    if (value == -1 && PyErr_Occurred()) throw nb::python_error();
    return value;
}

// CPython keeps the ints 0..255 side by side as single objects: the address of an item gives its
// value without reading the object. If a version lays them out differently, `step` is 0 and no
// item is recognised.
class SmallInts {
   public:
    SmallInts() : first_(address(0)), step_(address(1) - first_) {
        for (long value = 0; value < 256; ++value)
            if (address(value) - first_ != static_cast<std::uintptr_t>(value) * step_) step_ = 0;
        if ((step_ & (step_ - 1)) != 0) step_ = 0;
        while (step_ >> shift_ > 1) ++shift_;
    }
    // Sets `value` and returns true if the item is one of them.
    bool knows(PyObject* item, std::uint8_t& value) const {
        const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(item) - first_;
        value = static_cast<std::uint8_t>(offset >> shift_);
        return offset < 256 * step_;
    }

   private:
    static std::uintptr_t address(long value) {
        const nb::object held = nb::steal(PyLong_FromLong(value));
        return reinterpret_cast<std::uintptr_t>(held.ptr());
    }
    std::uintptr_t first_, step_;
    int shift_ = 0;
};

inline const SmallInts& small_ints() {
    static const SmallInts table;
    return table;
}

// Narrows every item to T and passes it to take(index, value). Ints are read in place. The method
// __index__ of other objects runs after the sequence was copied. `Small`: expect 0..255.
template <class T, bool Small = false, class Take>
void each_int(Items& items, Take&& take) {
    const std::size_t n = items.size();
    std::size_t i = 0;
    if constexpr (Small) {
        const SmallInts& small = small_ints();
        for (std::uint8_t value; i < n && small.knows(items[i], value); ++i)
            take(i, static_cast<T>(value));
    }
    for (; i < n && PyLong_Check(items[i]); ++i) take(i, narrow<T>(int_of(items[i])));
    if (i == n) return;

    items.snapshot();
    if (items.size() != n) throw std::invalid_argument("the sequence changed while it was read");
    for (; i < n; ++i) {
        const nb::object index = nb::steal(PyNumber_Index(items[i]));
        if (!index.is_valid()) throw nb::python_error();
        take(i, narrow<T>(int_of(index.ptr())));
    }
}
