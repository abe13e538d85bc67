#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/context.h"
#include "aws/error.h"

namespace millrace::ports {

/// What a template may say about one property of a resource type.
struct PropertyModel {
    enum class Update { kInPlace, kReplacement };
    /// Texts may be written as numbers and booleans, and those as texts; kJson as an object, or a text of it.
    enum class Type { kAny, kText, kInteger, kNumber, kBoolean, kJson, kObject };
    enum class Shape { kOne, kList, kMap };
    std::string name;
    bool required = false;
    Update update = Update::kInPlace;
    std::vector<PropertyModel> members = {};  ///< of a kObject
    Type type = Type::kAny;                   ///< of the value, or of each in the list or map that it is
    Shape shape = Shape::kOne;
};

struct ResourceTypeModel {
    std::string type;  ///< "AWS::Kinesis::Stream"
    std::vector<PropertyModel> properties;
    std::vector<std::string> attributes;  ///< what Fn::GetAtt may ask for; "Outputs.*" all that begin so
    /// The tags of the stack join the property Tags, a list of {Key, Value} or a map.
    bool takes_stack_tags = false;
    /// Takes any property, each changed in place, and has whatever attributes its provider gives it.
    bool open = false;
    /// Each update of the stack updates it, also when no property changes.
    bool follows_updates = false;
    bool readable = false;  ///< its provider can tell what its properties are now
    /// Properties that AWS has and Millrace does not: refused as such, unless they are empty or false.
    std::vector<std::string> not_offered = {};
};

struct ResourceRequest {
    aws::RequestContext context;  ///< scope, and the base URL that queue URLs begin with
    std::string type;
    std::string logical_id;
    std::string stack_name;
    std::string stack_id;
    std::string
        generated_name;  ///< "<stack>-<logical id>-<12 random characters>", for resources without a name
    boost::json::object properties;  ///< all references resolved
    WallTime begun;                  ///< the call; the same when a restart repeats it
    bool rolls_back = false;         ///< an update that takes a failed one back
};

/// What the property says; `otherwise` where it is not there, or no text.
[[nodiscard]] inline std::string text_in(const ResourceRequest& request, std::string_view property,
                                         std::string_view otherwise) {
    const auto* text = request.properties.if_contains(property);
    return std::string(text && text->is_string() ? std::string_view(text->get_string()) : otherwise);
}

/// The name that the property gives, or the generated one.
[[nodiscard]] inline std::string name_in(const ResourceRequest& request, std::string_view property) {
    return text_in(request, property, request.generated_name);
}

/// Times that were kept have milliseconds.
[[nodiscard]] inline bool made_since(WallTime created, const ResourceRequest& request) {
    return created >= std::chrono::floor<Milliseconds>(request.begun);
}

struct Resource {
    std::string physical_id;  ///< what Ref gives
    std::map<std::string, std::string> attributes;
    bool no_echo = false;  ///< the attributes' values are secrets
};

/// Why there is no resource. Without a code, the message is the whole of the resource's status reason.
struct ResourceFailure : aws::ServiceError {
    ResourceFailure(aws::ServiceError error, std::string left_behind = {})
        : aws::ServiceError(std::move(error)), physical_id(std::move(left_behind)) {}
    std::string physical_id;  ///< of what a failed creation left, and the rollback has to remove; or empty
    bool untouched = false;   ///< an update that was refused; there is nothing to take back
};

using ResourceDone = std::move_only_function<void(std::expected<Resource, ResourceFailure>)>;
/// Properties in the template's terms; nullopt: the resource is gone.
using ResourceRead = std::move_only_function<void(aws::Outcome<std::optional<boost::json::object>>)>;
using ResourceRemoved = std::move_only_function<void(aws::Outcome<void>)>;

/// The resource types that a service offers to templates. Each call answers exactly once, when the resource
/// is ready for use and durable. Threads: the home executor.
class ResourceProvider {
  public:
    virtual ~ResourceProvider() = default;
    [[nodiscard]] virtual std::vector<ResourceTypeModel> resource_types() const = 0;
    virtual void create(ResourceRequest request, ResourceDone done) = 0;
    /// Only for changes that need no replacement. `previous` are the properties as last deployed.
    virtual void update(ResourceRequest request, std::string physical_id, boost::json::object previous,
                        ResourceDone done) = 0;
    /// A resource that is gone already counts as removed. The physical id may be what find_unanswered() said.
    virtual void remove(ResourceRequest request, std::string physical_id, ResourceRemoved done) = 0;
    /// The physical id of what a create() since request.begun made of this request, where a crash swallowed
    /// its answer; empty when there is nothing, or what is there may be somebody else's. The name that was
    /// generated is nobody else's, though it may never have been used.
    [[nodiscard]] virtual std::string find_unanswered(const ResourceRequest& request) const {
        return request.generated_name;
    }
    /// The properties that the resource has now, as far as its service can tell; only of readable types.
    virtual void read(ResourceRequest request, std::string /*physical_id*/, ResourceRead done) {
        done(std::unexpected(
            aws::ServiceError{"UnsupportedActionException", request.type + " cannot be read"}));
    }
    /// Whether a call that a restart repeats goes on where it was, instead of beginning anew: what the type
    /// waits for is kept. Operations on stacks that wait for nothing else then survive a restart.
    [[nodiscard]] virtual bool resumes(const std::string& /*type*/) const { return false; }
};

}  // namespace millrace::ports
