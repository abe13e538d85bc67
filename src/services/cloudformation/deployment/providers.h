#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ports/resource_provider.h"
#include "services/cloudformation/deployment/lenient_mappings.h"
#include "services/cloudformation/template/resource_types.h"

namespace millrace::cloudformation {

/// Who makes which resource type. The providers must outlive this.
class Providers {
  public:
    /// Types that none of them offers go to `unknown`, or are refused when that is nullptr.
    Providers(const std::vector<ports::ResourceProvider*>& providers, ports::ResourceProvider* unknown);

    [[nodiscard]] const ResourceTypes& types() const { return types_; }
    /// nullptr for a type nobody offers (any longer).
    [[nodiscard]] ports::ResourceProvider* find(std::string_view type) const;
    /// See ports::ResourceProvider::resumes().
    [[nodiscard]] bool resumes(const std::string& type) const;

  private:
    ResourceTypes types_;
    ports::ResourceProvider* unknown_;
    std::map<std::string, ports::ResourceProvider*, std::less<>> by_type_;
    std::unique_ptr<LenientMappings> mappings_;
};

}  // namespace millrace::cloudformation
