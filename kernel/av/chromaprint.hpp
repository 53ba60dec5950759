// Chromaprint: the fingerprint words of a sound, algorithm TEST2 of Chromaprint 1.6.
//
// One stage is one function, in the order of the algorithm: frames -> spectrum -> twelve notes ->
// smoothing over time -> unit length -> words. Frames are transformed `Lanes` at a time, one frame
// in each lane of a vector, so that the transform reads like its textbook form. No value depends
// on its lane: words are the same for every width and for every division into blocks.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "simd/cpu.hpp"
#include "tables/av.hpp"

namespace iscckit::chroma {

inline constexpr std::size_t frame = 4096;  // samples in a frame
inline constexpr std::size_t hop = frame / 3;
inline constexpr std::size_t half = frame / 2;  // complex values of the packed real transform
inline constexpr std::size_t notes = 12;
inline constexpr std::size_t smoothed = 5;       // frames in one smoothed row
inline constexpr std::size_t span_of_word = 16;  // rows in one word
inline constexpr double silent = 0.01;           // a row with a norm below this becomes zero

// cos and sin of numerator/denominator of a full turn, by their power series in double precision.
// Mathematical libraries round in different ways; additions and products do not.
struct Turn {
    double cos, sin;
};

inline Turn turn(std::uint64_t numerator, std::uint64_t denominator) {
    constexpr double pi = 0x1.921fb54442d18p+1;
    const std::uint64_t octant = 8 * (numerator % denominator) / denominator;
    const std::uint64_t quarter = (octant + 1) / 2;  // the nearest multiple of a quarter turn
    const double rest =
        static_cast<double>(static_cast<std::int64_t>(4 * (numerator % denominator)) -
                            static_cast<std::int64_t>(quarter * denominator));
    const double x = rest / static_cast<double>(denominator) * (pi / 2);  // at most pi / 4
    double c = 0, s = 0, term = 1;
    std::array<double, 22> terms{};
    for (std::size_t k = 0; k < terms.size(); ++k) {
        terms[k] = term;
        term = term * x / static_cast<double>(k + 1);
    }
    for (std::size_t k = terms.size(); k-- > 0;) {  // the smallest terms first
        double& sum = k % 2 ? s : c;
        sum = k % 4 < 2 ? sum + terms[k] : sum - terms[k];
    }
    switch (quarter % 4) {
        case 0: return {c, s};
        case 1: return {-s, c};
        case 2: return {-c, -s};
        default: return {s, -c};
    }
}

struct Tables {
    std::array<float, frame> window;   // Hamming, scaled to samples within +-1
    std::array<float, half> cos, sin;  // of k/half of a turn: the transform
    std::array<float, tables::chroma_last_bin + 1> split_cos, split_sin;  // of k/frame of a turn

    Tables() {
        for (std::size_t i = 0; i < frame; ++i)
            window[i] = static_cast<float>((0.54 - 0.46 * turn(i, frame - 1).cos) / 32767.0);
        for (std::size_t k = 0; k < half; ++k) {
            cos[k] = static_cast<float>(turn(k, half).cos);
            sin[k] = static_cast<float>(turn(k, half).sin);
        }
        for (std::size_t k = 0; k < split_cos.size(); ++k) {
            split_cos[k] = static_cast<float>(turn(k, frame).cos);
            split_sin[k] = static_cast<float>(turn(k, frame).sin);
        }
    }
};

inline const Tables& constants() {
    static const Tables built;
    return built;
}

template <int Lanes>
using Floats __attribute__((vector_size(4 * Lanes))) = float;
template <int Lanes>
using Doubles __attribute__((vector_size(8 * Lanes))) = double;

using Row = std::array<double, notes>;

template <int Lanes>
struct Complex {
    Floats<Lanes> re, im;
};

// One pass of the Stockham transform: `length` values of each of `stride` interleaved sequences,
// four quarters at a time. The results need no reordering at the end.
template <int Lanes>
ISCCKIT_INLINE void radix4(const Complex<Lanes>* in, Complex<Lanes>* out, std::size_t length,
                           std::size_t stride, const Tables& t) {
    using V = Floats<Lanes>;
    const std::size_t quarter = length / 4;
    for (std::size_t p = 0; p < quarter; ++p) {
        const std::size_t k = p * stride;  // k/half of a turn is p/length of it
        const V c1 = t.cos[k] - V{}, s1 = t.sin[k] - V{};
        const V c2 = t.cos[2 * k] - V{}, s2 = t.sin[2 * k] - V{};
        const V c3 = t.cos[3 * k] - V{}, s3 = t.sin[3 * k] - V{};
        for (std::size_t q = 0; q < stride; ++q) {
            const auto& a = in[q + stride * p];
            const auto& b = in[q + stride * (p + quarter)];
            const auto& c = in[q + stride * (p + 2 * quarter)];
            const auto& d = in[q + stride * (p + 3 * quarter)];
            const V r0 = a.re + c.re, i0 = a.im + c.im, r1 = a.re - c.re, i1 = a.im - c.im;
            const V r2 = b.re + d.re, i2 = b.im + d.im, r3 = b.im - d.im, i3 = d.re - b.re;
            auto* to = out + q + stride * 4 * p;
            to[0] = {r0 + r2, i0 + i2};
            const V u1 = r1 + r3, v1 = i1 + i3, u2 = r0 - r2, v2 = i0 - i2, u3 = r1 - r3,
                    v3 = i1 - i3;
            to[stride] = {u1 * c1 + v1 * s1, v1 * c1 - u1 * s1};
            to[2 * stride] = {u2 * c2 + v2 * s2, v2 * c2 - u2 * s2};
            to[3 * stride] = {u3 * c3 + v3 * s3, v3 * c3 - u3 * s3};
        }
    }
}

// Transforms half = 2 * 4^5 complex values in place. `spare` has room for as many.
template <int Lanes>
ISCCKIT_INLINE void transform(Complex<Lanes>* data, Complex<Lanes>* spare, const Tables& t) {
    std::size_t stride = 1;
    for (std::size_t length = half; length > 2; length /= 4, stride *= 4) {
        radix4<Lanes>(data, spare, length, stride, t);
        std::swap(data, spare);
    }
    for (std::size_t q = 0; q < stride; ++q) {  // the number of swaps before was odd
        const auto a = data[q], b = data[q + stride];
        spare[q] = {a.re + b.re, a.im + b.im};
        spare[q + stride] = {a.re - b.re, a.im - b.im};
    }
}

// The energy of the twelve notes in `count` <= Lanes frames, which start every `hop` samples.
template <int Lanes>
ISCCKIT_INLINE void fold(const std::int16_t* samples, std::size_t count, std::vector<float>& room,
                         Row* rows) {
    using V = Floats<Lanes>;
    using D = Doubles<Lanes>;
    const Tables& t = constants();
    const std::size_t floats = 2 * half * 2 * Lanes;
    room.resize(floats + 16);
    auto address = reinterpret_cast<std::uintptr_t>(room.data());
    auto* data = reinterpret_cast<Complex<Lanes>*>((address + 63) & ~std::uintptr_t{63});
    for (std::size_t k = 0; k < half; ++k) {
        V even{}, odd{};
        for (std::size_t lane = 0; lane < count; ++lane) {
            even[lane] = samples[lane * hop + 2 * k];
            odd[lane] = samples[lane * hop + 2 * k + 1];
        }
        data[k] = {even * t.window[2 * k], odd * t.window[2 * k + 1]};
    }
    transform<Lanes>(data, data + half, t);

    D energy[notes] = {};
    for (std::size_t k = tables::chroma_first_bin; k <= tables::chroma_last_bin; ++k) {
        const auto& a = data[k];
        const auto& b = data[half - k];
        const V er = a.re + b.re, ei = a.im - b.im;   // twice the transform of the even samples
        const V or_ = a.im + b.im, oi = b.re - a.re;  // twice that of the odd ones
        const V c = t.split_cos[k] - V{}, s = t.split_sin[k] - V{};
        const V re = (er + (or_ * c + oi * s)) * 0.5f;
        const V im = (ei + (oi * c - or_ * s)) * 0.5f;
        const D x = __builtin_convertvector(re, D), y = __builtin_convertvector(im, D);
        energy[tables::chroma_note_of_bin[k - tables::chroma_first_bin]] += x * x + y * y;
    }
    for (std::size_t lane = 0; lane < count; ++lane)
        for (std::size_t n = 0; n < notes; ++n) rows[lane][n] = energy[n][lane];
}

struct Fold : Versions<Level::avx512, Level::avx2, Level::wide, Level::baseline> {
    ISCCKIT_INLINE static void run(auto at, const std::int16_t* samples, std::size_t count,
                                   std::vector<float>& room, Row* rows) {
        fold<at.lanes>(samples, count, room, rows);
    }
};

// Makes words from rows of notes. The object keeps the last five rows and the last seventeen rows
// of the integral image: integral(t)[n] sums all smoothed rows before t and all notes before n.
class Classifier {
   public:
    void feed(const Row& energy, std::vector<std::int32_t>& words) {
        recent_[frames_++ % smoothed] = energy;
        if (frames_ < smoothed) return;
        Row row{};
        for (std::size_t i = 0; i < smoothed; ++i)  // from the oldest to the newest
            for (std::size_t n = 0; n < notes; ++n)
                row[n] += recent_[(frames_ + i) % smoothed][n] * tables::chroma_time_filter[i];
        normalize(row);

        const Sums& before = integral(rows_);
        Sums& after = integrals_[++rows_ % integrals_.size()];
        double sum = 0;
        after[0] = 0;
        for (std::size_t n = 0; n < notes; ++n) {
            sum += row[n];
            after[n + 1] = before[n + 1] + sum;
        }
        if (rows_ >= span_of_word) words.push_back(word(rows_ - span_of_word));
    }

   private:
    using Sums = std::array<double, notes + 1>;

    static void normalize(Row& row) {
        double squares = 0;
        for (double x : row) squares += x * x;
        const double norm = std::sqrt(squares);
        for (double& x : row) x = norm < silent ? 0.0 : x / norm;
    }

    const Sums& integral(std::size_t t) const { return integrals_[t % integrals_.size()]; }

    double area(std::size_t x1, std::size_t y1, std::size_t x2, std::size_t y2) const {
        const Sums &from = integral(x1), &to = integral(x2);
        return (to[y2] - from[y2]) - (to[y1] - from[y1]);
    }

    // Returns (1 + a) / (1 + b) of one classifier on the window that starts at row x.
    double ratio(const tables::ChromaClassifier& c, std::size_t x) const {
        const std::size_t y = c.y, h = c.height, w = c.width, h2 = h / 2, w2 = w / 2, h3 = h / 3,
                          w3 = w / 3;
        const auto A = [&](std::size_t x1, std::size_t y1, std::size_t x2, std::size_t y2) {
            return area(x + x1, y1, x + x2, y2);
        };
        double a = 0, b = 0;
        switch (c.type) {
            case 0: a = A(0, y, w, y + h); break;
            case 1:
                a = A(0, y + h2, w, y + h);
                b = A(0, y, w, y + h2);
                break;
            case 2:
                a = A(w2, y, w, y + h);
                b = A(0, y, w2, y + h);
                break;
            case 3:
                a = A(0, y + h2, w2, y + h) + A(w2, y, w, y + h2);
                b = A(0, y, w2, y + h2) + A(w2, y + h2, w, y + h);
                break;
            case 4:
                a = A(0, y + h3, w, y + 2 * h3);
                b = A(0, y, w, y + h3) + A(0, y + 2 * h3, w, y + h);
                break;
            default: a = A(w3, y, 2 * w3, y + h); b = A(0, y, w3, y + h) + A(2 * w3, y, w, y + h);
        }
        return (1 + a) / (1 + b);
    }

    std::int32_t word(std::size_t x) const {
        constexpr std::uint32_t gray[4] = {0, 1, 3, 2};
        std::uint32_t bits = 0;
        for (const auto& classifier : tables::chroma_classifiers) {
            const double value = ratio(classifier, x);
            unsigned level = 0;
            for (double limit : classifier.limits) level += value >= limit;
            bits = bits << 2 | gray[level];
        }
        return static_cast<std::int32_t>(bits);
    }

    std::array<Row, smoothed> recent_{};
    std::array<Sums, span_of_word + 1> integrals_{};
    std::size_t frames_ = 0, rows_ = 0;
};

// The fingerprint of a stream of mono samples at 11025 Hz.
class Fingerprinter {
   public:
    explicit Fingerprinter(Target target)
        : target_(target), lanes_(static_cast<std::size_t>(lanes_of(Fold::chosen(target)))) {}

    // `bytes` are whole samples, at any address.
    void feed(std::span<const std::uint8_t> bytes) {
        if (bytes.empty()) return;
        // Small blocks are gathered: a transform of all lanes costs as much as a transform of one.
        const std::size_t before = pending_.size();
        pending_.resize(before + bytes.size() / 2);
        std::memcpy(pending_.data() + before, bytes.data(), bytes.size() / 2 * 2);
        if (pending_.size() >= frame + (lanes_ - 1) * hop) consume(false);
    }

    // All words so far. The call does not change the words of later samples.
    const std::vector<std::int32_t>& words() {
        consume(true);
        return words_;
    }

   private:
    void consume(bool all) {
        std::array<Row, 16> rows;
        std::size_t at = 0;
        while (pending_.size() >= at + frame) {
            const std::size_t ready = (pending_.size() - at - frame) / hop + 1;
            if (ready < lanes_ && !all) break;
            const std::size_t count = std::min(ready, lanes_);
            const std::int16_t* samples = pending_.data() + at;
            dispatch<Fold>(target_, samples, count, room_, rows.data());
            for (std::size_t i = 0; i < count; ++i) classifier_.feed(rows[i], words_);
            at += count * hop;
        }
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at));
    }

    Target target_;
    std::size_t lanes_;
    Classifier classifier_;
    std::vector<std::int16_t> pending_;
    std::vector<std::int32_t> words_;
    std::vector<float> room_;
};

}  // namespace iscckit::chroma
