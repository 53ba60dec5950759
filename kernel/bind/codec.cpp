// Bindings of the codec. Text arrives as UTF-8 without a copy; a CodecError becomes
// ValueError(reason, position in bytes or None, number of the argument).
#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "bind.hpp"
#include "codec/compose.hpp"
#include "codec/explain.hpp"
#include "codec/sequence.hpp"
#include "codec_values.hpp"
#include "hash/simhash.hpp"

using namespace iscckit;

namespace {

// The fields of iscckit.codec.unit.Unit, in its order.
nb::object fields_of(const Item& item) {
    return tuple_of<4>({number(item.header.maintype), number(item.header.subtype),
                        bytes_of(item.body), number(item.header.version)});
}

unsigned field(PyObject* unit, Py_ssize_t index) {
    const unsigned long value = PyLong_AsUnsignedLong(PyTuple_GetItem(unit, index));
    if (value >= varnibble_limit) {
        if (PyErr_Occurred() != nullptr) throw nb::python_error();
        throw CodecError{Reason::varnibble};
    }
    return static_cast<unsigned>(value);
}

// Reads a tuple (maintype, subtype, body, version); the body stays Python's.
Item item_of(nb::handle unit) {
    PyObject* const fields = unit.ptr();
    if (!PyTuple_Check(fields) || PyTuple_Size(fields) != 4)
        throw nb::type_error("a unit must be str or Unit");
    char* body = nullptr;
    Py_ssize_t size = 0;
    if (PyBytes_AsStringAndSize(PyTuple_GetItem(fields, 2), &body, &size) != 0)
        throw nb::python_error();
    Header header{field(fields, 0), field(fields, 1), field(fields, 3), 0, 2};
    const bool counter = header.maintype == kind::id;
    const auto count = static_cast<std::size_t>(size);
    const bool fits =
        counter ? count >= 8 && count <= 12 : count >= 4 && count <= 32 && count % 4 == 0;
    if (!fits) throw CodecError{Reason::length_field};
    header.length = static_cast<unsigned>(counter ? count - 8 : count / 4 - 1);
    return {header, {reinterpret_cast<const std::uint8_t*>(body), count}};
}

// One unit or composite and nothing else.
Item one_item(std::string_view text, Mode mode, ShortBytes& store) {
    const Spelling spelling = read_spelling(text);
    const auto bytes = read_bytes(spelling, mode, store);
    return located(spelling, [&] {
        const Item item = read_item(bytes, 0, mode);
        const std::size_t end = item.header.size + item.body.size();
        if (mode != Mode::lenient && end != bytes.size())
            throw CodecError{Reason::body_long, surplus(end)};
        return item;
    });
}

template <class Sink>
void for_each_unit(nb::handle text, int mode, Sink&& sink) {
    ShortBytes store;
    const Spelling spelling = read_spelling(utf8(text));
    const auto bytes = read_bytes(spelling, static_cast<Mode>(mode), store);
    located(spelling, [&] { decompose(bytes, static_cast<Mode>(mode), sink); });
}

// One unit from header fields and the first bits of a digest.
nb::object component(unsigned maintype, unsigned subtype, unsigned version, std::size_t bits,
                     nb::handle digest) {
    const Buffer buffer(digest);
    const std::size_t size = bits / 8;
    const bool counter = maintype == kind::id;
    if (maintype == kind::composite || maintype > kind::flake) throw CodecError{Reason::not_a_unit};
    if (subtype >= varnibble_limit || version >= varnibble_limit)
        throw CodecError{Reason::varnibble};
    const bool fits = bits % (counter ? 8 : 32) == 0 &&
                      (counter ? size >= 8 && size <= 12 : size >= 4 && size <= 32);
    if (!fits) throw CodecError{Reason::length_field};
    if (buffer.bytes().size() < size) throw CodecError{Reason::body_short};
    const auto length = static_cast<unsigned>(counter ? size - 8 : size / 4 - 1);
    return text_of(
        encode(Item{{maintype, subtype, version, length, 2}, buffer.bytes().first(size)}).view());
}

// The body of a Mixed-Code, or the code itself; None where `codes` and `bits` do not allow one:
// then the caller looks for the reason.
nb::object mixed(nb::handle codes, std::size_t bits, bool as_text) {
    const nb::object held = nb::steal(PySequence_Tuple(codes.ptr()));
    if (!held.is_valid()) throw nb::python_error();
    const Py_ssize_t count = PyTuple_Size(held.ptr());
    if (count < 2 || bits % 32 != 0 || bits < 32 || bits > 256) return nb::none();

    const std::size_t size = bits / 8;
    std::vector<std::uint8_t> rows(static_cast<std::size_t>(count) * size);
    std::uint8_t* row = rows.data();
    for (Py_ssize_t i = 0; i < count; ++i, row += size) {
        PyObject* const code = PyTuple_GetItem(held.ptr(), i);
        ShortBytes store;
        Item item;
        try {
            item = PyUnicode_Check(code) ? one_item(utf8(code), Mode::open, store) : item_of(code);
        } catch (const CodecError&) {
            return nb::none();
        }
        if (item.header.maintype != kind::content || item.body.size() < size) return nb::none();
        std::array<std::uint8_t, 8> header;
        write_header(item.header, header.data());
        row[0] = header[0];
        std::copy_n(item.body.data(), size - 1, row + 1);
    }

    std::array<std::uint64_t, 256> counts;
    std::fill_n(counts.data(), bits, 0);
    count_bits(rows, size, counts.data(), Target::best());
    std::array<std::uint8_t, 32> body;
    majority(counts.data(), size, static_cast<std::uint64_t>(count), body.data());
    const auto view = std::span<const std::uint8_t>(body).first(size);
    if (!as_text) return bytes_of(view);
    return text_of(canonical(
        {{kind::content, subtype_mixed, 0, static_cast<unsigned>(bits / 32 - 1), 2}, view}));
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

    // Six units cannot all be different, so an error is found among the first six.
    constexpr std::size_t enough = 6;
    std::array<ShortBytes, enough> stores;
    std::array<Item, enough> items;
    const std::size_t count = given < enough ? given : enough;
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = static_cast<Py_ssize_t>(i);
        PyObject* const unit =
            list ? PyList_GetItem(held.ptr(), at) : PyTuple_GetItem(held.ptr(), at);
        if (unit == nullptr) throw nb::python_error();
        try {
            items[i] = PyUnicode_Check(unit)
                           ? one_item(utf8(unit), static_cast<Mode>(mode), stores[i])
                           : item_of(unit);
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
        normalize(utf8(text), static_cast<Mode>(mode), normal);
        if (static_cast<Mode>(mode) == Mode::lenient) check_version(normal.item.header);
        return text_of(type_id(normal.item.header));
    });
    m.def("codec_explain", [](nb::handle text, int mode) {
        Normal normal;
        normalize(utf8(text), static_cast<Mode>(mode), normal);
        if (static_cast<Mode>(mode) == Mode::lenient) check_version(normal.item.header);
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
        const Item item = one_item(utf8(text), static_cast<Mode>(mode), store);
        if (item.header.maintype == kind::composite) throw CodecError{Reason::not_a_unit};
        return fields_of(item);
    });
    m.def("codec_sequence", [](nb::handle bytes) {
        const Buffer buffer(bytes);
        nb::object list = new_list();
        for (const Item& unit : read_sequence(buffer.bytes())) append(list, fields_of(unit));
        return list;
    });
    m.def("codec_compose", &compose_units);
    m.def("codec_component", &component);
    m.def("codec_mixed",
          [](nb::handle codes, std::size_t bits) { return mixed(codes, bits, false); });
    m.def("codec_mixed_code",
          [](nb::handle codes, std::size_t bits) { return mixed(codes, bits, true); });
    m.def("unit_code", [](nb::handle unit) { return text_of(encode(item_of(unit)).view()); });
    m.def("unit_canonical", [](nb::handle unit) { return text_of(canonical(item_of(unit))); });
    m.def("unit_type_id", [](nb::handle unit) {
        const Item item = item_of(unit);
        if (item.header.maintype > kind::flake) throw CodecError{Reason::maintype};
        return text_of(type_id(item.header));
    });
    m.def("unit_bytes", [](nb::handle unit) {
        const Item item = item_of(unit);
        std::array<std::uint8_t, 40> bytes;
        const std::size_t head = write_header(item.header, bytes.data());
        std::copy(item.body.begin(), item.body.end(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(head));
        return bytes_of(std::span<const std::uint8_t>(bytes).first(head + item.body.size()));
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
              for (const unsigned value : {maintype, subtype, version, length})
                  if (value >= varnibble_limit) throw CodecError{Reason::varnibble};
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
