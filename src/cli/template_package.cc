#include "cli/template_package.h"

#include <filesystem>
#include <vector>

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

/// Where a template says where a function's code is.
struct CodePlace {
    Json* code;
    const char* property;  ///< "Code", or SAM's "CodeUri"
    std::string pointer;   ///< its JSON pointer
    std::string owner;     ///< for messages: "resource Forward"
};

/// The place, if it is a path.
void add_local_code(JsonObject* properties, const char* property, const std::string& pointer,
                    const std::string& owner, std::vector<CodePlace>& into) {
    Json* code = properties ? properties->if_contains(property) : nullptr;
    if (!code || !code->is_string() || code->get_string().starts_with("s3://")) return;
    into.push_back({code, property, pointer + "/" + property, owner});
}

std::vector<CodePlace> local_code(Json& document) {
    std::vector<CodePlace> places;
    Json* globals = document.is_object() ? document.get_object().if_contains("Globals") : nullptr;
    add_local_code(object_at(globals, "Function"), "CodeUri", "/Globals/Function", "Globals", places);
    JsonObject* resources = object_at(&document, "Resources");
    if (!resources) return places;
    for (auto& resource : *resources) {
        const JsonObject* members = resource.value().if_object();
        const Json* type = members ? members->if_contains("Type") : nullptr;
        if (!type) continue;
        const std::string name(resource.key());
        const bool plain = *type == Json("AWS::Lambda::Function");
        if (!plain && *type != Json("AWS::Serverless::Function")) continue;
        add_local_code(object_at(&resource.value(), "Properties"), plain ? "Code" : "CodeUri",
                       "/Resources/" + name + "/Properties", "resource " + name, places);
    }
    return places;
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
    const std::vector<CodePlace> places = local_code(document->value);
    for (const CodePlace& place : places) {
        const auto absolute = absolute_path(files, path, std::string(place.code->get_string()));
        if (!absolute) {
            return fail(ErrorCode::kNotFound, path + ":" + std::to_string(document->line_of(place.pointer)) +
                                                  ": " + place.owner + ": " + absolute.error().message);
        }
        const bool sam = std::string_view(place.property) == "CodeUri";
        *place.code =
            JsonObject{{sam ? "Bucket" : "S3Bucket", kLocalBucket}, {sam ? "Key" : "S3Key", *absolute}};
    }
    package.body = !places.empty() ? codec::to_json(document->value) : std::move(*text);
    return package;
}

}  // namespace millrace::cli
