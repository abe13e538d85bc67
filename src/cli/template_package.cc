#include "cli/template_package.h"

#include <filesystem>

#include "codec/yaml.h"
#include "files/helpers.h"

namespace millrace::cli {
namespace {

using codec::Json;
using codec::JsonObject;

constexpr std::string_view kLocalBucket = "__local__";

JsonObject* object_at(Json* value, std::string_view name) {
    JsonObject* object = value ? value->if_object() : nullptr;
    Json* member = object ? object->if_contains(name) : nullptr;
    return member ? member->if_object() : nullptr;
}

/// The Code of a function, if it is a path.
Json* local_code(Json& resource) {
    const JsonObject* members = resource.if_object();
    const Json* type = members ? members->if_contains("Type") : nullptr;
    if (!type || *type != Json("AWS::Lambda::Function")) return nullptr;
    JsonObject* properties = object_at(&resource, "Properties");
    Json* code = properties ? properties->if_contains("Code") : nullptr;
    if (!code || !code->is_string() || code->get_string().starts_with("s3://")) return nullptr;
    return code;
}

Result<std::string> absolute_path(files::FileSystem& files, const std::string& template_path,
                                  const std::string& code) {
    std::error_code ignored;
    const std::string joined = files::join(files::parent_of(template_path), code);
    std::string path = std::filesystem::absolute(joined, ignored).lexically_normal().string();
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (!files::exists(files, path)) {
        return fail(ErrorCode::kNotFound,
                    "its code \"" + code + "\" is not there: no directory or zip file at " + path);
    }
    return path;
}

}  // namespace

Result<PackagedTemplate> package_template(files::FileSystem& files, const std::string& path) {
    auto text = files::read_file(files, path, codec::kYamlBytesMax);
    if (!text) return std::unexpected(text.error());
    auto document = codec::parse_yaml_document(*text);
    if (!document) return fail(ErrorCode::kInvalidArgument, path + ": " + document.error().message);

    PackagedTemplate package;
    if (const JsonObject* parameters = object_at(&document->value, "Parameters")) {
        for (const auto& parameter : *parameters) package.parameters.emplace(parameter.key());
    }
    bool changed = false;
    if (JsonObject* resources = object_at(&document->value, "Resources")) {
        for (auto& resource : *resources) {
            Json* code = local_code(resource.value());
            if (!code) continue;
            const std::string name(resource.key());
            const auto absolute = absolute_path(files, path, std::string(code->get_string()));
            if (!absolute) {
                const std::size_t line = document->line_of("/Resources/" + name + "/Properties/Code");
                return fail(ErrorCode::kNotFound, path + ":" + std::to_string(line) + ": resource " + name +
                                                      ": " + absolute.error().message);
            }
            *code = JsonObject{{"S3Bucket", kLocalBucket}, {"S3Key", *absolute}};
            changed = true;
        }
    }
    package.body = changed ? codec::to_json(document->value) : std::move(*text);
    return package;
}

}  // namespace millrace::cli
