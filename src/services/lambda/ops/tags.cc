#include "base/random.h"
#include "services/lambda/errors.h"
#include "services/lambda/function_name.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/mapping_tags.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

/// The function of an ARN: what is tagged is the function as a whole.
aws::Outcome<FunctionPtr> find_tagged(const Core& core, const aws::Scope& scope,
                                      const std::string& resource) {
    const auto reference = resolve_function_name(scope, resource);
    if (reference && !reference->qualifier.empty()) {
        return std::unexpected(invalid_parameter(
            "Tags on function aliases and versions are not supported. Please specify a function ARN."));
    }
    return find_function(core, scope, resource);
}

// Tags are no part of what runs: the processes do not change.
template <class Reply, class Change>
void change_tags(Core& core, const aws::Scope& scope, const std::string& resource, Reply reply,
                 Change change) {
    if (names_mapping(resource)) {
        return change_tags_of_mapping(core, scope, resource, change,
                                      [reply = std::move(reply)](aws::Outcome<void> changed) mutable {
                                          if (!changed) return reply(std::unexpected(changed.error()));
                                          reply(aws::Nothing{});
                                      });
    }
    auto found = find_tagged(core, scope, resource);
    if (!found) return reply(std::unexpected(std::move(found.error())));
    if (auto free = check_no_change_in_progress(core, **found); !free) {
        return reply(std::unexpected(std::move(free.error())));
    }
    Function function = **found;
    change(function.tags);
    function.revision_id = make_uuid(core.random);
    if (auto fits = check_tags(function.tags); !fits) return reply(std::unexpected(std::move(fits.error())));
    core.functions.change_begins(function.scope, function.name);
    core.functions.store(std::make_shared<const Function>(function),
                         [&core, scope = function.scope, name = function.name,
                          reply = std::move(reply)](Result<> result) mutable {
                             core.functions.change_ended(scope, name);
                             if (!result)
                                 return reply(std::unexpected(aws::to_service_error(result.error())));
                             reply(aws::Nothing{});
                         });
}

}  // namespace

void list_tags(Core& core, const aws::RequestContext& context, api::lambda::ListTagsRequest input,
               aws::Reply<api::lambda::ListTags> reply) {
    if (names_mapping(input.resource)) {
        auto tags = tags_of_mapping(core, context.scope, input.resource);
        if (!tags) return reply(std::unexpected(std::move(tags.error())));
        return reply(api::lambda::ListTagsResponse{.tags = std::move(*tags)});
    }
    auto function = find_tagged(core, context.scope, input.resource);
    if (!function) return reply(std::unexpected(std::move(function.error())));
    reply(api::lambda::ListTagsResponse{.tags = (*function)->tags});
}

void tag_resource(Core& core, const aws::RequestContext& context, api::lambda::TagResourceRequest input,
                  aws::Reply<api::lambda::TagResource> reply) {
    if (input.tags.empty()) {
        return reply(
            std::unexpected(invalid_parameter("An error occurred and the request cannot be processed.")));
    }
    if (auto own = check_own_tags(input.tags); !own) return reply(std::unexpected(std::move(own.error())));
    change_tags(core, context.scope, input.resource, std::move(reply), [&](auto& tags) {
        for (auto& [key, value] : input.tags) tags[key] = std::move(value);
    });
}

void untag_resource(Core& core, const aws::RequestContext& context, api::lambda::UntagResourceRequest input,
                    aws::Reply<api::lambda::UntagResource> reply) {
    if (input.tag_keys.empty()) {
        return reply(
            std::unexpected(validation_exception("1 validation error detected: Value null at 'tagKeys' "
                                                 "failed to satisfy constraint: Member must not "
                                                 "be null")));
    }
    if (auto own = check_own_tags(input.tag_keys); !own)
        return reply(std::unexpected(std::move(own.error())));
    change_tags(core, context.scope, input.resource, std::move(reply), [&](auto& tags) {
        for (const std::string& key : input.tag_keys) tags.erase(key);
    });
}

}  // namespace millrace::lambda
