#include "services/metrics/ops/dimensions.h"

#include <fmt/format.h>
#include <utility>

#include "services/metrics/errors.h"

namespace millrace::metrics {

aws::Outcome<std::map<std::string, std::string>> read_dimensions(
    std::optional<std::vector<api::cloudwatch::Dimension>> given, const std::string& where) {
    std::map<std::string, std::string> dimensions;
    if (!given) return dimensions;
    for (api::cloudwatch::Dimension& dimension : *given) {
        const auto [place, is_new] =
            dimensions.try_emplace(std::move(dimension.name), std::move(dimension.value));
        if (!is_new) {
            return std::unexpected(invalid_value(
                fmt::format("The parameter {} must not name the dimension {} twice.", where, place->first)));
        }
    }
    return dimensions;
}

}  // namespace millrace::metrics
