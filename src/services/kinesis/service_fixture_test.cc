#include "services/kinesis/service_fixture.h"

#include <fmt/format.h>

#include "codec/base64.h"

namespace millrace::kinesis {

void ServiceFixture::restart(bool limits_of_aws) {
    registry_.reset();
    service_.reset();
    catalog_.reset();
    storage::LogCatalog::open(store_, clock_, [this](Result<std::unique_ptr<storage::LogCatalog>> opened) {
        ASSERT_TRUE(opened) << opened.error().message;
        catalog_ = std::move(*opened);
    });
    executor_.run_ready();
    ASSERT_NE(catalog_, nullptr);
    auto service = Service::open({.executor = executor_,
                                  .clock = clock_,
                                  .store = store_,
                                  .catalog = *catalog_,
                                  .limits_of_aws = limits_of_aws});
    ASSERT_TRUE(service) << service.error().message;
    service_ = std::move(*service);
    registry_ = std::make_unique<aws::Registry>();
    service_->register_operations(*registry_);
    executor_.run_ready();
}

aws::testing::Call ServiceFixture::start(std::string_view operation, std::string_view json) {
    return aws::testing::start(*registry_, operation, json, context_);
}

aws::testing::Answer ServiceFixture::call(std::string_view operation, std::string_view json) {
    const auto started = start(operation, json);
    executor_.run_ready();
    return *started ? **started : aws::testing::Answer{.status = 0, .body = "(no answer)"};
}

codec::JsonObject ServiceFixture::ok(std::string_view operation, std::string_view json) {
    const auto answer = call(operation, json);
    EXPECT_EQ(answer.status, 200) << operation << ": " << answer.body;
    if (answer.body.empty()) return {};
    const auto parsed = codec::parse_json(answer.body);
    return parsed && parsed->is_object() ? parsed->get_object() : codec::JsonObject{};
}

std::string ServiceFixture::error(std::string_view operation, std::string_view json) {
    return error_of(call(operation, json));
}

std::string ServiceFixture::error_of(const aws::testing::Answer& answer) {
    if (answer.status == 200) return "200";
    const auto parsed = codec::parse_json(answer.body);
    if (!parsed || !parsed->is_object()) return answer.body;
    return text_of(parsed->get_object(), "__type") + ": " + text_of(parsed->get_object(), "message");
}

void ServiceFixture::create_stream(const std::string& name, int shards) {
    ok("CreateStream", fmt::format(R"({{"StreamName":"{}","ShardCount":{}}})", name, shards));
}

std::string ServiceFixture::put(const std::string& stream, const std::string& key, std::string_view data) {
    return text_of(ok("PutRecord", fmt::format(R"({{"StreamName":"{}","PartitionKey":"{}","Data":"{}"}})",
                                               stream, key, codec::base64_encode(data))),
                   "SequenceNumber");
}

std::string ServiceFixture::iterator(const std::string& stream, const std::string& type,
                                     const std::string& more) {
    return text_of(
        ok("GetShardIterator",
           fmt::format(R"({{"StreamName":"{}","ShardId":"shardId-000000000000","ShardIteratorType":"{}"{}}})",
                       stream, type, more)),
        "ShardIterator");
}

std::vector<std::string> ServiceFixture::read(const std::string& iterator) {
    std::vector<std::string> data;
    const auto output = ok("GetRecords", fmt::format(R"({{"ShardIterator":"{}"}})", iterator));
    if (!output.contains("Records")) return data;
    for (const auto& record : output.at("Records").as_array()) {
        data.push_back(codec::base64_decode(text_of(record.as_object(), "Data")).value_or("(not base64)"));
    }
    return data;
}

std::string text_of(const codec::JsonObject& object, std::string_view member) {
    const auto* value = object.if_contains(member);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "(none)";
}

}  // namespace millrace::kinesis
