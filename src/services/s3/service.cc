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
    auto& buckets = parts_->buckets;
    const auto add_body = [&]<class Op>(void (*operation)(Buckets&, const aws::RequestContext&,
                                                          typename Op::Input, aws::BodyReply<Op>)) {
        registry.add_body<Op>([&buckets, operation](const aws::RequestContext& context,
                                                    typename Op::Input input, aws::BodyReply<Op> reply) {
            operation(buckets, context, std::move(input), std::move(reply));
        });
    };
    registry.add<api::s3::CreateBucket>(buckets, create_bucket);
    registry.add<api::s3::HeadBucket>(buckets, head_bucket);
    registry.add<api::s3::ListBuckets>(buckets, list_buckets);
    registry.add<api::s3::DeleteBucket>(buckets, delete_bucket);
    registry.add<api::s3::GetBucketLocation>(buckets, get_bucket_location);
    registry.add<api::s3::GetBucketVersioning>(buckets, get_bucket_versioning);
    registry.add<api::s3::PutBucketVersioning>(buckets, put_bucket_versioning);
    registry.add<api::s3::ListObjects>(buckets, list_objects_v1);
    registry.add<api::s3::ListObjectsV2>(buckets, list_objects_v2);
    registry.add<api::s3::ListObjectVersions>(buckets, list_object_versions);
    registry.add<api::s3::PutObject>(buckets, put_object);
    registry.add<api::s3::CopyObject>(buckets, copy_object);
    registry.add<api::s3::DeleteObject>(buckets, delete_object);
    registry.add<api::s3::DeleteObjects>(buckets, delete_objects);
    registry.add<api::s3::CreateMultipartUpload>(buckets, create_multipart_upload);
    registry.add<api::s3::UploadPart>(buckets, upload_part);
    registry.add<api::s3::UploadPartCopy>(buckets, upload_part_copy);
    registry.add<api::s3::CompleteMultipartUpload>(buckets, complete_multipart_upload);
    registry.add<api::s3::AbortMultipartUpload>(buckets, abort_multipart_upload);
    registry.add<api::s3::ListParts>(buckets, list_parts);
    registry.add<api::s3::ListMultipartUploads>(buckets, list_multipart_uploads);
    registry.add<api::s3::GetObjectTagging>(buckets, get_object_tagging);
    registry.add<api::s3::PutObjectTagging>(buckets, put_object_tagging);
    registry.add<api::s3::DeleteObjectTagging>(buckets, delete_object_tagging);
    registry.add<api::s3::GetObjectAttributes>(buckets, get_object_attributes);
    registry.add<api::s3::GetBucketAcl>(buckets, get_bucket_acl);
    registry.add<api::s3::GetObjectAcl>(buckets, get_object_acl);
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
