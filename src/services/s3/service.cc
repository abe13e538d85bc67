#include "services/s3/service.h"

#include <utility>

#include "aws/registry.h"
#include "services/s3/buckets.h"
#include "services/s3/object_ports.h"
#include "services/s3/ops/operations.h"
#include "services/s3/resources.h"

namespace millrace::s3 {

struct Service::Parts {
    explicit Parts(Dependencies dependencies) : buckets(dependencies) {}

    Buckets buckets;
    ObjectPorts ports{buckets};
    Resources resources{buckets};
};

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::open(Dependencies dependencies) {
    auto parts = std::make_unique<Parts>(dependencies);
    if (auto loaded = parts->buckets.load(); !loaded) return std::unexpected(std::move(loaded.error()));
    return std::unique_ptr<Service>(new Service(std::move(parts)));
}

void Service::register_operations(aws::Registry& registry) {
    const auto add = [&]<class Op>(void (*operation)(Buckets&, const aws::RequestContext&, typename Op::Input,
                                                     aws::Reply<Op>)) {
        registry.add<Op>([&buckets = parts_->buckets, operation](const aws::RequestContext& context,
                                                                 typename Op::Input input,
                                                                 aws::Reply<Op> reply) {
            operation(buckets, context, std::move(input), std::move(reply));
        });
    };
    const auto add_body = [&]<class Op>(void (*operation)(Buckets&, const aws::RequestContext&,
                                                          typename Op::Input, aws::BodyReply<Op>)) {
        registry.add_body<Op>([&buckets = parts_->buckets, operation](const aws::RequestContext& context,
                                                                      typename Op::Input input,
                                                                      aws::BodyReply<Op> reply) {
            operation(buckets, context, std::move(input), std::move(reply));
        });
    };
    add.operator()<api::s3::CreateBucket>(create_bucket);
    add.operator()<api::s3::HeadBucket>(head_bucket);
    add.operator()<api::s3::ListBuckets>(list_buckets);
    add.operator()<api::s3::DeleteBucket>(delete_bucket);
    add.operator()<api::s3::GetBucketLocation>(get_bucket_location);
    add.operator()<api::s3::GetBucketVersioning>(get_bucket_versioning);
    add.operator()<api::s3::PutBucketVersioning>(put_bucket_versioning);
    add.operator()<api::s3::ListObjects>(list_objects_v1);
    add.operator()<api::s3::ListObjectsV2>(list_objects_v2);
    add.operator()<api::s3::ListObjectVersions>(list_object_versions);
    add.operator()<api::s3::PutObject>(put_object);
    add.operator()<api::s3::CopyObject>(copy_object);
    add.operator()<api::s3::DeleteObject>(delete_object);
    add.operator()<api::s3::DeleteObjects>(delete_objects);
    add.operator()<api::s3::CreateMultipartUpload>(create_multipart_upload);
    add.operator()<api::s3::UploadPart>(upload_part);
    add.operator()<api::s3::UploadPartCopy>(upload_part_copy);
    add.operator()<api::s3::CompleteMultipartUpload>(complete_multipart_upload);
    add.operator()<api::s3::AbortMultipartUpload>(abort_multipart_upload);
    add.operator()<api::s3::ListParts>(list_parts);
    add.operator()<api::s3::ListMultipartUploads>(list_multipart_uploads);
    add.operator()<api::s3::GetObjectTagging>(get_object_tagging);
    add.operator()<api::s3::PutObjectTagging>(put_object_tagging);
    add.operator()<api::s3::DeleteObjectTagging>(delete_object_tagging);
    add.operator()<api::s3::GetObjectAttributes>(get_object_attributes);
    add.operator()<api::s3::GetBucketAcl>(get_bucket_acl);
    add.operator()<api::s3::GetObjectAcl>(get_object_acl);
    add_body.operator()<api::s3::GetObject>(get_object);
    add_body.operator()<api::s3::HeadObject>(head_object);
    register_bucket_settings(parts_->buckets, registry);
}

ports::ObjectSource& Service::object_source() {
    return parts_->ports;
}

ports::ObjectSink& Service::object_sink() {
    return parts_->ports;
}

ports::ResourceProvider& Service::resource_provider() {
    return parts_->resources;
}

void Service::reset() {
    parts_->buckets.reset();
}

}  // namespace millrace::s3
