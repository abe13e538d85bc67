#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/form.h"

namespace millrace::aws {

/// The parameters of a query request by name; names spell paths with dots ("Tags.member.1.Key"), and the
/// names below a path stand together. Refers to the form, which must outlive it.
class Parameters {
  public:
    explicit Parameters(const codec::Form& form);

    /// The parameter of exactly that name, or nullptr. Of equal names the first.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    /// Whether there is a parameter of that name or below it ("name.").
    [[nodiscard]] bool contains(std::string_view name) const;
    /// The numbers N for which contains("name.N"), ascending.
    [[nodiscard]] std::vector<std::uint32_t> indices(std::string_view name) const;

  private:
    using Entry = const std::pair<std::string, std::string>*;
    [[nodiscard]] std::vector<Entry>::const_iterator lower_bound(std::string_view name) const;

    std::vector<Entry> sorted_;
};

}  // namespace millrace::aws
