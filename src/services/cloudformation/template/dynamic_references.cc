#include "services/cloudformation/template/dynamic_references.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>

#include "services/cloudformation/template/evaluate.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

constexpr std::string_view kReference = "{{resolve:";
constexpr std::string_view kParameterReference = "{{resolve:ssm:";
constexpr std::string_view kEnd = "}}";

/// Resolves the texts of one value.
class Resolver {
  public:
    Resolver(const ExternalValues& values, ExternalKeys& missing) : values_(values), missing_(missing) {}

    [[nodiscard]] bool needs_the_unknown() const { return needs_the_unknown_; }

    void visit(json::value& value) {
        if (json::string* text = value.if_string()) {
            if (auto resolved = resolve(*text)) value = json::value(*resolved);
        } else if (json::array* list = value.if_array()) {
            for (json::value& item : *list) visit(item);
        } else if (json::object* object = value.if_object()) {
            for (auto& member : *object) visit(member.value());
        }
    }

  private:
    /// Nothing where the text stays as it is. What a value has in it is no reference.
    std::optional<std::string> resolve(std::string_view text) {
        std::string resolved;
        bool any = false;
        for (auto begin = text.find(kParameterReference); begin != std::string_view::npos;
             begin = text.find(kParameterReference)) {
            const auto end = text.find(kEnd, begin);
            if (end == std::string_view::npos) break;
            // A placeholder, which has an end like a reference's, is part of the name.
            needs_the_unknown_ |= text.find(kKnownAfterApply, begin) < end;
            const std::string key(text.substr(begin, end - begin).substr(kReference.size()));
            const auto found = values_.find(key);
            if (found == values_.end()) missing_.insert(key);
            resolved += text.substr(0, begin);
            resolved +=
                found == values_.end() ? text.substr(begin, end + kEnd.size() - begin) : found->second;
            text.remove_prefix(end + kEnd.size());
            any = true;
        }
        if (!any) return std::nullopt;
        return resolved + std::string(text);
    }

    const ExternalValues& values_;
    ExternalKeys& missing_;
    bool needs_the_unknown_ = false;
};

}  // namespace

bool has_dynamic_reference(std::string_view text) {
    return text.contains(kReference);
}

Result<> check_dynamic_references(std::string_view text, const std::string& path) {
    for (auto begin = text.find(kReference); begin != std::string_view::npos;
         begin = text.find(kReference, begin + 1)) {
        const std::string_view from = text.substr(begin);
        if (from.starts_with(kParameterReference)) continue;
        const auto end = from.find(kEnd);
        return template_error(
            fmt::format("Template error: dynamic references are offered to ssm only, not {} (at {})",
                        from.substr(0, end == std::string_view::npos ? end : end + kEnd.size()), path));
    }
    return {};
}

Result<> resolve_dynamic_references(json::value& value, const ExternalValues& values, ExternalKeys* missing,
                                    const std::string& path) {
    ExternalKeys unknown;
    Resolver resolver(values, missing == nullptr ? unknown : *missing);
    resolver.visit(value);
    if (resolver.needs_the_unknown()) {
        return template_error(fmt::format(
            "Template error: a dynamic reference cannot depend on what the deployment makes (at {})", path));
    }
    return unknown.empty() ? Result<>() : template_error(no_parameters(unknown));
}

std::string no_parameters(const ExternalKeys& keys) {
    return fmt::format("Parameters: [{}] cannot be found.", fmt::join(keys, ", "));
}

}  // namespace millrace::cloudformation
