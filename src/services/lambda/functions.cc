#include "services/lambda/functions.h"

namespace millrace::lambda {

Result<> Functions::load() {
    for (const auto& [key, value] : catalog_.list(kFunctionsPrefix)) {
        Result<Function> function = function_from_json(value);
        if (!function) return std::unexpected(function.error());
        Key where{function->scope, function->name};
        functions_[std::move(where)] = std::make_shared<const Function>(std::move(*function));
    }
    return {};
}

FunctionPtr Functions::find(const aws::Scope& scope, const std::string& name) const {
    const auto found = functions_.find({scope, name});
    return found == functions_.end() ? nullptr : found->second;
}

std::vector<FunctionPtr> Functions::list(const aws::Scope& scope, const std::string& after) const {
    std::vector<FunctionPtr> functions;
    for (auto it = functions_.upper_bound({scope, after}); it != functions_.end() && it->first.first == scope;
         ++it) {
        functions.push_back(it->second);
    }
    return functions;
}

std::vector<FunctionPtr> Functions::all() const {
    std::vector<FunctionPtr> functions;
    for (const auto& [key, function] : functions_) functions.push_back(function);
    return functions;
}

bool Functions::is_changing(const aws::Scope& scope, const std::string& name) const {
    return changing_.contains({scope, name});
}

void Functions::change_begins(const aws::Scope& scope, const std::string& name) {
    changing_.insert({scope, name});
}
void Functions::change_ended(const aws::Scope& scope, const std::string& name) {
    changing_.erase({scope, name});
}

void Functions::store(FunctionPtr function, storage::Done done) {
    storage::CatalogChange change;
    change.puts.emplace_back(function->catalog_key(), to_json(*function));
    catalog_.commit(std::move(change),
                    [this, function, resets = resets_, done = std::move(done)](Result<> result) mutable {
                        if (result && resets == resets_)
                            functions_[{function->scope, function->name}] = function;
                        done(std::move(result));
                    });
}

void Functions::remove(const aws::Scope& scope, const std::string& name, storage::Done done) {
    storage::CatalogChange change;
    change.erases.push_back(function_catalog_key(scope, name));
    catalog_.commit(std::move(change),
                    [this, key = Key{scope, name}, done = std::move(done)](Result<> result) mutable {
                        if (result) functions_.erase(key);
                        done(std::move(result));
                    });
}

void Functions::clear() {
    functions_.clear();
    changing_.clear();
    ++resets_;
}

}  // namespace millrace::lambda
