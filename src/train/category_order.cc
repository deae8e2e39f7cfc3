// SPDX-License-Identifier: Apache-2.0
//
// The direction is the first eigenvector of the covariance of the class shares, found by power
// iteration: squaring the small matrix a few times leaves it standing.
#include "train/category_order.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace flightcast::train {
namespace {

constexpr std::size_t kClasses = forest::kClassCount;
using Vector = std::array<double, kClasses>;
using Matrix = std::array<Vector, kClasses>;

double rows_of(const BinCounts& counts) {
    double sum = 0;
    for (const std::uint32_t count : counts) sum += count;
    return sum;
}

// Sum over the bins of rows * (shares - mean) * (shares - mean)^T.
Matrix covariance_of(std::span<const BinCounts> bins) {
    Vector sum{};
    double rows = 0;
    Matrix products{};
    for (const BinCounts& counts : bins) {
        const double bin_rows = rows_of(counts);
        if (bin_rows == 0) continue;
        rows += bin_rows;
        for (std::size_t i = 0; i < kClasses; ++i) {
            sum[i] += counts[i];
            for (std::size_t j = 0; j < kClasses; ++j) {
                products[i][j] += static_cast<double>(counts[i]) * counts[j] / bin_rows;
            }
        }
    }
    for (std::size_t i = 0; i < kClasses; ++i) {
        for (std::size_t j = 0; j < kClasses; ++j) products[i][j] -= sum[i] * sum[j] / rows;
    }
    return products;
}

// `matrix` squared, scaled to keep its size.
Matrix square(const Matrix& matrix) {
    double trace = 0;
    for (std::size_t i = 0; i < kClasses; ++i) trace += matrix[i][i];
    if (trace <= 0) return matrix;
    Matrix squared{};
    for (std::size_t i = 0; i < kClasses; ++i) {
        for (std::size_t j = 0; j < kClasses; ++j) {
            for (std::size_t k = 0; k < kClasses; ++k) {
                squared[i][j] += matrix[i][k] / trace * matrix[k][j];
            }
        }
    }
    return squared;
}

// The row of the largest diagonal element is the one least at right angles to the eigenvector.
Vector main_direction(Matrix matrix) {
    constexpr int kSquarings = 6;
    for (int i = 0; i < kSquarings; ++i) matrix = square(matrix);
    std::size_t largest = 0;
    for (std::size_t i = 1; i < kClasses; ++i) {
        if (matrix[i][i] > matrix[largest][largest]) largest = i;
    }
    return matrix[largest];
}

}  // namespace

std::vector<std::uint16_t> order_categories(std::span<const BinCounts> bins) {
    const Vector direction = main_direction(covariance_of(bins));
    std::vector<std::pair<double, std::uint16_t>> places;
    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
        const double rows = rows_of(bins[bin]);
        if (rows == 0) continue;
        double place = 0;
        for (std::size_t c = 0; c < kClasses; ++c) place += direction[c] * bins[bin][c];
        places.emplace_back(place / rows, static_cast<std::uint16_t>(bin));
    }
    std::ranges::sort(places);
    std::vector<std::uint16_t> order;
    order.reserve(places.size());
    for (const auto& [place, bin] : places) order.push_back(bin);
    return order;
}

}  // namespace flightcast::train
