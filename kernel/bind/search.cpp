// Bindings of exact search: scans, tables of buckets, self-join. Rows come as 32-bit integers.
#include <memory>
#include <optional>
#include <vector>

#include "bind.hpp"
#include "search/buckets.hpp"

namespace {

using namespace iscckit;
using namespace iscckit::search;
using ProbeKernels = KernelList<ProbeTables>;
using NearestKernels = KernelList<MeetNearest>;
using JoinKernels = KernelList<JoinKeys>;

template <class T>
std::span<const T> values(const Buffer& buffer) {
    const auto bytes = buffer.bytes();
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

// A contiguous writable view.
class Writable {
   public:
    explicit Writable(nb::handle object) {
        if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_C_CONTIGUOUS | PyBUF_WRITABLE) != 0)
            throw nb::python_error();
    }
    ~Writable() { PyBuffer_Release(&view_); }
    Writable(const Writable&) = delete;
    Writable& operator=(const Writable&) = delete;

    template <class T>
    std::span<T> values() const {
        return {static_cast<T*>(view_.buf), static_cast<std::size_t>(view_.len) / sizeof(T)};
    }

   private:
    Py_buffer view_;
};

nb::bytes raw(const auto& items) {
    return nb::bytes(reinterpret_cast<const char*>(items.data()), items.size() * sizeof(items[0]));
}

// The planes of a collection. The object holds their buffers while a search reads them.
class HeldPlanes {
   public:
    explicit HeldPlanes(nb::sequence planes) {
        for (nb::handle plane : planes) {
            buffers_.push_back(std::make_unique<Buffer>(plane));
            const auto words = values<std::uint64_t>(*buffers_.back());
            if (buffers_.size() > words_max || (buffers_.size() > 1 && words.size() != rows_))
                throw std::invalid_argument("one to four planes of equal length");
            rows_ = words.size();
            planes_[buffers_.size() - 1] = words.data();
        }
    }
    const Planes& planes() const { return planes_; }
    std::size_t rows() const { return rows_; }
    std::size_t count() const { return buffers_.size(); }

   private:
    std::vector<std::unique_ptr<Buffer>> buffers_;
    Planes planes_{};
    std::size_t rows_ = 0;
};

template <class Found>
nb::bytes scanned(nb::sequence planes, nb::handle body, std::size_t bits, Found found, int level) {
    const HeldPlanes held(planes);
    const Buffer buffer(body);
    if (bits == 0 || bits % 8 != 0 || bits > 64 * held.count() || bits > 8 * buffer.bytes().size())
        throw std::invalid_argument("bits do not fit the planes and the query");
    std::vector<Hit> hits;
    {
        nb::gil_scoped_release unlocked;
        scan(held.planes(), held.rows(), Query(buffer.bytes(), bits), found,
             target_of<ScanKernels>(level));
        hits = found.result();
    }
    return raw(hits);
}

// A file given as a tuple (file, sums, seen), or None. The object holds its buffers.
class HeldBlocks {
   public:
    explicit HeldBlocks(nb::handle given) {
        if (given.is_none()) return;
        const auto parts = nb::cast<nb::tuple>(given);
        if (parts.size() != 3) throw std::invalid_argument("a file has three parts");
        file_.emplace(parts[0]);
        sums_.emplace(parts[1]);
        seen_.emplace(parts[2]);
        const auto sums = values<std::uint32_t>(*sums_);
        const auto seen = seen_->values<std::uint8_t>();
        bytes_ = file_->bytes().size();
        if (sums.size() != count_blocks(bytes_) || seen.size() != sums.size())
            throw std::invalid_argument("the parts of a file do not fit together");
        blocks_.emplace(file_->bytes(), sums, seen);
    }
    const Blocks* get() const { return blocks_ ? &*blocks_ : nullptr; }
    std::size_t bytes() const { return bytes_; }
    const std::uint8_t* start() const { return file_->bytes().data(); }

   private:
    std::optional<Buffer> file_, sums_;
    std::optional<Writable> seen_;
    std::optional<Blocks> blocks_;
    std::size_t bytes_ = 0;
};

// Tables given as tuples (shift, bits, offsets, codes, rows). The object holds their buffers.
class HeldTables {
   public:
    explicit HeldTables(nb::sequence tables, const Blocks* blocks = nullptr) {
        for (nb::handle each : tables) {
            const auto parts = nb::cast<nb::tuple>(each);
            Table table;
            table.shift = nb::cast<unsigned>(parts[0]);
            table.bits = nb::cast<unsigned>(parts[1]);
            table.blocks = blocks;
            if (table.bits == 0 || table.bits > 28 || table.shift + table.bits > 64)
                throw std::invalid_argument("a chunk has 1 to 28 bits within a word");
            table.offsets = hold<std::uint32_t>(parts[2]);
            table.codes = hold<std::uint64_t>(parts[3]);
            table.rows = hold<std::uint32_t>(parts[4]);
            if (table.offsets.size() != (std::size_t{1} << table.bits) + 1 ||
                table.codes.size() != table.rows.size() || table.codes.size() > 0xffffffff)
                throw std::invalid_argument("the parts of a table do not fit together");
            if (blocks != nullptr && !(blocks->hold(table.offsets) && blocks->hold(table.codes) &&
                                       blocks->hold(table.rows)))
                throw std::invalid_argument("a table lies outside its file");
            tables_.push_back(table);
        }
    }
    std::span<const Table> all() const { return tables_; }

   private:
    template <class T>
    std::span<const T> hold(nb::handle object) {
        buffers_.push_back(std::make_unique<Buffer>(object));
        return values<T>(*buffers_.back());
    }
    std::vector<std::unique_ptr<Buffer>> buffers_;
    std::vector<Table> tables_;
};

}  // namespace

void bind_search(nb::module_& m) {
    m.attr("BLOCK_SIZE") = block_size;
    m.def(
        "search_checksums",
        [](nb::handle file) {
            const Buffer buffer(file);
            std::vector<std::uint32_t> sums;
            {
                nb::gil_scoped_release unlocked;
                sums = block_checksums(buffer.bytes());
            }
            return raw(sums);
        },
        "file"_a);
    m.def(
        "search_require",
        [](nb::tuple file, std::size_t start, std::size_t bytes) {
            const HeldBlocks blocks(file);
            if (bytes > blocks.bytes() || start > blocks.bytes() - bytes)
                throw std::invalid_argument("the bytes lie outside the file");
            nb::gil_scoped_release unlocked;
            blocks.get()->require(blocks.start() + start, bytes);
        },
        "file"_a, "start"_a, "bytes"_a);
    list_levels<ScanKernels>(m, "search_within");
    list_levels<ScanKernels>(m, "search_nearest");
    list_levels<ProbeKernels>(m, "search_probe");
    list_levels<NearestKernels>(m, "search_probe_nearest");
    list_levels<JoinKernels>(m, "search_join");
    m.def(
        "search_within",
        [](nb::sequence planes, nb::handle body, std::size_t bits, int radius, int level) {
            return scanned(planes, body, bits, Within(radius), level);
        },
        "planes"_a, "body"_a, "bits"_a, "radius"_a, "level"_a = 0);
    m.def(
        "search_nearest",
        [](nb::sequence planes, nb::handle body, std::size_t bits, std::size_t count, int radius,
           int level) { return scanned(planes, body, bits, Nearest(count, radius), level); },
        "planes"_a, "body"_a, "bits"_a, "count"_a, "radius"_a, "level"_a = 0);
    m.def(
        "search_fill",
        [](nb::handle words, unsigned shift, unsigned bits, nb::handle offsets, nb::handle codes,
           nb::handle rows) {
            const Buffer source(words);
            const Writable offset(offsets), code(codes), row(rows);
            const auto given = values<std::uint64_t>(source);
            if (bits == 0 || bits > 28 || shift + bits > 64 ||
                offset.values<std::uint32_t>().size() != (std::size_t{1} << bits) + 1 ||
                code.values<std::uint64_t>().size() != given.size() ||
                row.values<std::uint32_t>().size() != given.size() || given.size() > 0xffffffff)
                throw std::invalid_argument("the parts of a table do not fit together");
            nb::gil_scoped_release unlocked;
            fill(given, shift, bits, offset.values<std::uint32_t>(), code.values<std::uint64_t>(),
                 row.values<std::uint32_t>());
        },
        "words"_a, "shift"_a, "bits"_a, "offsets"_a, "codes"_a, "rows"_a);
    m.def(
        "search_probe",
        [](nb::sequence tables, std::uint64_t word, int radius, int level, nb::handle file) {
            const HeldBlocks blocks(file);
            const HeldTables held(tables, blocks.get());
            std::vector<Hit> hits;
            {
                nb::gil_scoped_release unlocked;
                hits = probe(held.all(), word, radius, target_of<ProbeKernels>(level));
            }
            return raw(hits);
        },
        "tables"_a, "word"_a, "radius"_a, "level"_a = 0, "file"_a = nb::none());
    m.def(
        "search_probe_nearest",
        [](nb::sequence tables, std::uint64_t word, std::size_t count, int radius, std::size_t most,
           int level, nb::handle file) -> nb::object {
            const HeldBlocks blocks(file);
            const HeldTables held(tables, blocks.get());
            std::optional<std::vector<Hit>> hits;
            {
                nb::gil_scoped_release unlocked;
                hits = probe_nearest(held.all(), word, count, radius, most,
                                     target_of<NearestKernels>(level));
            }
            return hits ? nb::object(raw(*hits)) : nb::none();
        },
        "tables"_a, "word"_a, "count"_a, "radius"_a, "most"_a, "level"_a = 0,
        "file"_a = nb::none());
    m.def(
        "search_join",
        [](nb::sequence tables, int radius, unsigned threads, int level) {
            const HeldTables held(tables);
            std::vector<Pair> pairs;
            {
                nb::gil_scoped_release unlocked;
                pairs = join(held.all(), radius, threads, target_of<JoinKernels>(level));
            }
            return raw(pairs);
        },
        "tables"_a, "radius"_a, "threads"_a = 1, "level"_a = 0);
}
