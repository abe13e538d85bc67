#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "api/s3.h"
#include "aws/protocol/bucket_router.h"
#include "aws/protocol/rest_xml.h"
#include "aws/s3_host.h"
#include "base/assert.h"
#include "codec/uri.h"
#include "services/s3/ops/copy_source.h"
#include "services/s3/range.h"

namespace {

using namespace millrace;

template <class Op>
void decode(http::Request request, const codec::Form& query, const aws::PathLabels& labels) {
    typename Op::Input input{};
    aws::Violations violations;
    static_cast<void>(aws::decode_rest_xml(request, labels, query, *Op::model().input, &input, violations));
}

void read_header(std::string_view text) {
    const s3::RangeAnswer answer = s3::read_range(text, 1000);
    MILLRACE_ASSERT(answer.range.from + answer.range.bytes <= 1000);
    static_cast<void>(s3::read_exact_range(text));
    static_cast<void>(s3::read_copy_source(text));
    static_cast<void>(aws::read_s3_host(text));
}

}  // namespace

// A line for the target, one for a header, and a body in the chunked coding of S3, or of XML.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const aws::BucketRouter router = [] {
        aws::BucketRouter made;
        made.add(api::s3::service_model());
        return made;
    }();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t first = std::min(text.find('\n'), size);
    const std::size_t second = std::min(text.find('\n', std::min(first + 1, size)), size);
    const std::string_view header =
        text.substr(std::min(first + 1, size), second - std::min(first + 1, second));
    const std::string_view body = text.substr(std::min(second + 1, size));
    read_header(header);

    // Decoding takes a request apart.
    const auto request = [&] {
        http::Request made{.method = "PUT",
                           .target = std::string(text.substr(0, first)),
                           .headers = {},
                           .body = std::string(body)};
        made.headers.add("Host", std::string(header));
        made.headers.add("x-amz-tagging", std::string(header));
        return made;
    };
    const codec::Form query =
        codec::parse_form(codec::split_target(request().target).query).value_or(codec::Form{});
    const aws::BucketRoute route = router.find(request(), query);
    decode<api::s3::DeleteObjects>(request(), query, route.labels);
    decode<api::s3::PutBucketLifecycleConfiguration>(request(), query, route.labels);
    http::Request chunked = request();
    chunked.headers.add("Content-Encoding", "aws-chunked");
    decode<api::s3::PutObject>(std::move(chunked), query, route.labels);
    return 0;
}
