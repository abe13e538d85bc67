#include "services/ssm/parameters.h"

#include <utility>

#include "services/ssm/errors.h"
#include "services/ssm/limits.h"

namespace millrace::ssm {

Result<> Parameters::load() {
    for (const auto& [key, value] : dependencies_.catalog.list(kParameterPrefix)) {
        auto parameter = parse_parameter(key, value);
        if (!parameter) return std::unexpected(std::move(parameter.error()));
        auto& place = parameters_[parameter->scope][parameter->name];
        place = std::move(*parameter);
    }
    return {};
}

const Parameters::ByName& Parameters::of(const aws::Scope& scope) const {
    static const ByName none;
    const auto found = parameters_.find(scope);
    return found == parameters_.end() ? none : found->second;
}

const Parameter* Parameters::find(const aws::Scope& scope, std::string_view name) const {
    const ByName& all = of(scope);
    const auto found = all.find(name);
    return found == all.end() ? nullptr : &found->second;
}

Parameters::Changes::Change Parameters::put(Parameter parameter) {
    storage::CatalogChange catalog{
        .puts = {{catalog_key(parameter.scope, parameter.name), to_catalog_value(parameter)}}};
    return {std::move(catalog), [this, parameter = std::move(parameter)]() mutable {
                auto& place = parameters_[parameter.scope][parameter.name];
                place = std::move(parameter);
            }};
}

void Parameters::create(Parameter parameter, Answer answer) {
    changes_.run(
        [this, parameter = std::move(parameter)]() mutable -> aws::Outcome<Changes::Change> {
            if (find(parameter.scope, parameter.name) != nullptr) return std::unexpected(already_exists());
            if (of(parameter.scope).size() >= kParametersMax) return std::unexpected(too_many_parameters());
            return put(std::move(parameter));
        },
        std::move(answer));
}

void Parameters::replace(aws::Scope scope, std::string name, Edit edit, Answer answer) {
    const WallTime now = clock().now();
    this->edit(
        std::move(scope), std::move(name),
        [edit = std::move(edit), now](Parameter& parameter) mutable {
            ++parameter.version;
            parameter.modified = now;
            return edit(parameter);
        },
        std::move(answer));
}

void Parameters::edit(aws::Scope scope, std::string name, Edit edit, Answer answer) {
    changes_.run(
        [this, scope = std::move(scope), name = std::move(name),
         edit = std::move(edit)]() mutable -> aws::Outcome<Changes::Change> {
            const Parameter* there = find(scope, name);
            if (there == nullptr) return std::unexpected(parameter_not_found(name));
            Parameter edited = *there;
            if (auto good = edit(edited); !good) return std::unexpected(std::move(good.error()));
            return put(std::move(edited));
        },
        std::move(answer));
}

void Parameters::remove(aws::Scope scope, std::vector<std::string> names, Answer answer) {
    changes_.run(
        [this, scope = std::move(scope),
         names = std::move(names)]() mutable -> aws::Outcome<Changes::Change> {
            std::erase_if(names, [&](const std::string& name) { return find(scope, name) == nullptr; });
            if (names.empty()) return std::unexpected(parameter_not_found({}));
            storage::CatalogChange catalog;
            for (const std::string& name : names) catalog.erases.push_back(catalog_key(scope, name));
            return Changes::Change{std::move(catalog), [this, scope, names = std::move(names)] {
                                       for (const std::string& name : names) parameters_[scope].erase(name);
                                   }};
        },
        std::move(answer));
}

void Parameters::reset() {
    parameters_.clear();
    changes_.clear();
}

}  // namespace millrace::ssm
