#pragma once

#include <optional>
#include <string_view>

namespace millrace::metrics {

/// What is kept of values: of a minute, or of any longer period.
struct Statistics {
    double count;
    double sum;
    double minimum;
    double maximum;

    /// Of a value that was measured `count` times.
    [[nodiscard]] static Statistics of(double value, double count = 1);
    void add(const Statistics& other);
    /// "SampleCount", "Average", "Sum", "Minimum", "Maximum"; nullopt for what else CloudWatch may know.
    [[nodiscard]] std::optional<double> find(std::string_view statistic) const;
    friend bool operator==(const Statistics&, const Statistics&) = default;
};

}  // namespace millrace::metrics
