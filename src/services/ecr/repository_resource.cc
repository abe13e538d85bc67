#include "services/ecr/repository_resource.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/ascii.h"
#include "codec/json.h"
#include "ports/property_types.h"
#include "services/ecr/errors.h"

namespace millrace::ecr {
namespace {

using Update = ports::PropertyModel::Update;

constexpr std::size_t kNameCharsMin = 2;
constexpr std::size_t kNameCharsMax = 256;

aws::ServiceError invalid(std::string message) {
    return {.code = "InvalidParameterException", .message = std::move(message)};
}

std::string text_at(const codec::JsonObject& properties, std::string_view name, std::string otherwise) {
    const auto* value = properties.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{std::string_view{value->get_string()}}
                                                  : otherwise;
}

const codec::JsonObject* object_at(const codec::JsonObject& properties, std::string_view name) {
    const auto* value = properties.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

/// Letters, digits and single separators between them: ".", "_", "__", dashes, and "/".
bool is_name(std::string_view name) {
    const auto part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return name.size() >= kNameCharsMin && name.size() <= kNameCharsMax && part(name.front()) &&
           part(name.back()) &&
           std::ranges::all_of(
               name, [&](char c) { return part(c) || c == '.' || c == '_' || c == '-' || c == '/'; }) &&
           name.find("//") == std::string_view::npos && name.find("..") == std::string_view::npos;
}

std::string name_of(const ports::ResourceRequest& request) {
    return text_at(request.properties, "RepositoryName", to_lower(request.generated_name));
}

/// Reads what may change in place into the repository.
void apply(const codec::JsonObject& properties, Repository& repository) {
    repository.tag_mutability = text_at(properties, "ImageTagMutability", "MUTABLE");
    const auto* scanning = object_at(properties, "ImageScanningConfiguration");
    const auto* scans = scanning == nullptr ? nullptr : scanning->if_contains("ScanOnPush");
    repository.scan_on_push =
        scans != nullptr && (*scans == codec::Json(true) || *scans == codec::Json("true"));
}

Repositories::Answer answer_with(const Repository& repository, ports::ResourceDone done) {
    return [resource = ports::Resource{repository.name,
                                       {{"Arn", repository.arn()}, {"RepositoryUri", repository.uri()}}},
            done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(std::move(resource));
    };
}

}  // namespace

std::vector<ports::ResourceTypeModel> RepositoryResource::resource_types() const {
    return {ports::with_types(
        {.type = "AWS::ECR::Repository",
         .properties = {{.name = "EmptyOnDelete"},
                        {.name = "EncryptionConfiguration", .update = Update::kReplacement},
                        {.name = "ImageScanningConfiguration"},
                        {.name = "ImageTagMutability"},
                        {.name = "ImageTagMutabilityExclusionFilters"},
                        {.name = "LifecyclePolicy"},
                        {.name = "RepositoryName", .update = Update::kReplacement},
                        {.name = "RepositoryPolicyText"},
                        {.name = "Tags"}},
         .attributes = {"Arn", "RepositoryUri"}},
        "EmptyOnDelete:boolean EncryptionConfiguration{EncryptionType KmsKey} "
        "ImageScanningConfiguration{ScanOnPush:boolean} ImageTagMutability "
        "ImageTagMutabilityExclusionFilters[ImageTagMutabilityExclusionFilterType "
        "ImageTagMutabilityExclusionFilterValue] "
        "LifecyclePolicy{LifecyclePolicyText RegistryId} RepositoryName RepositoryPolicyText:json "
        "Tags[Key Value]")};
}

void RepositoryResource::create(ports::ResourceRequest request, ports::ResourceDone done) {
    Repository repository{
        .scope = request.context.scope, .name = name_of(request), .created = repositories_.clock().now()};
    if (!is_name(repository.name)) {
        return done(std::unexpected(invalid(fmt::format(
            "Invalid parameter at 'repositoryName' failed to satisfy constraint: '{}'", repository.name))));
    }
    if (const auto* encryption = object_at(request.properties, "EncryptionConfiguration"))
        repository.encryption = text_at(*encryption, "EncryptionType", "AES256");
    apply(request.properties, repository);
    auto answer = answer_with(repository, std::move(done));
    repositories_.create(std::move(repository), std::move(answer));
}

void RepositoryResource::update(ports::ResourceRequest request, std::string physical_id,
                                boost::json::object /*previous*/, ports::ResourceDone done) {
    const aws::Scope scope = request.context.scope;
    auto answer = answer_with({.scope = scope, .name = physical_id}, std::move(done));
    repositories_.edit(
        scope, std::move(physical_id),
        [properties = std::move(request.properties)](Repository& repository) {
            apply(properties, repository);
        },
        std::move(answer));
}

std::string RepositoryResource::find_unanswered(const ports::ResourceRequest& request) const {
    std::string name = name_of(request);
    const Repositories::ByName& repositories = repositories_.of(request.context.scope);
    const auto found = repositories.find(name);
    const bool made = found != repositories.end() && ports::made_since(found->second.created, request);
    return made ? name : std::string();
}

void RepositoryResource::remove(ports::ResourceRequest request, std::string physical_id,
                                ports::ResourceRemoved done) {
    repositories_.remove(request.context.scope, std::move(physical_id),
                         [done = std::move(done)](aws::Outcome<void> outcome) mutable {
                             if (!outcome && outcome.error().code == "RepositoryNotFoundException")
                                 outcome = {};
                             done(std::move(outcome));
                         });
}

}  // namespace millrace::ecr
