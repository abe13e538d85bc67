#pragma once

#include "ports/resource_provider.h"

namespace millrace::cloudformation {

/// Types that templates name and that need nothing made: they are kept in their stack, and that is all.
/// AWS::CDK::Metadata, and AWS::CloudWatch::Alarm, which watches
/// nothing. With `--allow-unknown-types` it also takes the place of every type that nobody offers.
class PassiveTypes final : public ports::ResourceProvider {
  public:
    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override;
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;
};

}  // namespace millrace::cloudformation
