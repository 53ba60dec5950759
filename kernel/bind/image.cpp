// Bindings of the cosine transform, of the Image-Code's digest and of the steps from pixels to it.
#include "bind.hpp"
#include "image/dct.hpp"
#include "image/image_code.hpp"
#include "image/picture.hpp"
#include "image/resize.hpp"
#include "image/trim.hpp"
#include "integers.hpp"

namespace {

using namespace iscckit;
using DigestKernels = KernelList<DigestPixels>;
using NormalizeKernels = KernelList<FindBorder, Reduce>;
using CropKernels = KernelList<FindBorder>;

// 1024 grey values from a buffer of shape (1024,) or (32, 32), or from a sequence of ints.
void read_pixels(nb::handle source, std::uint8_t* out) {
    if (PyObject_CheckBuffer(source.ptr())) {
        const IntBuffer buffer(source);
        const bool square =
            buffer.dimensions() == 2 && buffer.extent(0) == 32 && buffer.extent(1) == 32;
        if (!square && !(buffer.dimensions() == 1 && buffer.size() == 1024))
            throw std::invalid_argument("the shape is neither (32, 32) nor (1024,)");
        buffer.visit([&](const auto* values) {
            for (std::size_t i = 0; i < 1024; ++i) out[i] = narrow<std::uint8_t>(values[i]);
        });
        return;
    }
    Items items(source);
    if (items.size() != 1024)
        throw std::invalid_argument("there are " + std::to_string(items.size()) +
                                    " values, not 1024");
    each_int<std::uint8_t, true>(items, [&](std::size_t i, std::uint8_t value) { out[i] = value; });
}

nb::bytes image_digest_of(nb::handle pixels, int bits, bool shifted, int level) {
    alignas(64) std::uint8_t values[1024];
    if (bits < 32 || bits > 256 || bits % 32 != 0)
        throw std::invalid_argument("bits must be a multiple of 32 from 32 to 256, got " +
                                    std::to_string(bits));
    read_pixels(pixels, values);
    const ImageDigest digest = image_digest(
        values, (bits + 63) / 64, static_cast<BlockRule>(shifted), target_of<DigestKernels>(level));
    return nb::bytes(digest.data(), static_cast<std::size_t>(bits / 8));
}

// Requires: the buffer holds width * height pixels of the mode. algorithms/pixels.py checks it.
Picture picture_of(const Buffer& buffer, std::size_t width, std::size_t height, int mode,
                   int orientation) {
    return {buffer.bytes().data(), width, height, static_cast<PixelMode>(mode),
            Orientation::of(orientation)};
}

nb::bytes normalize(nb::handle data, std::size_t width, std::size_t height, int mode,
                    int orientation, int trim, int level) {
    const Buffer buffer(data);
    GreyPicture out;
    {
        nb::gil_scoped_release unlocked;
        const Picture picture = picture_of(buffer, width, height, mode, orientation);
        const Target target = target_of<NormalizeKernels>(level);
        const Box box = trimmed(picture, static_cast<Trim>(trim), target);
        out = resized(picture, box, target);
    }
    return nb::bytes(out.data(), out.size());
}

nb::tuple crop_box(nb::handle data, std::size_t width, std::size_t height, int mode,
                   int orientation, int trim, int level) {
    const Buffer buffer(data);
    Box box;
    {
        nb::gil_scoped_release unlocked;
        const Picture picture = picture_of(buffer, width, height, mode, orientation);
        box = picture.upright(
            trimmed(picture, static_cast<Trim>(trim), target_of<CropKernels>(level)));
    }
    return nb::make_tuple(box.left, box.top, box.right, box.bottom);
}

// The start of the struct ArrowArray of the Arrow C data interface, which is a stable ABI.
struct ArrowArray {
    std::int64_t length, null_count, offset, n_buffers, n_children;
    const void** buffers;
    ArrowArray** children;
};

// The bytes of a fixed-size list of uint8 that another package shares as an "arrow_array". The
// object keeps the capsule and its bytes alive and offers them by the buffer protocol.
class ArrowBytes {
   public:
    explicit ArrowBytes(nb::object capsule) : capsule_(std::move(capsule)) {
        const auto* array =
            static_cast<const ArrowArray*>(PyCapsule_GetPointer(capsule_.ptr(), "arrow_array"));
        if (array == nullptr) throw nb::python_error();
        if (array->n_children != 1 || array->offset != 0 || array->children[0]->n_buffers != 2 ||
            array->children[0]->offset != 0)
            throw std::invalid_argument(
                "the array is not a fixed-size list of plain values at offset 0");
        start_ = array->children[0]->buffers[1];
        size_ = array->children[0]->length;
    }

    static int show(PyObject* self, Py_buffer* view, int flags) noexcept {
        const auto* bytes = nb::inst_ptr<ArrowBytes>(nb::handle(self));
        return PyBuffer_FillInfo(view, self, const_cast<void*>(bytes->start_), bytes->size_, 1,
                                 flags);
    }

   private:
    nb::object capsule_;
    const void* start_ = nullptr;
    Py_ssize_t size_ = 0;
};

PyType_Slot arrow_slots[] = {{Py_bf_getbuffer, reinterpret_cast<void*>(&ArrowBytes::show)},
                             {0, nullptr}};

// Transforms n or n x n float64 values; ``count`` tells how many there must be.
template <class Transform>
nb::bytes transformed(nb::handle values, int n, std::size_t count, Transform&& transform) {
    if (n < 1 || n > 32 || (n & (n - 1)) != 0)
        throw std::invalid_argument("n must be 1, 2, 4, 8, 16 or 32, got " + std::to_string(n));
    const Buffer buffer(values);
    if (buffer.bytes().size() != count * sizeof(double))
        throw std::invalid_argument(std::to_string(buffer.bytes().size()) + " bytes are not " +
                                    std::to_string(count) + " numbers");
    std::vector<double> in(buffer.bytes().size() / sizeof(double)), out(in.size());
    std::memcpy(in.data(), buffer.bytes().data(), in.size() * sizeof(double));
    transform(in.data(), out.data());
    return nb::bytes(out.data(), out.size() * sizeof(double));
}

}  // namespace

void bind_image(nb::module_& m) {
    list_levels<DigestKernels>(m, "image_digest");
    list_levels<NormalizeKernels>(m, "normalize_pixels");
    list_levels<CropKernels>(m, "crop_box");
    nb::class_<ArrowBytes>(m, "ArrowBytes", nb::type_slots(arrow_slots))
        .def(nb::init<nb::object>(), "array"_a);
    m.def("image_digest", &image_digest_of, "pixels"_a, "bits"_a = 64, "shifted"_a = false,
          "level"_a = 0);
    m.def("normalize_pixels", &normalize, "data"_a, "width"_a, "height"_a, "mode"_a,
          "orientation"_a, "trim"_a, "level"_a = 0);
    m.def("crop_box", &crop_box, "data"_a, "width"_a, "height"_a, "mode"_a, "orientation"_a,
          "trim"_a, "level"_a = 0);
    m.def(
        "dct",
        [](nb::handle values, int n) {
            const auto count = static_cast<std::size_t>(n);
            return transformed(values, n, count,
                               [n](const double* in, double* out) { dct_of(in, out, n); });
        },
        "values"_a, "n"_a);
    m.def(
        "dct2",
        [](nb::handle matrix, int n) {
            const auto count = static_cast<std::size_t>(n) * static_cast<std::size_t>(n);
            return transformed(matrix, n, count,
                               [n](const double* in, double* out) { dct2(in, out, n); });
        },
        "matrix"_a, "n"_a);
}
