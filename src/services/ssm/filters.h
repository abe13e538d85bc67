#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ssm.h"
#include "services/ssm/parameter.h"

namespace millrace::ssm {

/// Whether the parameter lies below the path: directly, or with `recursive` anywhere.
[[nodiscard]] bool is_below(std::string_view path, bool recursive, std::string_view name);

/// The ParameterFilters of a request, which all must hold.
class Filters {
  public:
    /// InvalidFilterKey, InvalidFilterOption, and what is not offered: filters by KeyId and Label.
    [[nodiscard]] static aws::Outcome<Filters> make(
        std::optional<std::vector<api::ssm::ParameterStringFilter>> filters);

    [[nodiscard]] bool hold_for(const Parameter& parameter) const;

  private:
    std::vector<api::ssm::ParameterStringFilter> filters_;
};

}  // namespace millrace::ssm
