#include "services/cloudformation/service_fixture.h"

#include <fmt/format.h>

#include "services/cloudformation/template/test_types.h"

namespace millrace::cloudformation {

namespace {

constexpr std::string_view kCallbackUrl = "http://127.0.0.1:4566/_millrace/cloudformation/";

}  // namespace

std::vector<ports::ResourceTypeModel> FakeProvider::resource_types() const {
    auto models = pipeline_type_models();
    for (ports::ResourceTypeModel& model : models) model.readable = model.type == "AWS::SQS::Queue";
    return models;
}

void FakeProvider::read(ports::ResourceRequest request, std::string physical_id, ports::ResourceRead done) {
    answer("read " + request.logical_id, [this, physical_id, done = std::move(done)](bool good) mutable {
        if (!good) return done(std::unexpected(aws::ServiceError{"InternalFailure", "cannot look"}));
        const auto found = existing.find(physical_id);
        if (found == existing.end()) return done(std::nullopt);
        done(found->second);
    });
}

void FakeProvider::answer(std::string call, std::move_only_function<void(bool good)> done) {
    calls.push_back(call);
    if (silent.contains(call)) return;
    const bool good = !failing.contains(call);
    if (answers_at_once) return done(good);
    waiting_.push_back([good, done = std::move(done)]() mutable { done(good); });
}

void FakeProvider::create(ports::ResourceRequest request, ports::ResourceDone done) {
    requests.push_back(request);
    answer("create " + request.logical_id, [this, request, done = std::move(done)](bool good) mutable {
        if (!good) return done(std::unexpected(aws::ServiceError{"LimitExceeded", "no more of these"}));
        const auto* given = request.properties.if_contains("QueueName");
        const std::string id = given == nullptr ? request.generated_name : std::string(given->as_string());
        if (existing.contains(id))
            return done(std::unexpected(aws::ServiceError{"AlreadyExists", id + " already exists"}));
        existing[id] = request.properties;
        made_[id] = request.begun;
        ports::Resource made{id, {}};
        for (const auto& model : resource_types()) {
            if (model.type != request.type) continue;
            for (const std::string& attribute : model.attributes)
                made.attributes[attribute] = attribute + ":" + id;
        }
        if (!loses_answers.contains("create " + request.logical_id)) done(std::move(made));
    });
}

void FakeProvider::update(ports::ResourceRequest request, std::string physical_id,
                          boost::json::object previous, ports::ResourceDone done) {
    answer("update " + request.logical_id, [this, request, physical_id, previous = std::move(previous),
                                            done = std::move(done)](bool good) mutable {
        if (!good) return done(std::unexpected(aws::ServiceError{"InvalidRequest", "cannot change"}));
        for (const auto& [name, value] : request.properties) {  // as services do: what has changed
            const auto* before = previous.if_contains(name);
            if (before == nullptr || *before != value) existing[physical_id][name] = value;
        }
        if (loses_answers.contains("update " + request.logical_id)) return;
        done(ports::Resource{physical_id, {{"Arn", "Arn:" + physical_id}}});
    });
}

void FakeProvider::remove(ports::ResourceRequest request, std::string physical_id,
                          ports::ResourceRemoved done) {
    answer("remove " + request.logical_id,
           [this, request, physical_id, done = std::move(done)](bool good) mutable {
               if (!good)
                   return done(std::unexpected(aws::ServiceError{"GeneralServiceException", "still in use"}));
               existing.erase(physical_id);
               done({});
           });
}

std::string FakeProvider::find_unanswered(const ports::ResourceRequest& request) const {
    if (!request.properties.contains("QueueName")) return request.generated_name;
    std::string id = ports::name_in(request, "QueueName");
    const auto made = made_.find(id);
    const bool made_since = made != made_.end() && made->second >= request.begun;
    return made_since && existing.contains(id) ? id : std::string();
}

void FakeFunctions::accept(const aws::Scope&, const std::string& function_arn, std::string payload,
                           std::move_only_function<void(aws::Outcome<void>)> done) {
    if (missing.contains(function_arn)) {
        return done(std::unexpected(
            aws::ServiceError{"ResourceNotFoundException", "Function not found: " + function_arn, 404}));
    }
    events.push_back({function_arn, codec::parse_json(payload)->as_object()});
    if (!silent) done({});
}

void FakeObjects::read(const aws::Scope&, ports::ObjectAddress address, std::size_t bytes_max,
                       ReadDone done) {
    const auto found = objects.find(address.bucket + "/" + address.key);
    aws::Outcome<ports::ObjectContent> answer;
    if (found == objects.end()) {
        answer = std::unexpected(aws::ServiceError{"NoSuchKey", "The specified key does not exist.", 404});
    } else if (found->second.size() > bytes_max) {
        answer = std::unexpected(aws::ServiceError{"EntityTooLarge", "The object is too large."});
    } else {
        answer->bytes = found->second;
    }
    if (answers_at_once) return done(std::move(answer));
    waiting_.push_back(
        [answer = std::move(answer), done = std::move(done)]() mutable { done(std::move(answer)); });
}

void FakeObjects::answer_waiting() {
    for (auto& answer : std::exchange(waiting_, {})) answer();
}

std::string ServiceFixture::put(std::string_view url, std::string_view body) {
    EXPECT_TRUE(url.starts_with(kCallbackUrl)) << url;
    std::string answer = "no answer";
    service_->take_callback(url.substr(kCallbackUrl.size()), std::string(body),
                            [&](Result<> taken) { answer = taken ? "200" : taken.error().message; });
    executor_.run_ready();
    return answer;
}

void FakeProvider::answer_waiting() {
    while (!waiting_.empty()) {
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        next();
    }
}

void ServiceFixture::restart() {
    service_.reset();
    registry_ = std::make_unique<aws::Registry>();
    catalog_.reset();
    storage::LogCatalog::open(store_, clock_, [&](Result<std::unique_ptr<storage::LogCatalog>> opened) {
        ASSERT_TRUE(opened) << opened.error().message;
        catalog_ = std::move(*opened);
    });
    executor_.run_ready();
    auto service = Service::open({executor_,
                                  clock_,
                                  random_,
                                  *catalog_,
                                  {&provider_},
                                  functions_,
                                  objects_,
                                  parameters_,
                                  std::string(kCallbackUrl),
                                  allow_unknown_types_,
                                  Milliseconds{0}});
    ASSERT_TRUE(service) << service.error().message;
    service_ = std::move(*service);
    service_->register_operations(*registry_);
    executor_.run_ready();
}

codec::JsonObject ServiceFixture::ok(std::string_view operation, const codec::JsonObject& input) {
    auto call = aws::testing::start(*registry_, operation, codec::to_json(input));
    executor_.run_ready();
    if (!call->has_value() || (*call)->status != 200) {
        ADD_FAILURE() << operation << ": " << (call->has_value() ? (*call)->body : "no answer");
        return {};
    }
    auto body = codec::parse_json((*call)->body);
    return body && body->is_object() ? body->get_object() : codec::JsonObject();
}

std::string ServiceFixture::error(std::string_view operation, const codec::JsonObject& input) {
    auto call = aws::testing::start(*registry_, operation, codec::to_json(input));
    executor_.run_ready();
    if (!call->has_value()) return "no answer";
    if ((*call)->status == 200) return "200";
    const codec::JsonObject body = codec::parse_json((*call)->body)->as_object();
    const auto* message = body.if_contains("message");
    return fmt::format("{}: {}", std::string_view(body.at("__type").as_string()),
                       message == nullptr ? std::string_view() : std::string_view(message->as_string()));
}

std::string ServiceFixture::create(std::string_view body, codec::JsonObject more) {
    more["StackName"] = "pipe";
    more["TemplateBody"] = body;
    more["Capabilities"] = codec::JsonArray({"CAPABILITY_IAM"});
    return std::string(ok("CreateStack", more)["StackId"].as_string());
}

codec::JsonObject ServiceFixture::stack(std::string_view name) {
    return ok("DescribeStacks", {{"StackName", name}})["Stacks"].as_array()[0].as_object();
}

std::string ServiceFixture::status(std::string_view name) {
    return std::string(stack(name)["StackStatus"].as_string());
}

std::vector<std::string> ServiceFixture::events(std::string_view name) {
    std::vector<std::string> lines;
    for (const auto& value : ok("DescribeStackEvents", {{"StackName", name}})["StackEvents"].as_array()) {
        const auto& event = value.as_object();
        std::string line = fmt::format("{} {}", std::string_view(event.at("LogicalResourceId").as_string()),
                                       std::string_view(event.at("ResourceStatus").as_string()));
        if (const auto* reason = event.if_contains("ResourceStatusReason")) {
            line += ": " + std::string(reason->as_string());
        }
        lines.insert(lines.begin(), std::move(line));
    }
    return lines;
}

std::string ServiceFixture::physical_id(std::string_view logical_id) {
    auto detail = ok("DescribeStackResource", {{"StackName", "pipe"}, {"LogicalResourceId", logical_id}});
    const auto* id = detail["StackResourceDetail"].as_object().if_contains("PhysicalResourceId");
    return id == nullptr ? std::string() : std::string(id->as_string());
}

}  // namespace millrace::cloudformation
