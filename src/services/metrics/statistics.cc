#include "services/metrics/statistics.h"

#include <algorithm>

namespace millrace::metrics {

Statistics Statistics::of(double value, double count) {
    return {.count = count, .sum = value * count, .minimum = value, .maximum = value};
}

void Statistics::add(const Statistics& other) {
    count += other.count;
    sum += other.sum;
    minimum = std::min(minimum, other.minimum);
    maximum = std::max(maximum, other.maximum);
}

std::optional<double> Statistics::find(std::string_view statistic) const {
    if (statistic == "SampleCount") return count;
    if (statistic == "Average") return sum / count;
    if (statistic == "Sum") return sum;
    if (statistic == "Minimum") return minimum;
    if (statistic == "Maximum") return maximum;
    return std::nullopt;
}

}  // namespace millrace::metrics
