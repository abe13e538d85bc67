#include "services/lambda/ops/revision.h"

#include <memory>
#include <utility>

namespace millrace::lambda {

namespace {

std::shared_ptr<const Alias> alias_of(const Core& core, const Target& target) {
    return core.functions.aliases().newest(target.record_key());
}

FunctionPtr revised(const Function& function, std::string revision) {
    Function copy = function;
    copy.revision_id = std::move(revision);
    return std::make_shared<const Function>(std::move(copy));
}

}  // namespace

std::string revision_of(const Core& core, const Target& target) {
    const auto alias = alias_of(core, target);
    return alias ? alias->revision_id : target.function->revision_id;
}

void renew_revision(Core& core, const Target& target, std::string revision, storage::Done done) {
    if (const auto alias = alias_of(core, target)) {
        Alias changed = *alias;
        changed.revision_id = std::move(revision);
        return core.functions.aliases().put(target.record_key(), std::move(changed), std::move(done));
    }
    const Function& function = *target.function;
    if (core.functions.is_changing(function.scope, function.name)) return done({});
    if (function.is_latest())
        return core.functions.store(revised(function, std::move(revision)), std::move(done));
    core.functions.store(core.functions.find(function.scope, function.name), std::move(done),
                         revised(function, std::move(revision)));
}

}  // namespace millrace::lambda
