#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ports/resource_provider.h"

namespace millrace::cloudformation {

/// The resource types on offer, by name.
class ResourceTypes {
  public:
    void add(ports::ResourceTypeModel model);
    [[nodiscard]] const ports::ResourceTypeModel* find(std::string_view type) const;

  private:
    std::map<std::string, ports::ResourceTypeModel, std::less<>> models_;
};

[[nodiscard]] const ports::PropertyModel* find_property(const ports::ResourceTypeModel& model,
                                                        std::string_view name);

}  // namespace millrace::cloudformation
