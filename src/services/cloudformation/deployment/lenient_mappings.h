#pragma once

#include "ports/resource_provider.h"

namespace millrace::cloudformation {

/// Stands before the service that offers AWS::Lambda::EventSourceMapping, where unknown types are allowed: a
/// mapping whose source is nothing that Millrace polls, as the stream of a table that was skipped, is skipped
/// too.
class LenientMappings final : public ports::ResourceProvider {
  public:
    static constexpr std::string_view kType = "AWS::Lambda::EventSourceMapping";

    /// Both must outlive it.
    LenientMappings(ports::ResourceProvider& offered, ports::ResourceProvider& unknown)
        : offered_(offered), unknown_(unknown) {}

    [[nodiscard]] std::vector<ports::ResourceTypeModel> resource_types() const override {
        return offered_.resource_types();
    }
    void create(ports::ResourceRequest request, ports::ResourceDone done) override;
    void update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                ports::ResourceDone done) override;
    void remove(ports::ResourceRequest request, std::string physical_id,
                ports::ResourceRemoved done) override;
    [[nodiscard]] std::string find_unanswered(const ports::ResourceRequest& request) const override;
    void read(ports::ResourceRequest request, std::string physical_id, ports::ResourceRead done) override;

  private:
    /// A mapping's source never changes: another one replaces it.
    [[nodiscard]] ports::ResourceProvider& maker_of(const ports::ResourceRequest& request) const;

    ports::ResourceProvider& offered_;
    ports::ResourceProvider& unknown_;
};

}  // namespace millrace::cloudformation
