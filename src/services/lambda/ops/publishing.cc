#include "services/lambda/ops/publishing.h"

#include <fmt/format.h>

#include "services/lambda/code/unzip.h"
#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

namespace {

using Done = std::move_only_function<void(aws::Outcome<Published>)>;

void commit(Core& core, Function latest, FunctionPtr version, bool is_new, Done done) {
    core.functions.store(
        std::make_shared<const Function>(std::move(latest)),
        [version, is_new, done = std::move(done)](Result<> result) mutable {
            if (!result) return done(std::unexpected(aws::to_service_error(result.error())));
            done(Published{.version = version, .is_new = is_new});
        },
        is_new ? version : nullptr);
}

}  // namespace

aws::ServiceError packing_error(const Error& error) {
    if (error.code != ErrorCode::kResourceExhausted) return code_error(error);
    return invalid_parameter(fmt::format(
        "The code of this machine is too large to be packed: a package may have {} bytes, and {} unpacked.",
        kZippedBytesMax, kUnzippedBytesMax));
}

void store_published(Core& core, Function latest, std::optional<std::string> description, Done done) {
    const CodeReference code = latest.code;
    core.code.freeze(code, [&core, latest = std::move(latest), description = std::move(description),
                            done = std::move(done)](Result<CodeReference> frozen) mutable {
        if (!frozen) return done(std::unexpected(packing_error(frozen.error())));
        Function version = latest;
        version.code = std::move(*frozen);
        const std::vector<FunctionPtr> versions = core.functions.versions(latest.scope, latest.name);
        if (!versions.empty() && is_same_content(*versions.back(), version)) {
            return commit(core, std::move(latest), versions.back(), false, std::move(done));
        }
        version.version = fmt::format("{}", ++latest.versions_published);
        latest.revision_id = make_uuid(core.random);
        version.revision_id = make_uuid(core.random);
        version.description_at_publishing = latest.description;
        version.published = core.clock.now();
        version.tags.clear();
        if (description) version.description = std::move(*description);
        commit(core, std::move(latest), std::make_shared<const Function>(std::move(version)), true,
               std::move(done));
    });
}

}  // namespace millrace::lambda
