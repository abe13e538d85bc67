#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "aws/protocol/xml_decode.h"
#include "aws/protocol/xml_encode.h"
#include "codec/xml.h"
#include "services/s3/bucket.h"

namespace millrace::s3 {

/// The payload of a request as a document: how a setting is kept.
template <class Op>
[[nodiscard]] std::string to_document(const typename Op::Input& input) {
    const aws::Member& payload = *Op::model().input->payload;
    std::string out;
    codec::XmlWriter writer(out);
    aws::encode_xml(writer, payload.xml_name, *payload.shape, payload.get(&input));
    return out;
}

/// A document as an answer. It was written by to_document().
template <class Op>
typename Op::Output from_document(const std::string& document) {
    typename Op::Output output;
    const aws::Shape& shape = *Op::model().output;
    const auto read = shape.payload == nullptr
                          ? aws::decode_xml(document, shape, &output)
                          : aws::decode_xml(document, *shape.payload->shape, shape.payload->make(&output));
    return read ? output : typename Op::Output{};
}

/// MalformedPolicy for what is no policy in its form; nothing evaluates it.
[[nodiscard]] aws::Outcome<void> check_policy(std::string_view policy);

/// Which may be given with the bucket itself.
void set_ownership(BucketRecord& record, const std::string& ownership);

}  // namespace millrace::s3
