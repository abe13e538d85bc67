#include "services/cloudformation/sam/sam.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <ranges>

#include "services/cloudformation/sam/context.h"
#include "services/cloudformation/sam/function.h"
#include "services/cloudformation/sam/globals.h"
#include "services/cloudformation/sam/other_types.h"
#include "services/cloudformation/sam/references.h"
#include "services/cloudformation/sam/skipped.h"

namespace millrace::cloudformation::sam {

namespace {

namespace json = boost::json;

constexpr std::string_view kFunction = "AWS::Serverless::Function";
constexpr std::string_view kLayer = "AWS::Serverless::LayerVersion";
constexpr std::string_view kApplication = "AWS::Serverless::Application";
constexpr std::string_view kPrefix = "AWS::Serverless::";

/// What is wrong with a document, by the logical id it is wrong with.
class Complaints {
  public:
    void add(std::string_view logical_id, const Error& error, int line) {
        const std::string place = line == 0 ? std::string() : fmt::format(" (line {})", line);
        messages_.emplace(logical_id, error.message + place);
    }
    [[nodiscard]] bool any() const { return !messages_.empty(); }
    [[nodiscard]] std::unexpected<Error> refusal() const {
        return template_error(fmt::format(
            "Transform {} failed with: Invalid Serverless Application Specification document. Number of "
            "errors found: {}. {}",
            kServerless, messages_.size(), fmt::join(std::views::values(messages_), " ")));
    }

  private:
    std::multimap<std::string, std::string> messages_;
};

std::string type_of(const json::value& resource) {
    const json::object* members = resource.if_object();
    const json::value* type = members == nullptr ? nullptr : members->if_contains("Type");
    return type == nullptr ? std::string() : scalar_text(*type).value_or("");
}

/// Takes the functions out of Resources and puts in what they become.
class Expansion {
  public:
    Expansion(const json::object& globals, const Context& context, const json::object& before)
        : globals_(globals), context_(context), before_(before) {}

    Result<> take(const std::string& logical_id, const json::value& resource) {
        const json::object* members = resource.if_object();
        if (!context_.allows_unknown || members == nullptr || !members->contains("Connectors"))
            return take_connected(logical_id, resource);
        if (auto skipped = put(logical_id, skipped_connectors(logical_id, *members)); !skipped)
            return skipped;
        json::object alone = *members;
        alone.erase("Connectors");
        return take_connected(logical_id, alone);
    }

    json::object resources_;
    json::object conditions_;
    MadeNames names_;
    std::map<std::string, std::string> origins_;

  private:
    Result<> take_connected(const std::string& logical_id, const json::value& resource) {
        const std::string type = type_of(resource);
        if (!type.starts_with(kPrefix)) {
            resources_.emplace(logical_id, resource);
            return {};
        }
        if (type != kFunction && type != kLayer && type != kApplication) {
            if (context_.allows_unknown)
                return put(logical_id, skipped_resource(logical_id, type, resource.get_object()));
            return invalid(
                logical_id,
                fmt::format("{} is not offered by Millrace: of the AWS::Serverless types Function, "
                            "LayerVersion and Application are.",
                            type));
        }
        if (resource.get_object().contains("Connectors")) {
            return invalid(logical_id, "Connectors are not offered by Millrace.");
        }
        if (!is_logical_id(logical_id)) return invalid(logical_id, "Logical ids must be alphanumeric.");
        if (type != kFunction) return take_other(logical_id, type, resource.get_object());
        json::object merged = resource.get_object();
        json::value& properties = merged["Properties"];
        if (properties.is_null()) properties = json::object();
        auto globals = heeded_globals(globals_, logical_id, merged);
        if (!globals) return std::unexpected(globals.error());
        if (properties.is_object()) properties = merge_globals(*globals, properties.get_object());
        auto made = expand_function(logical_id, merged, context_);
        if (!made) return std::unexpected(made.error());
        return put(logical_id, std::move(*made));
    }

    Result<> take_other(const std::string& logical_id, std::string_view type, const json::object& resource) {
        auto made = type == kLayer ? expand_layer(logical_id, resource, context_)
                                   : expand_application(logical_id, resource, context_);
        if (!made) return std::unexpected(made.error());
        if (made->logical_id != logical_id) names_.emplace(logical_id, made->logical_id);
        FunctionResources resources;
        resources.resources.emplace(made->logical_id, std::move(made->resource));
        return put(logical_id, std::move(resources));
    }

    Result<> put(const std::string& logical_id, FunctionResources made) {
        for (auto& [id, resource] : made.resources) {
            if (id != logical_id && (before_.contains(id) || resources_.contains(id))) {
                return invalid(
                    logical_id,
                    fmt::format(
                        "Transforming resource with id [{}] attempts to create a new resource [{}] of "
                        "type \"{}\". A resource with that id already exists within this template. "
                        "Please use a different id for that resource.",
                        logical_id, std::string_view(id), type_of(resource)));
            }
            resources_.emplace(id, std::move(resource));
            if (id != logical_id)
                origins_.emplace(join_path("/Resources", id), join_path("/Resources", logical_id));
        }
        for (auto& [name, condition] : made.conditions) conditions_[name] = std::move(condition);
        for (const auto& [property, id] : made.aliases)
            names_.emplace(fmt::format("{}.{}", logical_id, property), id);
        return {};
    }

    const json::object& globals_;
    const Context& context_;
    const json::object& before_;
};

void add_conditions(json::object& root, json::object conditions) {
    if (conditions.empty()) return;
    json::value& section = root["Conditions"];
    if (section.is_null()) section = json::object();
    if (!section.is_object()) return;  // read_template() says what is wrong
    for (auto& [name, condition] : conditions) section.get_object()[name] = std::move(condition);
}

}  // namespace

Result<> expand(TemplateSource& source, const ParameterValues& parameters, const PseudoParameters& pseudo,
                bool allow_unknown) {
    Complaints complaints;
    auto globals = function_globals(source.root, allow_unknown);
    if (!globals) {
        complaints.add("", globals.error(), source.line_of("/Globals"));
        return complaints.refusal();
    }
    source.root.erase("Globals");
    json::value* section = source.root.if_contains("Resources");
    if (section == nullptr || !section->is_object()) return {};  // read_template() says what is wrong
    Context context{pseudo.region, parameters, allow_unknown, &section->get_object()};
    context.parameters["AWS::Region"] = pseudo.region;
    context.parameters["AWS::Partition"] = partition_of(pseudo.region);

    if (allow_unknown) add_implicit_apis(section->get_object());
    Expansion expansion(*globals, context, section->get_object());
    for (const auto& [logical_id, resource] : section->get_object()) {
        auto taken = expansion.take(std::string(logical_id), resource);
        if (!taken)
            complaints.add(logical_id, taken.error(), source.line_of(join_path("/Resources", logical_id)));
    }
    if (complaints.any()) return complaints.refusal();
    *section = std::move(expansion.resources_);
    for (auto& entry : section->get_object()) resolve_dependencies(entry.value(), expansion.names_);
    add_conditions(source.root, std::move(expansion.conditions_));
    for (const std::string_view name : {"Resources", "Outputs"}) {
        if (json::value* part = source.root.if_contains(name)) resolve_made_names(*part, expansion.names_);
    }
    redirect_lines(source, std::move(expansion.origins_));
    return {};
}

}  // namespace millrace::cloudformation::sam
