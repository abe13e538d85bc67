#pragma once

#include "api/s3.h"
#include "aws/context.h"
#include "aws/operation.h"
#include "aws/registry.h"
#include "services/s3/buckets.h"

namespace millrace::s3 {

// One operation, or a pair of them, a file. Inputs are validated against the model; `buckets` outlives the
// call. Behaviour follows the Amazon S3 API Reference.

void create_bucket(Buckets& buckets, const aws::RequestContext& context, api::s3::CreateBucket::Input input,
                   aws::Reply<api::s3::CreateBucket> reply);
void head_bucket(Buckets& buckets, const aws::RequestContext& context, api::s3::HeadBucket::Input input,
                 aws::Reply<api::s3::HeadBucket> reply);
void list_buckets(Buckets& buckets, const aws::RequestContext& context, api::s3::ListBuckets::Input input,
                  aws::Reply<api::s3::ListBuckets> reply);
void delete_bucket(Buckets& buckets, const aws::RequestContext& context, api::s3::DeleteBucket::Input input,
                   aws::Reply<api::s3::DeleteBucket> reply);
void get_bucket_location(Buckets& buckets, const aws::RequestContext& context,
                         api::s3::GetBucketLocation::Input input,
                         aws::Reply<api::s3::GetBucketLocation> reply);
void get_bucket_versioning(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::GetBucketVersioning::Input input,
                           aws::Reply<api::s3::GetBucketVersioning> reply);
void put_bucket_versioning(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::PutBucketVersioning::Input input,
                           aws::Reply<api::s3::PutBucketVersioning> reply);
void list_objects_v1(Buckets& buckets, const aws::RequestContext& context, api::s3::ListObjects::Input input,
                     aws::Reply<api::s3::ListObjects> reply);
void list_objects_v2(Buckets& buckets, const aws::RequestContext& context,
                     api::s3::ListObjectsV2::Input input, aws::Reply<api::s3::ListObjectsV2> reply);
void list_object_versions(Buckets& buckets, const aws::RequestContext& context,
                          api::s3::ListObjectVersions::Input input,
                          aws::Reply<api::s3::ListObjectVersions> reply);
void put_object(Buckets& buckets, const aws::RequestContext& context, api::s3::PutObject::Input input,
                aws::Reply<api::s3::PutObject> reply);
void copy_object(Buckets& buckets, const aws::RequestContext& context, api::s3::CopyObject::Input input,
                 aws::Reply<api::s3::CopyObject> reply);
void delete_object(Buckets& buckets, const aws::RequestContext& context, api::s3::DeleteObject::Input input,
                   aws::Reply<api::s3::DeleteObject> reply);
void delete_objects(Buckets& buckets, const aws::RequestContext& context, api::s3::DeleteObjects::Input input,
                    aws::Reply<api::s3::DeleteObjects> reply);
void create_multipart_upload(Buckets& buckets, const aws::RequestContext& context,
                             api::s3::CreateMultipartUpload::Input input,
                             aws::Reply<api::s3::CreateMultipartUpload> reply);
void upload_part(Buckets& buckets, const aws::RequestContext& context, api::s3::UploadPart::Input input,
                 aws::Reply<api::s3::UploadPart> reply);
void upload_part_copy(Buckets& buckets, const aws::RequestContext& context,
                      api::s3::UploadPartCopy::Input input, aws::Reply<api::s3::UploadPartCopy> reply);
void complete_multipart_upload(Buckets& buckets, const aws::RequestContext& context,
                               api::s3::CompleteMultipartUpload::Input input,
                               aws::Reply<api::s3::CompleteMultipartUpload> reply);
void abort_multipart_upload(Buckets& buckets, const aws::RequestContext& context,
                            api::s3::AbortMultipartUpload::Input input,
                            aws::Reply<api::s3::AbortMultipartUpload> reply);
void list_parts(Buckets& buckets, const aws::RequestContext& context, api::s3::ListParts::Input input,
                aws::Reply<api::s3::ListParts> reply);
void list_multipart_uploads(Buckets& buckets, const aws::RequestContext& context,
                            api::s3::ListMultipartUploads::Input input,
                            aws::Reply<api::s3::ListMultipartUploads> reply);
void get_object_tagging(Buckets& buckets, const aws::RequestContext& context,
                        api::s3::GetObjectTagging::Input input, aws::Reply<api::s3::GetObjectTagging> reply);
void put_object_tagging(Buckets& buckets, const aws::RequestContext& context,
                        api::s3::PutObjectTagging::Input input, aws::Reply<api::s3::PutObjectTagging> reply);
void delete_object_tagging(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::DeleteObjectTagging::Input input,
                           aws::Reply<api::s3::DeleteObjectTagging> reply);
void get_object_attributes(Buckets& buckets, const aws::RequestContext& context,
                           api::s3::GetObjectAttributes::Input input,
                           aws::Reply<api::s3::GetObjectAttributes> reply);
void get_bucket_acl(Buckets& buckets, const aws::RequestContext& context, api::s3::GetBucketAcl::Input input,
                    aws::Reply<api::s3::GetBucketAcl> reply);
void get_object_acl(Buckets& buckets, const aws::RequestContext& context, api::s3::GetObjectAcl::Input input,
                    aws::Reply<api::s3::GetObjectAcl> reply);
void get_object(Buckets& buckets, const aws::RequestContext& context, api::s3::GetObject::Input input,
                aws::BodyReply<api::s3::GetObject> reply);
void head_object(Buckets& buckets, const aws::RequestContext& context, api::s3::HeadObject::Input input,
                 aws::BodyReply<api::s3::HeadObject> reply);

/// Get, Put and Delete of the settings that a bucket keeps and gives back: tags, policy, encryption,
/// lifecycle, public access block, ownership, CORS.
void register_bucket_settings(Buckets& buckets, aws::Registry& registry);

}  // namespace millrace::s3
