#include <fmt/format.h>

#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"
#include "services/lambda/ops/publishing.h"

namespace millrace::lambda {

namespace {

aws::Outcome<void> check(const Core& core, const Function& latest,
                         const api::lambda::PublishVersionRequest& input) {
    if (input.publish_to) return std::unexpected(not_offered("PublishTo"));
    if (input.revision_id && *input.revision_id != latest.revision_id)
        return std::unexpected(stale_revision());
    if (input.code_sha256 && *input.code_sha256 != latest.code.code_sha256) {
        return std::unexpected(invalid_parameter(
            fmt::format("CodeSHA256 ({}) is different from current CodeSHA256 in $LATEST ({}). Please try "
                        "again with the CodeSHA256 in $LATEST.",
                        *input.code_sha256, latest.code.code_sha256)));
    }
    return check_no_change_in_progress(core, latest);
}

}  // namespace

void publish(Core& core, const aws::Scope& scope, api::lambda::PublishVersionRequest input,
             std::move_only_function<void(aws::Outcome<Published>)> done) {
    auto found = find_function(core, scope, input.function_name);
    if (!found) return done(std::unexpected(std::move(found.error())));
    const FunctionPtr latest = std::move(*found);
    if (auto checked = check(core, *latest, input); !checked) {
        return done(std::unexpected(std::move(checked.error())));
    }
    core.functions.change_begins(latest->scope, latest->name);
    store_published(core, *latest, std::move(input.description),
                    [&core, latest, done = std::move(done)](aws::Outcome<Published> published) mutable {
                        core.functions.change_ended(latest->scope, latest->name);
                        done(std::move(published));
                    });
}

void publish_version(Core& core, const aws::RequestContext& context, api::lambda::PublishVersionRequest input,
                     aws::Reply<api::lambda::PublishVersion> reply) {
    publish(core, context.scope, std::move(input),
            [reply = std::move(reply)](aws::Outcome<Published> published) mutable {
                if (!published) return reply(std::unexpected(std::move(published.error())));
                reply(describe(*published->version));
            });
}

}  // namespace millrace::lambda
