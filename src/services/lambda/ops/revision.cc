#include "services/lambda/ops/revision.h"

#include <memory>
#include <utility>

#include "services/lambda/function_name.h"

namespace millrace::lambda {

namespace {

/// Whether an alias was named; else the function or one of its versions.
bool names_alias(const Target& target) {
    const std::string& qualifier = target.reference.qualifier;
    return !qualifier.empty() && qualifier != kLatestVersion && !is_version_number(qualifier);
}

FunctionPtr revised(const Function& function, std::string revision) {
    Function copy = function;
    copy.revision_id = std::move(revision);
    return std::make_shared<const Function>(std::move(copy));
}

void renew_alias(Core& core, const std::string& key, std::string revision, storage::Done done) {
    const auto alias = core.functions.aliases().newest(key);
    if (!alias) return done({});
    Alias changed = *alias;
    changed.revision_id = std::move(revision);
    core.functions.aliases().put(key, std::move(changed), std::move(done));
}

}  // namespace

std::string revision_of(const Core& core, const Target& target) {
    const auto alias = names_alias(target) ? core.functions.aliases().newest(target.record_key()) : nullptr;
    return alias ? alias->revision_id : target.function->revision_id;
}

// As it is by now, and not as it was found: meanwhile it may have been changed or deleted.
void renew_revision(Core& core, const Target& target, std::string revision, storage::Done done) {
    if (names_alias(target))
        return renew_alias(core, target.record_key(), std::move(revision), std::move(done));
    const aws::Scope& scope = target.function->scope;
    const std::string& name = target.function->name;
    const FunctionPtr latest = core.functions.find(scope, name);
    const FunctionPtr named = core.functions.find(scope, name, target.reference.qualifier);
    if (!latest || !named || core.functions.is_changing(scope, name)) return done({});
    if (named->is_latest())
        return core.functions.store(revised(*named, std::move(revision)), std::move(done));
    core.functions.store(latest, std::move(done), revised(*named, std::move(revision)));
}

}  // namespace millrace::lambda
