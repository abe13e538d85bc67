#pragma once

#include <string>

#include "ports/resource_provider.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

/// What templates may do with one type of resource; as in ports::ResourceProvider.
struct ResourceKind {
    ports::ResourceTypeModel type;
    void (*create)(Core& core, ports::ResourceRequest request, ports::ResourceDone done) = nullptr;
    void (*update)(Core& core, ports::ResourceRequest request, std::string physical_id,
                   const boost::json::object& previous, ports::ResourceDone done) = nullptr;
    void (*remove)(Core& core, const ports::ResourceRequest& request, std::string physical_id,
                   ports::ResourceRemoved done) = nullptr;
    /// nullptr: what was not answered can only have the generated name.
    std::string (*find_unanswered)(const Core& core, const ports::ResourceRequest& request) = nullptr;
    /// Of readable types only.
    std::optional<boost::json::object> (*read)(const Core& core, const ports::ResourceRequest& request,
                                               const std::string& physical_id) = nullptr;
};

[[nodiscard]] ResourceKind version_kind();           ///< AWS::Lambda::Version
[[nodiscard]] ResourceKind alias_kind();             ///< AWS::Lambda::Alias
[[nodiscard]] ResourceKind permission_kind();        ///< AWS::Lambda::Permission
[[nodiscard]] ResourceKind event_invoke_kind();      ///< AWS::Lambda::EventInvokeConfig
[[nodiscard]] ResourceKind url_kind();               ///< AWS::Lambda::Url
[[nodiscard]] ResourceKind layer_version_kind();     ///< AWS::Lambda::LayerVersion
[[nodiscard]] ResourceKind layer_permission_kind();  ///< AWS::Lambda::LayerVersionPermission

/// For types of which every property is replaced: there is nothing to update.
void update_nothing(Core& core, ports::ResourceRequest request, std::string physical_id,
                    const boost::json::object& previous, ports::ResourceDone done);

/// Properties, the required ones first, of which `in_place` need no replacement.
[[nodiscard]] ports::ResourceTypeModel resource_type(std::string_view type,
                                                     std::initializer_list<const char*> required,
                                                     std::initializer_list<const char*> optional,
                                                     std::initializer_list<const char*> in_place,
                                                     std::vector<std::string> attributes);

/// Hands on whether it is gone; what was gone already counts as removed.
template <class Output>
auto answer_removed(ports::ResourceRemoved done) {
    return [done = std::move(done)](aws::Outcome<Output> removed) mutable {
        if (removed || removed.error().code == "ResourceNotFoundException") return done({});
        done(std::unexpected(std::move(removed.error())));
    };
}

}  // namespace millrace::lambda
