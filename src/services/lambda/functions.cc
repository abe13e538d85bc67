#include "services/lambda/functions.h"

#include <algorithm>
#include <fmt/format.h>

namespace millrace::lambda {

std::string record_prefix(const aws::Scope& scope, std::string_view name) {
    return fmt::format("{}/{}/{}/", scope.account, scope.region, name);
}

std::string record_key(const aws::Scope& scope, std::string_view name, std::string_view qualifier) {
    return record_prefix(scope, name) + std::string(qualifier);
}

Functions::Functions(storage::Catalog& catalog)
    : catalog_(catalog), versions_(catalog, kVersionsPrefix), aliases_(catalog, "lambda/aliases/") {
    join(versions_);
    join(aliases_);
}

Result<> Functions::load() {
    for (AnyRecordTable* table : tables_) {
        if (Result<> loaded = table->load(); !loaded) return loaded;
    }
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

FunctionPtr Functions::find(const aws::Scope& scope, const std::string& name,
                            const std::string& qualifier) const {
    if (qualifier.empty() || qualifier == kLatestVersion) return find(scope, name);
    const std::string key = record_key(scope, name, qualifier);
    if (const auto alias = aliases_.find(key)) return find(scope, name, alias->version);
    return versions_.find(key);
}

FunctionPtr Functions::find_qualified(const aws::Scope& scope, const std::string& name) const {
    const std::size_t colon = name.find(':');
    if (colon == std::string::npos) return find(scope, name);
    return find(scope, name.substr(0, colon), name.substr(colon + 1));
}

FunctionPtr Functions::route(const aws::Scope& scope, const std::string& name, const std::string& qualifier,
                             std::uint64_t roll) const {
    constexpr double kRolls = 1ULL << 53;
    const auto alias = aliases_.find(record_key(scope, name, qualifier));
    if (!alias) return find(scope, name, qualifier);
    return find(scope, name, pick_version(*alias, static_cast<double>(roll >> 11) / kRolls));
}

std::vector<FunctionPtr> Functions::versions(const aws::Scope& scope, const std::string& name) const {
    std::vector<FunctionPtr> versions;
    for (const auto& [key, version] : versions_.list(record_prefix(scope, name))) versions.push_back(version);
    // Numbers without leading zeros.
    std::ranges::sort(versions, {}, [](const FunctionPtr& version) {
        return std::pair(version->version.size(), version->version);
    });
    return versions;
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
    for (const auto& [key, version] : versions_.list()) functions.push_back(version);
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

void Functions::store(FunctionPtr function, storage::Done done, FunctionPtr version) {
    storage::CatalogChange change;
    change.puts.emplace_back(function_catalog_key(function->scope, function->name), to_json(*function));
    auto stored = [this, function, resets = resets_, done = std::move(done)](Result<> result) mutable {
        if (result && resets == resets_) functions_[{function->scope, function->name}] = function;
        done(std::move(result));
    };
    if (!version) return catalog_.commit(std::move(change), std::move(stored));
    versions_.put(record_key(version->scope, version->name, version->version), *version, std::move(change),
                  std::move(stored));
}

void Functions::remove(const aws::Scope& scope, const std::string& name, storage::Done done) {
    storage::CatalogChange change;
    change.erases.push_back(function_catalog_key(scope, name));
    const std::string prefix = record_prefix(scope, name);
    remove(
        std::move(change), [prefix](std::string_view key) { return key.starts_with(prefix); },
        [this, key = Key{scope, name}, done = std::move(done)](Result<> result) mutable {
            if (result) functions_.erase(key);
            done(std::move(result));
        });
}

void Functions::remove_qualified(const aws::Scope& scope, const std::string& name,
                                 const std::string& qualifier, storage::Done done) {
    const std::string own = record_key(scope, name, qualifier);
    remove({}, [own](std::string_view key) { return key == own; }, std::move(done));
}

void Functions::remove(storage::CatalogChange change, AnyRecordTable::Which which, storage::Done done) {
    for (const AnyRecordTable* table : tables_) table->erase(which, change);
    catalog_.commit(std::move(change), [this, which = std::move(which), resets = resets_,
                                        done = std::move(done)](Result<> result) mutable {
        if (result && resets == resets_) {
            for (AnyRecordTable* table : tables_) table->forget(which);
        }
        done(std::move(result));
    });
}

void Functions::clear() {
    functions_.clear();
    for (AnyRecordTable* table : tables_) table->clear();
    changing_.clear();
    ++resets_;
}

}  // namespace millrace::lambda
