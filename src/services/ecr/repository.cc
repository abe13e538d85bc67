#include "services/ecr/repository.h"

#include <fmt/format.h>

#include "codec/json.h"
#include "codec/json_writer.h"

namespace millrace::ecr {
namespace {

std::string text_at(const codec::JsonObject& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{std::string_view{value->get_string()}} : "";
}

}  // namespace

std::string Repository::arn() const {
    return fmt::format("arn:aws:ecr:{}:{}:repository/{}", scope.region, scope.account, name);
}

std::string Repository::uri() const {
    return fmt::format("{}.dkr.ecr.{}.amazonaws.com/{}", scope.account, scope.region, name);
}

std::string catalog_key(const aws::Scope& scope, std::string_view name) {
    return fmt::format("{}{}/{}/{}", kRepositoryPrefix, scope.account, scope.region, name);
}

std::string to_catalog_value(const Repository& repository) {
    std::string out;
    codec::JsonWriter{out}
        .begin_object()
        .key("tagMutability")
        .string(repository.tag_mutability)
        .key("scanOnPush")
        .boolean(repository.scan_on_push)
        .key("encryption")
        .string(repository.encryption)
        .key("created")
        .integer(to_millis(repository.created))
        .end_object();
    return out;
}

Result<Repository> parse_repository(std::string_view key, std::string_view value) {
    const bool ours = key.starts_with(kRepositoryPrefix);
    const std::string_view rest = ours ? key.substr(kRepositoryPrefix.size()) : std::string_view();
    const auto account = rest.find('/');
    const auto region = account == std::string_view::npos ? account : rest.find('/', account + 1);
    const auto json = codec::parse_json(value);
    const auto* created = json && json->is_object() ? json->get_object().if_contains("created") : nullptr;
    if (region == std::string_view::npos || created == nullptr || !created->is_int64())
        return fail(ErrorCode::kCorruption, fmt::format("the catalog's value for {} cannot be read", key));
    const codec::JsonObject& object = json->get_object();
    const auto* scans = object.if_contains("scanOnPush");
    return Repository{.scope = {std::string(rest.substr(0, account)),
                                std::string(rest.substr(account + 1, region - account - 1))},
                      .name = std::string(rest.substr(region + 1)),
                      .tag_mutability = text_at(object, "tagMutability"),
                      .scan_on_push = scans != nullptr && scans->is_bool() && scans->get_bool(),
                      .encryption = text_at(object, "encryption"),
                      .created = from_millis(created->get_int64())};
}

}  // namespace millrace::ecr
