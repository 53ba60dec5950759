// Bindings of the codec. Text arrives as UTF-8 without a copy; a CodecError becomes
// ValueError(reason, position in bytes or None, number of the argument).
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "bind.hpp"
#include "codec/compose.hpp"
#include "codec/explain.hpp"
#include "codec/mixed_code.hpp"
#include "codec/sequence.hpp"
#include "codec_values.hpp"

using namespace iscckit;

namespace {

// The fields of iscckit.codec.unit.Unit, in its order.
nb::object fields_of(const Item& item) {
    return tuple_of<4>({number(item.header.maintype), number(item.header.subtype),
                        bytes_of(item.body), number(item.header.version)});
}

unsigned field(PyObject* unit, Py_ssize_t index) {
    const unsigned long value = PyLong_AsUnsignedLong(PyTuple_GetItem(unit, index));
    if (value == static_cast<unsigned long>(-1) && PyErr_Occurred() != nullptr)
        throw nb::python_error();
    return header_field(value);
}

// Reads a tuple (maintype, subtype, body, version). The body stays in the memory of Python.
Item item_of(nb::handle unit) {
    PyObject* const fields = unit.ptr();
    if (!PyTuple_Check(fields) || PyTuple_Size(fields) != 4)
        throw nb::type_error("a unit must be str or Unit");
    char* body = nullptr;
    Py_ssize_t size = 0;
    if (PyBytes_AsStringAndSize(PyTuple_GetItem(fields, 2), &body, &size) != 0)
        throw nb::python_error();
    const unsigned maintype = field(fields, 0), subtype = field(fields, 1);
    return make_unit(maintype, subtype, field(fields, 3),
                     {reinterpret_cast<const std::uint8_t*>(body), static_cast<std::size_t>(size)});
}

// Reads a code given as text, which `store` keeps, or as a tuple.
Item read_code(nb::handle code, Mode mode, ShortBytes& store) {
    return PyUnicode_Check(code.ptr()) ? read_one(utf8(code), mode, store) : item_of(code);
}

template <class Sink>
void for_each_unit(nb::handle text, int mode, Sink&& sink) {
    ShortBytes store;
    const Spelling spelling = read_spelling(utf8(text));
    const auto bytes = read_bytes(spelling, static_cast<Mode>(mode), store);
    located(spelling, [&] { decompose(bytes, static_cast<Mode>(mode), sink); });
}

nb::object component(unsigned maintype, unsigned subtype, unsigned version, std::size_t bits,
                     nb::handle digest) {
    const Buffer buffer(digest);
    return text_of(encode(cut_unit(maintype, subtype, version, bits, buffer.bytes())).view());
}

// The Mixed-Code of a sequence of codes. Where they do not make one the result is empty, and the
// caller looks for the reason.
std::optional<MixedCode> mix(nb::handle codes, std::size_t bits) {
    const nb::object held = nb::steal(PySequence_Tuple(codes.ptr()));
    if (!held.is_valid()) throw nb::python_error();
    const Py_ssize_t count = PyTuple_Size(held.ptr());
    if (!Mixer::accepts(static_cast<std::size_t>(count), bits)) return std::nullopt;
    Mixer mixer(static_cast<std::size_t>(count), bits);
    try {
        for (Py_ssize_t i = 0; i < count; ++i) {
            ShortBytes store;
            if (!mixer.add(read_code(PyTuple_GetItem(held.ptr(), i), Mode::open, store)))
                return std::nullopt;
        }
    } catch (const CodecError&) {
        return std::nullopt;
    }
    return mixer.code();
}

nb::object mixed(nb::handle codes, std::size_t bits) {
    const auto made = mix(codes, bits);
    return made ? bytes_of(made->item().body) : nb::none();
}

nb::object mixed_code(nb::handle codes, std::size_t bits) {
    const auto made = mix(codes, bits);
    return made ? text_of(canonical(made->item())) : nb::none();
}

nb::object compose_units(nb::handle units, int wide, int mode) {
    if (PyUnicode_Check(units.ptr()))
        throw nb::type_error("units must be a sequence of codes, not one str");
    nb::object held = nb::borrow(units);
    if (!PyList_CheckExact(held.ptr()) && !PyTuple_CheckExact(held.ptr())) {
        held = nb::steal(PySequence_Tuple(units.ptr()));
        if (!held.is_valid()) throw nb::python_error();
    }
    const bool list = PyList_Check(held.ptr());
    const auto given =
        static_cast<std::size_t>(list ? PyList_Size(held.ptr()) : PyTuple_Size(held.ptr()));

    std::array<ShortBytes, units_enough> stores;
    std::array<Item, units_enough> items;
    const std::size_t count = std::min(given, units_enough);
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = static_cast<Py_ssize_t>(i);
        PyObject* const unit =
            list ? PyList_GetItem(held.ptr(), at) : PyTuple_GetItem(held.ptr(), at);
        if (unit == nullptr) throw nb::python_error();
        try {
            items[i] = read_code(unit, static_cast<Mode>(mode), stores[i]);
        } catch (CodecError& error) {
            error.which = i;
            throw;
        }
    }
    const Composite made =
        compose({items.data(), count}, static_cast<Wide>(wide), static_cast<Mode>(mode));
    return text_of(canonical(made.item()));
}

void translate(const std::exception_ptr& thrown, void*) {
    try {
        std::rethrow_exception(thrown);
    } catch (const CodecError& error) {
        nb::object position =
            error.position == nowhere ? nb::none() : nb::object(nb::int_(error.position));
        const nb::object args =
            nb::make_tuple(static_cast<int>(error.reason), position, error.which);
        PyErr_SetObject(PyExc_ValueError, args.ptr());
    }
}

void bind_readers(nb::module_& m) {
    m.def("codec_clean", [](nb::handle text, int mode) {
        return text_of(clean(utf8(text), static_cast<Mode>(mode)));
    });
    m.def("codec_bytes", [](nb::handle text, int mode) {
        ShortBytes store;
        return bytes_of(read_bytes(read_spelling(utf8(text)), static_cast<Mode>(mode), store));
    });
    m.def("codec_check",
          [](nb::handle text, int mode) { check(utf8(text), static_cast<Mode>(mode)); });
    m.def("codec_valid", [](nb::handle text, int mode) {
        try {
            check(utf8(text), static_cast<Mode>(mode));
        } catch (const CodecError&) {
            return false;
        }
        return true;
    });
    m.def("codec_normalize", [](nb::handle text, int mode) {
        Normal normal;
        normalize(utf8(text), static_cast<Mode>(mode), normal);
        return text_of(canonical(normal.item));
    });
    m.def("codec_decode", [](nb::handle text, int mode) {
        Normal normal;
        normalize(utf8(text), static_cast<Mode>(mode), normal);
        const Header& h = normal.item.header;
        return tuple_of<5>({number(h.maintype), number(h.subtype), number(h.version),
                            number(h.length), bytes_of(normal.item.body)});
    });
    m.def("codec_type_id", [](nb::handle text, int mode) {
        Normal normal;
        normalize_for_words(utf8(text), static_cast<Mode>(mode), normal);
        return text_of(type_id(normal.item.header));
    });
    m.def("codec_explain", [](nb::handle text, int mode) {
        Normal normal;
        normalize_for_words(utf8(text), static_cast<Mode>(mode), normal);
        return text_of(explain(normal.item));
    });
}

void bind_units(nb::module_& m) {
    m.def("codec_decompose", [](nb::handle text, int mode) {
        nb::object list = new_list();
        for_each_unit(text, mode,
                      [&](const Item& unit) { append(list, text_of(encode(unit).view())); });
        return list;
    });
    m.def("codec_units", [](nb::handle text, int mode) {
        nb::object list = new_list();
        for_each_unit(text, mode, [&](const Item& unit) { append(list, fields_of(unit)); });
        return list;
    });
    m.def("codec_unit", [](nb::handle text, int mode) {
        ShortBytes store;
        return fields_of(read_unit(utf8(text), static_cast<Mode>(mode), store));
    });
    m.def("codec_sequence", [](nb::handle bytes) {
        const Buffer buffer(bytes);
        nb::object list = new_list();
        for (const Item& unit : read_sequence(buffer.bytes())) append(list, fields_of(unit));
        return list;
    });
    m.def("codec_compose", &compose_units);
    m.def("codec_component", &component);
    m.def("codec_mixed", &mixed);
    m.def("codec_mixed_code", &mixed_code);
    m.def("unit_code", [](nb::handle unit) { return text_of(encode(item_of(unit)).view()); });
    m.def("unit_canonical", [](nb::handle unit) { return text_of(canonical(item_of(unit))); });
    m.def("unit_type_id", [](nb::handle unit) { return text_of(type_id(item_of(unit).header)); });
    m.def("unit_bytes", [](nb::handle unit) {
        std::array<std::uint8_t, 48> bytes;
        const std::size_t size = write_item(item_of(unit), bytes.data());
        return bytes_of(std::span<const std::uint8_t>(bytes).first(size));
    });
    m.def("codec_distance", [](nb::handle a, nb::handle b, int mode) {
        const Distance found = distance(utf8(a), utf8(b), static_cast<Mode>(mode));
        return tuple_of<2>({number(found.differing), number(found.bits)});
    });
    m.def("codec_compare", [](nb::handle a, nb::handle b, int mode) {
        nb::object list = new_list();
        for (const Pair& p : compare(utf8(a), utf8(b), static_cast<Mode>(mode)))
            append(list, tuple_of<6>({number(p.maintype), number(p.subtype), number(p.version),
                                      number(p.bits_a), number(p.bits_b), number(p.differing)}));
        return list;
    });
}

void bind_bytes(nb::module_& m) {
    m.def("codec_header",
          [](unsigned maintype, unsigned subtype, unsigned version, unsigned length) {
              for (const unsigned value : {maintype, subtype, version, length}) header_field(value);
              std::array<std::uint8_t, 8> bytes;
              const std::size_t size =
                  write_header({maintype, subtype, version, length, 0}, bytes.data());
              return bytes_of(std::span<const std::uint8_t>(bytes).first(size));
          });
    m.def("codec_read_header", [](nb::handle bytes) {
        const Buffer buffer(bytes);
        const Header h = read_header(buffer.bytes(), 0);
        return tuple_of<5>({number(h.maintype), number(h.subtype), number(h.version),
                            number(h.length), number(static_cast<unsigned>(h.size))});
    });
    m.def("base_encode", [](nb::handle bytes, char base) {
        const Buffer buffer(bytes);
        return text_of(encode_base(buffer.bytes(), static_cast<Base>(base)));
    });
    m.def("base_decode", [](nb::handle text, char base, bool exact) {
        ShortBytes store;
        decode_base(utf8(text), 0, static_cast<Base>(base), false, exact, store);
        return bytes_of(store.view());
    });
}

}  // namespace

void bind_codec(nb::module_& m) {
    nb::register_exception_translator(translate);
    bind_readers(m);
    bind_units(m);
    bind_bytes(m);
}
