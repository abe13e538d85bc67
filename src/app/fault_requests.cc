#include "app/fault_requests.h"

#include <string_view>
#include <utility>

#include "app/admin_answer.h"
#include "codec/json.h"

namespace millrace::app {
namespace {

constexpr std::string_view kHeader = "X-Millrace";
constexpr std::string_view kName = "faults";
constexpr const char* kExpected =
    R"(the body is {"faults": ["kinesis:PutRecords throttle=10%", ...]} and nothing else)";

/// The texts of a body that is as it should be.
Result<std::vector<std::string>> texts_of(std::string_view body) {
    const auto wrong = [] { return fail(ErrorCode::kInvalidArgument, kExpected); };
    const auto document = codec::parse_json(body);
    if (!document) return wrong();
    const codec::JsonObject* members = document->if_object();
    const codec::Json* list =
        members != nullptr && members->size() == 1 ? members->if_contains(kName) : nullptr;
    if (list == nullptr || !list->is_array()) return wrong();
    std::vector<std::string> texts;
    for (const codec::Json& text : list->get_array()) {
        if (!text.is_string()) return wrong();
        texts.emplace_back(text.get_string());
    }
    return texts;
}

}  // namespace

Result<std::vector<aws::FaultRule>> parse_faults(const std::vector<std::string>& texts) {
    std::vector<aws::FaultRule> rules;
    for (const std::string& text : texts) {
        auto rule = aws::parse_fault_rule(text);
        if (!rule) return std::unexpected(std::move(rule.error()));
        rules.push_back(std::move(*rule));
    }
    return rules;
}

http::Response FaultRequests::handle(const http::Request& request) {
    const std::string& method = request.method;
    if (method == "GET" || method == "HEAD") return listed();
    if (method != "PUT" && method != "POST" && method != "DELETE")
        return message_answer(
            405, "faults are listed with GET, set with PUT, added with POST, cleared with DELETE");
    if (request.headers.get(kHeader) != kName) {
        return message_answer(403,
                              "faults are changed with the header \"X-Millrace: faults\", which a web page "
                              "cannot send; \"millrace faults\" does it");
    }
    if (method != "DELETE") return set(request);
    faults_.clear();
    return listed();
}

http::Response FaultRequests::listed() const {
    codec::JsonArray list;
    for (const aws::ActiveFault& fault : faults_.active()) {
        list.push_back(codec::JsonObject{
            {"rule", aws::to_string(fault.rule)}, {"calls", fault.calls}, {"struck", fault.struck}});
    }
    return json_answer(200, codec::to_json(codec::JsonObject{{kName, std::move(list)}}));
}

http::Response FaultRequests::set(const http::Request& request) {
    const auto texts = texts_of(request.body);
    if (!texts) return message_answer(400, texts.error().message);
    const auto rules = parse_faults(*texts);
    if (!rules) return message_answer(400, rules.error().message);
    const auto done = request.method == "PUT" ? faults_.replace(*rules) : faults_.add(*rules);
    return done ? listed() : message_answer(400, done.error().message);
}

}  // namespace millrace::app
