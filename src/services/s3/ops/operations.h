#pragma once

#include "api/s3.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "aws/registry.h"
#include "services/s3/buckets.h"

namespace millrace::s3 {

// One operation, or a pair of them, a file. Inputs are validated against the model; `buckets` outlives the
// call. Behaviour follows the Amazon S3 API Reference.

template <class Op>
using Operation = aws::OperationOn<Buckets, Op>;

Operation<api::s3::CreateBucket> create_bucket;
Operation<api::s3::HeadBucket> head_bucket;
Operation<api::s3::ListBuckets> list_buckets;
Operation<api::s3::DeleteBucket> delete_bucket;
Operation<api::s3::GetBucketLocation> get_bucket_location;
Operation<api::s3::GetBucketVersioning> get_bucket_versioning;
Operation<api::s3::PutBucketVersioning> put_bucket_versioning;
Operation<api::s3::ListObjects> list_objects_v1;
Operation<api::s3::ListObjectsV2> list_objects_v2;
Operation<api::s3::ListObjectVersions> list_object_versions;
Operation<api::s3::PutObject> put_object;
Operation<api::s3::CopyObject> copy_object;
Operation<api::s3::DeleteObject> delete_object;
Operation<api::s3::DeleteObjects> delete_objects;
Operation<api::s3::CreateMultipartUpload> create_multipart_upload;
Operation<api::s3::UploadPart> upload_part;
Operation<api::s3::UploadPartCopy> upload_part_copy;
Operation<api::s3::CompleteMultipartUpload> complete_multipart_upload;
Operation<api::s3::AbortMultipartUpload> abort_multipart_upload;
Operation<api::s3::ListParts> list_parts;
Operation<api::s3::ListMultipartUploads> list_multipart_uploads;
Operation<api::s3::GetObjectTagging> get_object_tagging;
Operation<api::s3::PutObjectTagging> put_object_tagging;
Operation<api::s3::DeleteObjectTagging> delete_object_tagging;
Operation<api::s3::GetObjectAttributes> get_object_attributes;
Operation<api::s3::GetBucketAcl> get_bucket_acl;
Operation<api::s3::GetObjectAcl> get_object_acl;
void get_object(Buckets& buckets, const aws::RequestContext& context, api::s3::GetObject::Input input,
                aws::BodyReply<api::s3::GetObject> reply);
void head_object(Buckets& buckets, const aws::RequestContext& context, api::s3::HeadObject::Input input,
                 aws::BodyReply<api::s3::HeadObject> reply);

/// Get, Put and Delete of the settings that a bucket keeps and gives back: tags, policy, encryption,
/// lifecycle, public access block, ownership, CORS.
void register_bucket_settings(Buckets& buckets, aws::Registry& registry);

}  // namespace millrace::s3
