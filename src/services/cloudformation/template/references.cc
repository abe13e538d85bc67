#include "services/cloudformation/template/references.h"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include "services/cloudformation/template/dynamic_references.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

class Collector {
  public:
    Collector(Block block, const ConditionValues* conditions) : block_(block), conditions_(conditions) {}

    Result<> visit(const json::value& value, const std::string& path) {
        if (value.is_array()) return visit_list(value.get_array(), path);
        if (value.is_object()) return visit_object(value.get_object(), path);
        return value.is_string() ? visit_text(value.get_string(), path) : Result<>();
    }

    std::vector<Reference> take() { return std::move(found_); }

  private:
    Result<> visit_text(std::string_view text, const std::string& path) {
        if (!has_dynamic_reference(text)) return {};
        if (block_ == Block::kValues) {
            add(Reference::Kind::kDynamic, text, {}, path);
            return {};
        }
        return template_error(
            fmt::format("Template error: dynamic references belong into properties and "
                        "outputs, not {} (at {})",
                        text, path));
    }

    Result<> visit_list(const json::array& list, const std::string& path) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (auto visited = visit(list[i], join_path(path, fmt::to_string(i))); !visited) return visited;
        }
        return {};
    }

    Result<> visit_object(const json::object& object, const std::string& path) {
        auto call = function_call(object, block_, path);
        if (!call) return std::unexpected(call.error());
        if (*call) return visit_call(**call, path);
        for (const auto& [name, value] : object) {
            if (auto visited = visit(value, join_path(path, name)); !visited) return visited;
        }
        return {};
    }

    Result<> visit_call(const FunctionCall& call, const std::string& path) {
        switch (call.function) {
            case Function::kRef:
                add(Reference::Kind::kRef, call.argument.get_string(), {}, path);
                return {};
            case Function::kGetAtt: {
                const GetAttTarget target = *get_att_target(call.argument);
                add(Reference::Kind::kGetAtt, target.logical_id, target.attribute, path);
                if (!target.parameter.empty()) add(Reference::Kind::kRef, target.parameter, {}, path);
                return {};
            }
            case Function::kCondition:
                add(Reference::Kind::kCondition, call.argument.get_string(), {}, path);
                return {};
            case Function::kSub:
                return visit_sub(sub_arguments(call.argument), path);
            case Function::kIf:
                return visit_if(call.argument.get_array(), path);
            case Function::kImportValue:
                return visit_import(call.argument, path);
            case Function::kGetAZs:
                if (in_import_) return wrong_import(path);
                return visit(call.argument, path);
            case Function::kFindInMap:
                // With a default, the mapping need not be there.
                if (const json::value& name = call.argument.get_array()[0];
                    name.is_string() && default_of_find_in_map(call.argument.get_array()) == nullptr) {
                    add(Reference::Kind::kMapping, name.get_string(), {}, path);
                }
                return visit_list(call.argument.get_array(), path);
            default:
                return visit(call.argument, path);
        }
    }

    Result<> visit_import(const json::value& argument, const std::string& path) {
        if (in_import_) return wrong_import(path);
        in_import_ = true;
        auto visited = visit(argument, path);
        in_import_ = false;
        return visited;
    }

    static std::unexpected<Error> wrong_import(const std::string& path) {
        return template_error(fmt::format("{} (at {})", kImportComplaint, path));
    }

    Result<> visit_sub(const SubArguments& sub, const std::string& path) {
        auto parts = parse_sub(sub.text);
        if (!parts) return template_error(fmt::format("{} (at {})", parts.error().message, path));
        if (auto visited = visit_text(sub.text, path); !visited) return visited;
        for (const SubPart& part : *parts) {
            if (!part.variable || (sub.variables != nullptr && sub.variables->contains(part.text))) continue;
            const GetAttTarget target = split_get_att(part.text);
            const auto kind = target.attribute.empty() ? Reference::Kind::kRef : Reference::Kind::kGetAtt;
            add(kind, target.logical_id, target.attribute, path);
        }
        if (sub.variables == nullptr) return {};
        for (const auto& [name, value] : *sub.variables) {
            if (auto visited = visit(value, join_path(path, name)); !visited) return visited;
        }
        return {};
    }

    Result<> visit_if(const json::array& arguments, const std::string& path) {
        const std::string name(arguments[0].get_string());
        add(Reference::Kind::kCondition, name, {}, path);
        const auto known =
            conditions_ == nullptr ? ConditionValues::const_iterator() : conditions_->find(name);
        if (conditions_ != nullptr && known != conditions_->end()) {
            return visit(arguments[known->second ? 1 : 2], path);
        }
        if (auto visited = visit(arguments[1], path); !visited) return visited;
        return visit(arguments[2], path);
    }

    void add(Reference::Kind kind, std::string_view target, std::string_view attribute,
             const std::string& path) {
        found_.push_back({kind, std::string(target), std::string(attribute), path, in_import_});
    }

    Block block_;
    const ConditionValues* conditions_;
    std::vector<Reference> found_;
    bool in_import_ = false;
};

}  // namespace

Result<std::vector<Reference>> collect_references(const json::value& value, Block block, std::string path,
                                                  const ConditionValues* conditions) {
    Collector collector(block, conditions);
    if (auto visited = collector.visit(value, path); !visited) return std::unexpected(visited.error());
    return collector.take();
}

}  // namespace millrace::cloudformation
