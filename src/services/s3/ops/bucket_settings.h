#pragma once

#include <string>
#include <string_view>

#include "aws/error.h"
#include "aws/model/service_model.h"
#include "aws/protocol/xml_encode.h"
#include "codec/xml.h"
#include "services/s3/bucket.h"
#include "services/s3/tags.h"

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

/// MalformedPolicy for what is no policy in its form; nothing evaluates it.
[[nodiscard]] aws::Outcome<void> check_policy(std::string_view policy);

// Settings that are given with the bucket itself.

void set_ownership(BucketRecord& record, const std::string& ownership);
/// No tags: no setting.
void set_bucket_tags(BucketRecord& record, const Tags& tags);

}  // namespace millrace::s3
