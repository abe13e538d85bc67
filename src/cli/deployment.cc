#include "cli/deployment.h"

#include "base/ascii.h"
#include "cli/deployment_advice.h"
#include "cli/deployment_progress.h"
#include "cli/stack.h"
#include "cli/stack_view.h"
#include "cli/template_bucket.h"
#include "cli/template_package.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::cli {
namespace {

using codec::Json;

/// What a request may hold of a template. By its URL it may have 1 MiB.
constexpr std::size_t kTemplateBodyBytesMax = 51'200;

Result<> add_template(codec::Form& input, const std::string& body, TemplateBucket& bucket) {
    if (body.size() <= kTemplateBodyBytesMax) {
        input.emplace_back("TemplateBody", body);
        return {};
    }
    auto url = bucket.keep(body);
    if (!url) return std::unexpected(std::move(url.error()));
    input.emplace_back("TemplateURL", std::move(*url));
    return {};
}

/// What CloudFormation demands to be told before it touches roles: whoever deploys to their own machine
/// agrees.
void add_capabilities(codec::Form& input) {
    input.emplace_back("Capabilities.member.1", "CAPABILITY_IAM");
    input.emplace_back("Capabilities.member.2", "CAPABILITY_NAMED_IAM");
    input.emplace_back("Capabilities.member.3", "CAPABILITY_AUTO_EXPAND");
}

void add_parameters(codec::Form& input, const DeployRequest& request, const PackagedTemplate& package,
                    const Json* stack) {
    int number = 0;
    const auto add = [&](const std::string& name, const std::string& member, const std::string& value) {
        const std::string prefix = "Parameters.member." + std::to_string(++number) + ".";
        input.emplace_back(prefix + "ParameterKey", name);
        input.emplace_back(prefix + member, value);
    };
    for (const auto& [name, value] : request.parameters) add(name, "ParameterValue", value);
    if (!stack) return;
    for (const Json& parameter : list_at(*stack, "Parameters")) {
        const std::string name = text_at(parameter, "ParameterKey");
        if (package.parameters.contains(name) && !request.parameters.contains(name))
            add(name, "UsePreviousValue", "true");
    }
}

/// Such a stack can only be deleted.
bool is_wreck(std::string_view status) {
    return status == "ROLLBACK_FAILED" || status == "DELETE_FAILED";
}

int finish(Session& session, const StackWatch& watch, const Json& stack, bool good) {
    const std::string status = text_at(stack, "StackStatus");
    if (session.options.json) session.console.line(codec::to_json(stack));
    if (!good) {
        const std::string& reason = watch.first_failure();
        return session.fail("stack " + text_at(stack, "StackName") + " ended in " + status +
                            (reason.empty() ? "" : ": " + without_controls(reason)));
    }
    const bool is_there = status != "DELETE_COMPLETE";
    if (is_there && !session.options.json) show_outputs(session.console, stack);
    return 0;
}

/// Shows the operation to people, in the way that suits the console.
Answer<Json> follow(Session& session, StackWatch& watch, const std::string& stack_id,
                    bool shares_terminal = false) {
    if (session.options.json) return watch.follow(stack_id, nullptr);
    const bool draws = !shares_terminal && can_draw(session.console);
    const auto progress = draws ? make_live_tree(session.console) : make_event_lines(session.console);
    return watch.follow(stack_id, progress.get());
}

/// What the template retains of a stack whose creation was rolled back; all else is gone.
Answer<std::string> kept_resources(Session& session, const std::string& stack_name) {
    const auto resources = list_resources(session.api, stack_name);
    if (!resources) return std::unexpected(resources.error());
    std::string names;
    for (const Json& resource : *resources) {
        if (text_at(resource, "ResourceStatus") != "DELETE_SKIPPED") continue;
        names += (names.empty() ? "" : ", ") + text_at(resource, "LogicalResourceId");
    }
    return names;
}

/// Deletes a stack whose creation failed and was rolled back.
Answer<void> remove_wreck(Session& session, const Json& stack) {
    const std::string name = text_at(stack, "StackName");
    if (!session.options.json)
        session.console.line("stack " + name + " is in ROLLBACK_COMPLETE: it is deleted first");
    const std::string id = text_at(stack, "StackId");
    auto watch = StackWatch::from_now(session.api, id);
    if (!watch) return std::unexpected(watch.error());
    const auto started = session.api.cloudformation("DeleteStack", {{"StackName", name}});
    if (!started) return std::unexpected(started.error());
    const auto gone = watch->follow(id, nullptr);
    if (!gone) return std::unexpected(gone.error());
    return {};
}

}  // namespace

Result<> DeployRequest::set_parameters(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == 0 || equals == std::string::npos) {
            return fail(ErrorCode::kInvalidArgument, "--parameter takes KEY=VALUE, not \"" + text + "\"");
        }
        parameters[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return {};
}

std::string default_stack_name(const std::string& template_path) {
    constexpr std::size_t kStackNameCharactersMax = 128;
    const auto is_letter = [](char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto continues_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
    const std::string file = template_path.substr(template_path.rfind('/') + 1);
    std::string name;
    for (const char c : file.substr(0, file.find('.'))) {
        if (is_letter(c) || is_digit(c))
            name += c;
        else if (!continues_character(c))
            name += '-';
    }
    if (name.empty() || !is_letter(name.front())) name.insert(0, "stack-");
    return name.substr(0, kStackNameCharactersMax);
}

int deploy(Session& session, const DeployRequest& request) {
    files::PosixFileSystem files;
    TemplateBucket bucket(session.api);
    const auto package = package_template(
        files, request.template_path,
        {.keep = [&](const std::string& body) { return bucket.keep(body); }, .reads = request.reads});
    if (!package) return session.fail(package.error());
    for (const auto& [name, value] : request.parameters) {
        if (!package->parameters.contains(name)) return session.fail("the template has no parameter " + name);
    }

    auto before = describe_stack(session.api, request.stack_name);
    if (!before && !is_missing_stack(before.error())) return session.fail(before.error());
    if (before && text_at(*before, "StackStatus") == "ROLLBACK_COMPLETE") {
        const auto kept = kept_resources(session, request.stack_name);
        if (!kept) return session.fail(kept.error());
        if (!kept->empty()) {
            return session.fail("stack " + request.stack_name + " is in ROLLBACK_COMPLETE and keeps " +
                                *kept + ", which its template retains: millrace destroy " +
                                request.stack_name + ", and remove or import them");
        }
        if (auto removed = remove_wreck(session, *before); !removed) return session.fail(removed.error());
        before = std::unexpected(ApiError{});
    }
    const bool update = before && text_at(*before, "StackStatus") != "REVIEW_IN_PROGRESS";
    if (update && is_wreck(text_at(*before, "StackStatus"))) {
        return session.fail("stack " + request.stack_name + " is in " + text_at(*before, "StackStatus") +
                            " and can only be deleted: millrace destroy " + request.stack_name);
    }
    auto watch = StackWatch::from_start(session.api);
    if (before) {
        auto from_now = StackWatch::from_now(session.api, request.stack_name);
        if (!from_now) return session.fail(from_now.error());
        watch = std::move(*from_now);
    }

    codec::Form input{{"StackName", request.stack_name}};
    if (auto added = add_template(input, package->body, bucket); !added) return session.fail(added.error());
    add_capabilities(input);
    add_parameters(input, request, *package, update ? &*before : nullptr);
    const auto started = session.api.cloudformation(update ? "UpdateStack" : "CreateStack", std::move(input));
    if (!started && started.error().message.find("No updates are to be performed") != std::string::npos) {
        if (!session.options.json) session.console.line("stack " + request.stack_name + " is up to date");
        return finish(session, watch, *before, true);
    }
    if (!started) {
        return session.fail(with_advice(started.error().message));
    }

    const auto stack = follow(session, watch, text_at(*started, "StackId"), request.shares_terminal);
    if (!stack) return session.fail(stack.error());
    const std::string status = text_at(*stack, "StackStatus");
    return finish(session, watch, *stack, status == "CREATE_COMPLETE" || status == "UPDATE_COMPLETE");
}

int destroy(Session& session, const std::string& stack_name) {
    const auto before = find_stack(session.api, stack_name);
    if (!before) return session.fail(before.error());
    const std::string id = text_at(*before, "StackId");
    auto watch = StackWatch::from_now(session.api, id);
    if (!watch) return session.fail(watch.error());
    const auto started = session.api.cloudformation("DeleteStack", {{"StackName", stack_name}});
    if (!started) return session.fail(started.error());
    const auto stack = follow(session, *watch, id);
    if (!stack) return session.fail(stack.error());
    return finish(session, *watch, *stack, text_at(*stack, "StackStatus") == "DELETE_COMPLETE");
}

}  // namespace millrace::cli
