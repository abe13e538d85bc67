#include "services/metrics/ops/datum.h"

#include <cmath>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "services/metrics/errors.h"
#include "services/metrics/limits.h"
#include "services/metrics/ops/dimensions.h"

namespace millrace::metrics {
namespace {

using api::cloudwatch::MetricDatum;
using Checked = aws::Outcome<void>;

Checked check_number(double number, const std::string& where) {
    if (std::isfinite(number) && std::abs(number) <= kMagnitudeMax) return {};
    return std::unexpected(
        invalid_value(fmt::format("The value {} for parameter {} is invalid.", number, where)));
}

Checked check_count(double count, const std::string& where) {
    if (std::isfinite(count) && count > 0 && count <= kMagnitudeMax) return {};
    return std::unexpected(
        invalid_value(fmt::format("The value {} for parameter {} is invalid.", count, where)));
}

/// Value, Values and StatisticValues say the same in three ways.
Checked check_one_way(const MetricDatum& datum, const std::string& where) {
    const auto both = [&](std::string_view one, std::string_view other) {
        return std::unexpected(invalid_combination(
            fmt::format("The parameters {}.{} and {}.{} are mutually exclusive and you have specified both.",
                        where, one, where, other)));
    };
    if (datum.value && datum.values) return both("Value", "Values");
    if (datum.value && datum.statistic_values) return both("Value", "StatisticValues");
    if (datum.values && datum.statistic_values) return both("Values", "StatisticValues");
    if (!datum.value && !datum.values && !datum.statistic_values)
        return std::unexpected(missing_parameter(where + ".Value"));
    if (datum.counts && !datum.values) return std::unexpected(missing_parameter(where + ".Values"));
    return {};
}

Checked check_time(const std::optional<WallTime>& time, WallTime now, const std::string& where) {
    if (time && *time < now - kPastMax) {
        return std::unexpected(invalid_value(
            fmt::format("The parameter {}.Timestamp must specify a time within the past two weeks.", where)));
    }
    if (time && *time > now + kFutureMax) {
        return std::unexpected(invalid_value(fmt::format(
            "The parameter {}.Timestamp must specify a time no more than two hours in the future.", where)));
    }
    return {};
}

Checked check_resolution(const MetricDatum& datum, const std::string& where) {
    const auto resolution = datum.storage_resolution.value_or(60);
    if (resolution == 60) return {};
    if (resolution == 1) return std::unexpected(not_offered("A StorageResolution of 1"));
    return std::unexpected(invalid_value(
        fmt::format("The parameter {}.StorageResolution must be a value in the set [ 1, 60 ].", where)));
}

aws::Outcome<Statistics> read_values(const MetricDatum& datum, const std::string& where) {
    const std::vector<double>& values = *datum.values;
    if (values.size() > kValuesMax) {
        return std::unexpected(invalid_value(fmt::format(
            "The collection {}.Values must not have a size greater than {}.", where, kValuesMax)));
    }
    if (values.empty()) return std::unexpected(missing_parameter(where + ".Values"));
    if (datum.counts && datum.counts->size() != values.size()) {
        return std::unexpected(invalid_value(
            fmt::format("The parameters {}.Values and {}.Counts must be of the same size.", where, where)));
    }
    std::optional<Statistics> all;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double count = datum.counts ? datum.counts->at(i) : 1;
        if (auto fits = check_number(values[i], fmt::format("{}.Values.member.{}", where, i + 1)); !fits)
            return std::unexpected(std::move(fits.error()));
        if (auto fits = check_count(count, fmt::format("{}.Counts.member.{}", where, i + 1)); !fits)
            return std::unexpected(std::move(fits.error()));
        const Statistics one = Statistics::of(values[i], count);
        if (all) {
            all->add(one);
        } else {
            all = one;
        }
    }
    return *all;
}

aws::Outcome<Statistics> read_statistics(const api::cloudwatch::StatisticSet& set, const std::string& where) {
    if (auto fits = check_count(set.sample_count, where + ".SampleCount"); !fits)
        return std::unexpected(std::move(fits.error()));
    for (const auto& [name, number] :
         {std::pair("Sum", set.sum), std::pair("Minimum", set.minimum), std::pair("Maximum", set.maximum)}) {
        if (auto fits = check_number(number, fmt::format("{}.{}", where, name)); !fits)
            return std::unexpected(std::move(fits.error()));
    }
    if (set.minimum > set.maximum) {
        return std::unexpected(invalid_combination(
            fmt::format("The parameter {}.Maximum must be greater than {}.Minimum.", where, where)));
    }
    return Statistics{
        .count = set.sample_count, .sum = set.sum, .minimum = set.minimum, .maximum = set.maximum};
}

aws::Outcome<Statistics> read_any(const MetricDatum& datum, const std::string& where) {
    if (datum.values) return read_values(datum, where);
    if (datum.statistic_values) return read_statistics(*datum.statistic_values, where + ".StatisticValues");
    if (auto fits = check_number(*datum.value, where + ".Value"); !fits)
        return std::unexpected(std::move(fits.error()));
    return Statistics::of(*datum.value);
}

}  // namespace

aws::Outcome<Measured> read_datum(const aws::Scope& scope, const std::string& name_space, MetricDatum datum,
                                  const std::string& where, WallTime now) {
    for (auto fits : {check_one_way(datum, where), check_time(datum.timestamp, now, where),
                      check_resolution(datum, where)}) {
        if (!fits) return std::unexpected(std::move(fits.error()));
    }
    auto values = read_any(datum, where);
    if (!values) return std::unexpected(std::move(values.error()));
    auto dimensions = read_dimensions(std::move(datum.dimensions), where + ".Dimensions");
    if (!dimensions) return std::unexpected(std::move(dimensions.error()));
    return Measured{.metric = {.scope = scope,
                               .name_space = name_space,
                               .name = std::move(datum.metric_name),
                               .dimensions = std::move(*dimensions)},
                    .unit = datum.unit.value_or("None"),
                    .time = datum.timestamp.value_or(now),
                    .values = *values};
}

}  // namespace millrace::metrics
