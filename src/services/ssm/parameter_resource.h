#pragma once

#include "ports/parameter_source.h"
#include "ports/resource_provider.h"
#include "services/ssm/parameters.h"

namespace millrace::ssm {

/// AWS::SSM::Parameter for templates.
class ParameterResource final : public ports::ResourceProvider {
  public:
    explicit ParameterResource(Parameters& parameters) : parameters_(parameters) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;

  private:
    Parameters& parameters_;
};

/// Parameters as templates look them up.
class ParameterLookup final : public ports::ParameterSource {
  public:
    explicit ParameterLookup(const Parameters& parameters) : parameters_(parameters) {}

    [[nodiscard]] std::optional<ports::StoredParameter> find(const aws::Scope& scope,
                                                             const std::string& name) const override;

  private:
    const Parameters& parameters_;
};

}  // namespace millrace::ssm
