#include "services/cloudformation/ops/template_fetch.h"

#include <fmt/format.h>

#include "ports/object_url.h"
#include "services/cloudformation/errors.h"
#include "services/cloudformation/stacks.h"

namespace millrace::cloudformation {

namespace {

/// As AWS tells what S3 answered.
aws::ServiceError s3_error(const aws::ServiceError& error) {
    if (error.code == "EntityTooLarge") {
        return validation_error(
            fmt::format("Template may not exceed {} bytes in size.", kTemplateUrlBytesMax));
    }
    return validation_error(
        fmt::format("S3 error: {}\nFor more information check "
                    "http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
                    error.message));
}

}  // namespace

void fetch_template(const Stacks& stacks, const aws::Scope& scope, std::optional<std::string> body,
                    const std::optional<std::string>& url,
                    std::move_only_function<void(aws::Outcome<std::optional<std::string>>)> done) {
    if (body && url) {
        return done(std::unexpected(
            validation_error("You must specify either Template URL or Template Body, not both.")));
    }
    if (body && body->size() > kTemplateBodyBytesMax) {
        return done(std::unexpected(validation_error(fmt::format(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must "
            "have length less than or equal to {}",
            kTemplateBodyBytesMax))));
    }
    if (!url) return done(std::move(body));
    auto address = ports::parse_object_url(*url);
    if (!address) return done(std::unexpected(validation_error("TemplateURL must be a supported URL.")));
    stacks.objects().read(scope, std::move(*address), kTemplateUrlBytesMax,
                          [done = std::move(done)](aws::Outcome<ports::ObjectContent> read) mutable {
                              if (!read) return done(std::unexpected(s3_error(read.error())));
                              done(std::move(read->bytes));
                          });
}

}  // namespace millrace::cloudformation
