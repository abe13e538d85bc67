#include "cli/template_package.h"

#include <filesystem>
#include <fmt/format.h>
#include <vector>

#include "cli/content_digest.h"
#include "cli/lined_json.h"
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

/// A property whose value may be a path.
struct PlaceRule {
    enum class Kind { kFunction, kLayer, kTemplate };
    std::string_view type;
    std::string_view property;
    Kind kind;
    bool serverless = false;  ///< SAM names the members of a place in S3 in its own way
};
using Kind = PlaceRule::Kind;

constexpr PlaceRule kServerlessFunction{"AWS::Serverless::Function", "CodeUri", Kind::kFunction, true};
constexpr PlaceRule kRules[] = {{"AWS::Lambda::Function", "Code", Kind::kFunction},
                                kServerlessFunction,
                                {"AWS::Lambda::LayerVersion", "Content", Kind::kLayer},
                                {"AWS::Serverless::LayerVersion", "ContentUri", Kind::kLayer, true},
                                {"AWS::CloudFormation::Stack", "TemplateURL", Kind::kTemplate},
                                {"AWS::Serverless::Application", "Location", Kind::kTemplate}};

/// Where a template says where something of this machine is.
struct LocalPlace {
    PlaceRule rule;
    Json* value;
    std::string pointer;  ///< its JSON pointer
    std::string owner;    ///< for messages: "resource Forward"
};

/// The place, if it is a path.
void add_local(JsonObject* properties, const PlaceRule& rule, const std::string& pointer,
               const std::string& owner, std::vector<LocalPlace>& into) {
    Json* value = properties ? properties->if_contains(rule.property) : nullptr;
    if (!value || !value->is_string() || value->get_string().find("://") != std::string_view::npos) return;
    into.push_back({rule, value, pointer + "/" + std::string(rule.property), owner});
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
    add_local(object_at(globals, "Function"), kServerlessFunction, "/Globals/Function", "Globals", places);
    JsonObject* resources = object_at(&document, "Resources");
    if (!resources) return places;
    for (auto& resource : *resources) {
        const JsonObject* members = resource.value().if_object();
        const Json* type = members ? members->if_contains("Type") : nullptr;
        if (!type) continue;
        const std::string name(resource.key());
        for (const PlaceRule& rule : kRules) {
            if (*type != Json(rule.type)) continue;
            if (rule.type == kServerlessFunction.type)
                name_own_folder(object_at(&resource.value(), "Properties"), object_at(globals, "Function"));
            add_local(object_at(&resource.value(), "Properties"), rule, "/Resources/" + name + "/Properties",
                      "resource " + name, places);
        }
    }
    return places;
}

std::string_view noun(Kind kind) {
    if (kind == Kind::kTemplate) return "template";
    return kind == Kind::kLayer ? "content" : "code";
}

/// Where the path leads, as the template at `template_path` has it.
Result<std::string> absolute_path(files::FileSystem& files, const std::string& template_path,
                                  const LocalPlace& place, const Packaging& packaging) {
    std::error_code ignored;
    const std::string written(place.value->get_string());
    if (written.empty()) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("the path of its {} is empty", noun(place.rule.kind)));
    }
    const std::string joined = files::join(files::parent_of(template_path), written);
    std::string path = std::filesystem::absolute(joined, ignored).lexically_normal().string();
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    // Also when it is not there: it may come. Functions run local code as it is; a layer is a copy, to be
    // made again when this changes.
    if (place.rule.kind != Kind::kFunction) packaging.reads(path);
    if (files::exists(files, path)) return path;
    return fail(ErrorCode::kNotFound,
                fmt::format("its {} \"{}\" is not there: no {} at {}", noun(place.rule.kind), written,
                            place.rule.kind == Kind::kTemplate ? "file" : "directory or file", path));
}

Result<PackagedTemplate> package(files::FileSystem& files, const std::string& path,
                                 const Packaging& packaging, int level);

Result<Json> packaged_code(files::FileSystem& files, const std::string& absolute, const PlaceRule& rule) {
    JsonObject place{{rule.serverless ? "Bucket" : "S3Bucket", kLocalBucket},
                     {rule.serverless ? "Key" : "S3Key", absolute}};
    if (rule.kind == Kind::kLayer) {
        auto digest = content_digest(files, absolute);
        if (!digest) return std::unexpected(std::move(digest.error()));
        place.emplace(rule.serverless ? "Version" : "S3ObjectVersion", *digest);
    }
    return Json(std::move(place));
}

Result<Json> packaged_template(files::FileSystem& files, const std::string& absolute,
                               const Packaging& packaging, int level) {
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
        const auto absolute = absolute_path(files, path, place, packaging);
        if (!absolute) {
            return fail(ErrorCode::kNotFound, path + ":" + std::to_string(document->line_of(place.pointer)) +
                                                  ": " + place.owner + ": " + absolute.error().message);
        }
        auto value = place.rule.kind == Kind::kTemplate
                         ? packaged_template(files, *absolute, packaging, level)
                         : packaged_code(files, *absolute, place.rule);
        if (!value) return std::unexpected(std::move(value.error()));
        *place.value = std::move(*value);
    }
    package.body = !places.empty() ? to_lined_json(*document) : std::move(*text);
    return package;
}

}  // namespace

Result<PackagedTemplate> package_template(files::FileSystem& files, const std::string& path,
                                          const Packaging& packaging) {
    packaging.reads(path);
    return package(files, path, packaging, 1);
}

}  // namespace millrace::cli
