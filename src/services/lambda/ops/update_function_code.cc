#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"
#include "services/lambda/ops/operations.h"

namespace millrace::lambda {

namespace {

aws::Outcome<void> check(const Core& core, const Function& function,
                         const api::lambda::UpdateFunctionCodeRequest& input) {
    if (input.publish_to) return std::unexpected(not_offered("PublishTo"));
    if (input.source_kms_key_arn) return std::unexpected(not_offered("SourceKMSKeyArn"));
    if (input.s3_object_storage_mode == "REFERENCE")
        return std::unexpected(not_offered("S3ObjectStorageMode REFERENCE"));
    if (input.revision_id && *input.revision_id != function.revision_id) {
        return std::unexpected(stale_revision());
    }
    return check_no_change_in_progress(core, function);
}

}  // namespace

void update_function_code(Core& core, const aws::RequestContext& context,
                          api::lambda::UpdateFunctionCodeRequest input,
                          aws::Reply<api::lambda::UpdateFunctionCode> reply) {
    auto found = find_function(core, context.scope, input.function_name);
    if (!found) return reply(std::unexpected(std::move(found.error())));
    const FunctionPtr before = std::move(*found);
    if (auto checked = check(core, *before, input); !checked) {
        return reply(std::unexpected(std::move(checked.error())));
    }
    CodeSource source{.zip_file = std::move(input.zip_file),
                      .s3_bucket = std::move(input.s3_bucket),
                      .s3_key = std::move(input.s3_key),
                      .s3_object_version = std::move(input.s3_object_version),
                      .image_uri = std::move(input.image_uri)};
    core.functions.change_begins(before->scope, before->name);
    take_code(core, context.scope, std::move(source),
              [&core, before, dry_run = input.dry_run.value_or(false),
               publish = input.publish.value_or(false), architectures = std::move(input.architectures),
               reply = std::move(reply)](aws::Outcome<CodeReference> code) mutable {
                  if (!code) {
                      core.functions.change_ended(before->scope, before->name);
                      return reply(std::unexpected(std::move(code.error())));
                  }
                  Function function = *before;
                  function.code = std::move(*code);
                  if (architectures && !architectures->empty())
                      function.architectures = std::move(*architectures);
                  if (dry_run) {
                      core.functions.change_ended(before->scope, before->name);
                      return reply(describe(function));
                  }
                  store_changed(core, std::move(function), std::move(reply), publish);
              });
}

}  // namespace millrace::lambda
