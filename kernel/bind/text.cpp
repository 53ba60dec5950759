// Bindings of text preparation and of the digests of Text-Code and Meta-Code.
#include <array>
#include <cstring>
#include <optional>

#include "bind.hpp"
#include "hash/multihash.hpp"
#include "text/meta_code.hpp"
#include "text/preparation.hpp"
#include "text/text_code.hpp"

namespace {

using CollapseKernels = iscckit::KernelList<iscckit::CollapseAscii>;

// Bytes below which the work takes less time than releasing and taking the GIL.
constexpr std::size_t worth_unlocking = 16384;

// The UTF-8 of a str. Python caches it in the str, except for a str with lone surrogates: these get
// their three-byte form, or are dropped where the result counts bytes of valid UTF-8.
class Text {
   public:
    explicit Text(nb::handle text, const char* surrogates = "surrogatepass") {
        if (!PyUnicode_Check(text.ptr())) throw nb::type_error("a str is needed");
        Py_ssize_t size = 0;
        const char* data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
        if (data == nullptr) {
            if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) throw nb::python_error();
            PyErr_Clear();
            encoded_ = nb::steal(PyUnicode_AsEncodedString(text.ptr(), "utf-8", surrogates));
            char* bytes = nullptr;
            if (!encoded_.is_valid() || PyBytes_AsStringAndSize(encoded_.ptr(), &bytes, &size) != 0)
                throw nb::python_error();
            data = bytes;
        }
        view_ = {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
    }
    iscckit::Utf8 view() const { return view_; }
    bool has_surrogates() const { return encoded_.is_valid(); }

   private:
    nb::object encoded_;
    iscckit::Utf8 view_;
};

nb::object make_str(iscckit::Utf8 text, bool has_surrogates = false) {
    PyObject* made = PyUnicode_DecodeUTF8(reinterpret_cast<const char*>(text.data()),
                                          static_cast<Py_ssize_t>(text.size()),
                                          has_surrogates ? "surrogatepass" : nullptr);
    if (made == nullptr) throw nb::python_error();
    return nb::steal(made);
}

// Returns the argument where the text has not changed: most texts are clean already.
nb::object make_str_like(nb::handle given, const Text& text, iscckit::Utf8 result) {
    const bool same =
        result.size() == text.view().size() && !text.has_surrogates() &&
        (result.empty() || std::memcmp(result.data(), text.view().data(), result.size()) == 0);
    return same && PyUnicode_CheckExact(given.ptr()) ? nb::borrow(given)
                                                     : make_str(result, text.has_surrogates());
}

template <class Function>
auto unlocked(std::size_t size, Function function) {
    std::optional<nb::gil_scoped_release> release;
    if (size >= worth_unlocking) release.emplace();
    return function();
}

nb::bytes make_bytes(const iscckit::Digest& digest) {
    return nb::bytes(digest.data(), digest.size());
}

nb::object text_clean(nb::handle given) {
    const Text text(given);
    iscckit::Bytes out;
    return make_str_like(given, text, unlocked(text.view().size(), [&] {
                             return iscckit::clean(text.view(), out);
                         }));
}

nb::object text_collapse(nb::handle given, int level) {
    const Text text(given);
    const auto target = target_of<CollapseKernels>(level);
    iscckit::Bytes out;
    unlocked(text.view().size(), [&] { iscckit::collapse(text.view(), out, target); });
    return make_str_like(given, text, out.view());
}

nb::object text_remove_newlines(nb::handle given) {
    const Text text(given);
    iscckit::Bytes out;
    unlocked(text.view().size(), [&] { iscckit::remove_newlines(text.view(), out); });
    return make_str_like(given, text, out.view());
}

nb::object text_trim(nb::handle given, std::size_t size) {
    const Text text(given, "ignore");
    return make_str_like(given, text, iscckit::trim(text.view(), size));
}

nb::object meta_name(nb::handle given, std::size_t size) {
    const Text text(given);
    iscckit::Bytes cleaned, line;
    return make_str_like(given, text, iscckit::title_line(text.view(), size, cleaned, line));
}

nb::object meta_description(nb::handle given, std::size_t size) {
    const Text text(given);
    iscckit::Bytes out;
    const iscckit::Utf8 short_text = unlocked(
        text.view().size(), [&] { return iscckit::short_description(text.view(), size, out); });
    return make_str_like(given, text, short_text);
}

nb::tuple text_digest(nb::handle given, int level) {
    const Text text(given);
    const auto target = target_of<iscckit::TextKernels>(level);
    const auto result =
        unlocked(text.view().size(), [&] { return iscckit::digest_text(text.view(), target); });
    return nb::make_tuple(make_bytes(result.digest), result.characters);
}

nb::list text_simprints(nb::handle given, std::size_t average) {
    const Text text(given);
    const auto simprints =
        unlocked(text.view().size(), [&] { return iscckit::text_simprints(text.view(), average); });
    nb::list out;
    for (const iscckit::Simprint& simprint : simprints)
        out.append(
            nb::make_tuple(make_bytes(simprint.digest), simprint.characters, simprint.bytes));
    return out;
}

nb::bytes meta_digest(nb::handle name, nb::handle extra, int level) {
    const auto target = target_of<iscckit::MetaKernels>(level);
    const Text text(name);
    if (extra.is_none()) return make_bytes(iscckit::hash_text(text.view(), target));
    if (PyUnicode_Check(extra.ptr()))
        return make_bytes(iscckit::hash_with_text(text.view(), Text(extra).view(), target));
    const Buffer buffer(extra);
    return make_bytes(unlocked(buffer.bytes().size(), [&] {
        return iscckit::hash_with_bytes(text.view(), buffer.bytes(), target);
    }));
}

nb::bytes blake3(nb::handle data) {
    const Buffer buffer(data);
    const auto digest =
        unlocked(buffer.bytes().size(), [&] { return iscckit::blake3::hash(buffer.bytes()); });
    return nb::bytes(digest.data(), sizeof digest);
}

// Hashes the UTF-8 of a str or the bytes of a buffer.
nb::object multihash(nb::handle given) {
    const auto write = [](iscckit::Utf8 data) {
        return make_str(unlocked(data.size(), [&] { return iscckit::multihash(data); }));
    };
    if (PyUnicode_Check(given.ptr())) return write(Text(given).view());
    return write(Buffer(given).bytes());
}

}  // namespace

void bind_texts(nb::module_& m) {
    list_levels<CollapseKernels>(m, "text_collapse");
    list_levels<iscckit::TextKernels>(m, "text_digest");
    list_levels<iscckit::MetaKernels>(m, "meta_digest");
    m.def("text_clean", &text_clean, "text"_a);
    m.def("text_collapse", &text_collapse, "text"_a, "level"_a = 0);
    m.def("text_remove_newlines", &text_remove_newlines, "text"_a);
    m.def("text_trim", &text_trim, "text"_a, "size"_a);
    m.def("meta_name", &meta_name, "name"_a, "size"_a);
    m.def("meta_description", &meta_description, "description"_a, "size"_a);
    m.def("text_digest", &text_digest, "text"_a, "level"_a = 0);
    m.def("text_simprints", &text_simprints, "text"_a, "average"_a);
    m.def("meta_digest", &meta_digest, "name"_a, "extra"_a.none(), "level"_a = 0);
    m.def("blake3", &blake3, "data"_a);
    m.def("multihash", &multihash, "data"_a);
}
