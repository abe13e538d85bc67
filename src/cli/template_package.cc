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

/// Where a template says where something of this machine is.
struct LocalPlace {
    enum class Kind { kCode, kCodeUri, kTemplate };
    Kind kind;
    Json* value;
    std::string pointer;  ///< its JSON pointer
    std::string owner;    ///< for messages: "resource Forward"
};

struct PlaceRule {
    std::string_view type;
    std::string_view property;
    LocalPlace::Kind kind;
};
constexpr PlaceRule kRules[] = {{"AWS::Lambda::Function", "Code", LocalPlace::Kind::kCode},
                                {"AWS::Serverless::Function", "CodeUri", LocalPlace::Kind::kCodeUri},
                                {"AWS::CloudFormation::Stack", "TemplateURL", LocalPlace::Kind::kTemplate},
                                {"AWS::Serverless::Application", "Location", LocalPlace::Kind::kTemplate}};

/// The place, if it is a path.
void add_local(JsonObject* properties, const PlaceRule& rule, const std::string& pointer,
               const std::string& owner, std::vector<LocalPlace>& into) {
    Json* value = properties ? properties->if_contains(rule.property) : nullptr;
    if (!value || !value->is_string() || value->get_string().find("://") != std::string_view::npos) return;
    into.push_back({rule.kind, value, pointer + "/" + std::string(rule.property), owner});
}

/// As with `aws cloudformation package`: the code of a function that names none is the template's folder.
void name_own_folder(JsonObject* properties, const JsonObject* globals) {
    if (!properties) return;
    for (const char* other : {"CodeUri", "InlineCode", "ImageUri", "PackageType"}) {
        if (properties->contains(other) || (globals && globals->contains(other))) return;
    }
    properties->emplace("CodeUri", ".");
}

std::vector<LocalPlace> local_places(Json& document) {
    std::vector<LocalPlace> places;
    Json* globals = document.is_object() ? document.get_object().if_contains("Globals") : nullptr;
    add_local(object_at(globals, "Function"), kRules[1], "/Globals/Function", "Globals", places);
    JsonObject* resources = object_at(&document, "Resources");
    if (!resources) return places;
    for (auto& resource : *resources) {
        const JsonObject* members = resource.value().if_object();
        const Json* type = members ? members->if_contains("Type") : nullptr;
        if (!type) continue;
        const std::string name(resource.key());
        for (const PlaceRule& rule : kRules) {
            if (*type != Json(rule.type)) continue;
            if (rule.kind == LocalPlace::Kind::kCodeUri)
                name_own_folder(object_at(&resource.value(), "Properties"), object_at(globals, "Function"));
            add_local(object_at(&resource.value(), "Properties"), rule, "/Resources/" + name + "/Properties",
                      "resource " + name, places);
        }
    }
    return places;
}

/// Where the path leads, as the template at `template_path` has it.
Result<std::string> absolute_path(files::FileSystem& files, const std::string& template_path,
                                  const LocalPlace& place) {
    std::error_code ignored;
    const std::string written(place.value->get_string());
    if (written.empty()) return fail(ErrorCode::kInvalidArgument, "the path of a Code or CodeUri is empty");
    const std::string joined = files::join(files::parent_of(template_path), written);
    std::string path = std::filesystem::absolute(joined, ignored).lexically_normal().string();
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (files::exists(files, path)) return path;
    const bool code = place.kind != LocalPlace::Kind::kTemplate;
    return fail(ErrorCode::kNotFound, (code ? "its code \"" : "its template \"") + written +
                                          "\" is not there: no " + (code ? "directory or zip file" : "file") +
                                          " at " + path);
}

Result<PackagedTemplate> package(files::FileSystem& files, const std::string& path,
                                 const Packaging& packaging, int level);

/// What the place becomes.
Result<Json> packaged(files::FileSystem& files, const std::string& absolute, LocalPlace::Kind kind,
                      const Packaging& packaging, int level) {
    if (kind == LocalPlace::Kind::kCode)
        return Json(JsonObject{{"S3Bucket", kLocalBucket}, {"S3Key", absolute}});
    if (kind == LocalPlace::Kind::kCodeUri)
        return Json(JsonObject{{"Bucket", kLocalBucket}, {"Key", absolute}});
    const auto inner = package(files, absolute, packaging, level + 1);
    if (!inner) return std::unexpected(inner.error());
    auto url = packaging.keep(inner->body);
    if (!url) return std::unexpected(std::move(url.error()));
    return Json(*url);
}

Result<PackagedTemplate> package(files::FileSystem& files, const std::string& path,
                                 const Packaging& packaging, int level) {
    if (level > kNestedTemplatesMax) {
        return fail(ErrorCode::kInvalidArgument, path + ": templates are nested more than " +
                                                     std::to_string(kNestedTemplatesMax) + " deep");
    }
    packaging.reads(path);
    auto text = files::read_file(files, path, codec::kYamlBytesMax);
    if (!text) return std::unexpected(text.error());
    auto document = codec::parse_yaml_document(*text);
    if (!document) return fail(ErrorCode::kInvalidArgument, path + ": " + document.error().message);

    PackagedTemplate package;
    if (const JsonObject* parameters = object_at(&document->value, "Parameters")) {
        for (const auto& parameter : *parameters) package.parameters.emplace(parameter.key());
    }
    const std::vector<LocalPlace> places = local_places(document->value);
    for (const LocalPlace& place : places) {
        const auto absolute = absolute_path(files, path, place);
        if (!absolute) {
            return fail(ErrorCode::kNotFound, path + ":" + std::to_string(document->line_of(place.pointer)) +
                                                  ": " + place.owner + ": " + absolute.error().message);
        }
        auto value = packaged(files, *absolute, place.kind, packaging, level);
        if (!value) return std::unexpected(std::move(value.error()));
        *place.value = std::move(*value);
    }
    package.body = !places.empty() ? codec::to_json(document->value) : std::move(*text);
    return package;
}

}  // namespace

Result<PackagedTemplate> package_template(files::FileSystem& files, const std::string& path,
                                          const Packaging& packaging) {
    return package(files, path, packaging, 1);
}

}  // namespace millrace::cli
