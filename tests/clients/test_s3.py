"""S3 with boto3 and the AWS CLI, as people use it."""

import base64
import datetime
import hashlib
import http.client
import os
import random
import subprocess
import threading
import time
import urllib.parse
import uuid
import zlib

import botocore.exceptions
import pytest

from support.cli import AWS, environment
from support.server import eventually

MIB = 1024 * 1024


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


@pytest.fixture
def s3(client):
    return client("s3")


@pytest.fixture
def bucket(s3):
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name


def code_of(error):
    response = error.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def keys(answer):
    return [entry["Key"] for entry in answer.get("Contents", [])]


def test_an_object_comes_back_as_it_was_put(s3, bucket):
    body = noise(300_000)
    put = s3.put_object(Bucket=bucket, Key="dir/ä +&<>.bin", Body=body, ContentType="image/png", CacheControl="no-store",
                        ContentEncoding="gzip", Metadata={"Colour": "blue", "n": "1"}, Tagging="a=1&b=two")
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = s3.get_object(Bucket=bucket, Key="dir/ä +&<>.bin", ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert got["ContentLength"] == len(body) and got["ETag"] == put["ETag"]
    assert (got["ContentType"], got["CacheControl"], got["ContentEncoding"]) == ("image/png", "no-store", "gzip")
    assert got["Metadata"] == {"colour": "blue", "n": "1"} and got["TagCount"] == 2
    assert got["ChecksumCRC32"] == put["ChecksumCRC32"]
    head = s3.head_object(Bucket=bucket, Key="dir/ä +&<>.bin")
    assert head["ContentLength"] == len(body) and head["Metadata"] == got["Metadata"]
    assert keys(s3.list_objects_v2(Bucket=bucket)) == ["dir/ä +&<>.bin"]


def test_an_empty_object(s3, bucket):
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    got = s3.get_object(Bucket=bucket, Key="empty")
    assert got["Body"].read() == b"" and got["ContentLength"] == 0
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.get_object(Bucket=bucket, Key="empty", Range="bytes=0-0")
    assert code_of(error) == (416, "InvalidRange")


@pytest.mark.parametrize("asked, cut", [("bytes=0-9", slice(0, 10)), ("bytes=1048570-1048580", slice(1048570, 1048581)),
                                        ("bytes=2999990-", slice(2999990, None)), ("bytes=-5", slice(-5, None)),
                                        ("bytes=2999999-9999999", slice(2999999, None))])
def test_ranges(s3, bucket, asked, cut):
    body = noise(3_000_000)
    s3.put_object(Bucket=bucket, Key="k", Body=body)
    got = s3.get_object(Bucket=bucket, Key="k", Range=asked)
    first = range(len(body))[cut][0]
    assert got["Body"].read() == body[cut]
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert got["ContentRange"] == f"bytes {first}-{first + len(body[cut]) - 1}/{len(body)}"


def test_a_large_single_put(s3, bucket):
    body = noise(70 * MIB)
    s3.put_object(Bucket=bucket, Key="large", Body=body)
    digest = hashlib.sha256()
    for piece in s3.get_object(Bucket=bucket, Key="large")["Body"].iter_chunks(MIB):
        digest.update(piece)
    assert digest.digest() == hashlib.sha256(body).digest()


def test_transfer_manager_uploads_and_downloads_in_parts(s3, bucket, tmp_path):
    body = noise(64 * MIB)
    (tmp_path / "up").write_bytes(body)
    s3.upload_file(str(tmp_path / "up"), bucket, "big", ExtraArgs={"Metadata": {"a": "b"}})
    head = s3.head_object(Bucket=bucket, Key="big")
    assert head["ContentLength"] == len(body) and head["ETag"].endswith('-8"') and head["Metadata"] == {"a": "b"}
    parts = [hashlib.md5(body[at:at + 8 * MIB]).digest() for at in range(0, len(body), 8 * MIB)]
    assert head["ETag"] == f'"{hashlib.md5(b"".join(parts)).hexdigest()}-8"'
    s3.download_file(bucket, "big", str(tmp_path / "down"))
    assert (tmp_path / "down").read_bytes() == body
    third = s3.get_object(Bucket=bucket, Key="big", PartNumber=3)
    assert third["PartsCount"] == 8 and third["Body"].read() == body[16 * MIB:24 * MIB]
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_checksums_are_verified_and_given_back(s3, bucket, algorithm):
    if algorithm in ("CRC32C", "CRC64NVME"):
        pytest.importorskip("awscrt")
    body = noise(100_000)
    put = s3.put_object(Bucket=bucket, Key="k", Body=body, ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got[f"Checksum{algorithm}"] == put[f"Checksum{algorithm}"] and got["ChecksumType"] == "FULL_OBJECT"
    assert got["Body"].read() == body
    wrong = {"CRC32": "AAAAAA==", "CRC32C": "AAAAAA==", "CRC64NVME": "AAAAAAAAAAA=", "SHA1": "A" * 27 + "=",
             "SHA256": "A" * 43 + "="}[algorithm]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.put_object(Bucket=bucket, Key="k", Body=b"other", **{f"Checksum{algorithm}": wrong})
    assert code_of(error) == (400, "BadDigest")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == body


@pytest.mark.parametrize("algorithm, digits", [("CRC32C", "e3069283"), ("CRC64NVME", "ae8b14860a799888")])
def test_checksums_that_are_told(s3, bucket, algorithm, digits):
    told = {f"Checksum{algorithm}": base64.b64encode(bytes.fromhex(digits)).decode()}
    s3.put_object(Bucket=bucket, Key="k", Body=b"123456789", **told)
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got[f"Checksum{algorithm}"] == told[f"Checksum{algorithm}"]


def test_aws_chunked_bodies(s3, bucket, endpoint):
    connection = http.client.HTTPConnection(endpoint.removeprefix("http://"))
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x",
               "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Content-Encoding": "aws-chunked",
               "x-amz-decoded-content-length": "11", "x-amz-trailer": "x-amz-checksum-crc32"}
    crc = base64.b64encode(zlib.crc32(b"hello world").to_bytes(4, "big")).decode()
    for trailer, status in ((crc, 200), ("AAAAAA==", 400)):
        body = f"6\r\nhello \r\n5\r\nworld\r\n0\r\nx-amz-checksum-crc32:{trailer}\r\n\r\n"
        connection.request("PUT", f"/{bucket}/k", body.encode(), headers)
        answer = connection.getresponse()
        assert answer.status == status, answer.read()
        answer.read()
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["Body"].read() == b"hello world" and got["ChecksumCRC32"] == crc and "ContentEncoding" not in got


def test_content_md5_is_verified(s3, bucket):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA==")
    assert code_of(error) == (400, "BadDigest")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ContentMD5="no")
    assert code_of(error) == (400, "InvalidDigest")


def test_conditions(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    for arguments in ({"IfNoneMatch": "*"}, {"IfMatch": '"0"'}):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            s3.put_object(Bucket=bucket, Key="k", Body=b"2", **arguments)
        assert code_of(error) == (412, "PreconditionFailed")
    assert s3.get_object(Bucket=bucket, Key="k", IfMatch=etag)["Body"].read() == b"1"
    modified = s3.head_object(Bucket=bucket, Key="k")["LastModified"]
    for arguments in ({"IfNoneMatch": etag}, {"IfModifiedSince": modified}):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            s3.get_object(Bucket=bucket, Key="k", **arguments)
        assert code_of(error) == (304, "304")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.get_object(Bucket=bucket, Key="k", IfUnmodifiedSince=modified - datetime.timedelta(seconds=5))
    assert code_of(error) == (412, "PreconditionFailed")


def test_lists_by_prefix_delimiter_and_page(s3, bucket):
    names = ["a", "b/1", "b/2", "b/c/3", "d/1", "e"]
    for name in names:
        s3.put_object(Bucket=bucket, Key=name, Body=b"x")
    assert keys(s3.list_objects_v2(Bucket=bucket)) == names
    for operation in ("list_objects", "list_objects_v2"):
        answer = getattr(s3, operation)(Bucket=bucket, Delimiter="/")
        assert keys(answer) == ["a", "e"] and [entry["Prefix"] for entry in answer["CommonPrefixes"]] == ["b/", "d/"]
        answer = getattr(s3, operation)(Bucket=bucket, Prefix="b/", Delimiter="/")
        assert keys(answer) == ["b/1", "b/2"] and [entry["Prefix"] for entry in answer["CommonPrefixes"]] == ["b/c/"]
        for size in (1, 2, 3):
            found = []
            for page in s3.get_paginator(operation).paginate(Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": size}):
                entries = keys(page) + [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
                assert 0 < len(entries) <= size
                found += entries
            assert sorted(found) == ["a", "b/", "d/", "e"]
    assert keys(s3.list_objects_v2(Bucket=bucket, StartAfter="b/2")) == ["b/c/3", "d/1", "e"]


def test_versions_and_delete_markers(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="k", Body=b"2")["VersionId"]
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["DeleteMarker"] and marker["VersionId"] not in (first, second)
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.get_object(Bucket=bucket, Key="k")
    assert code_of(error) == (404, "NoSuchKey")
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read() == b"1"
    assert s3.get_object(Bucket=bucket, Key="k", VersionId="null")["Body"].read() == b"before"
    listed = s3.list_object_versions(Bucket=bucket)
    assert [(v["VersionId"], v["IsLatest"]) for v in listed["Versions"]] == [(second, False), (first, False), ("null", False)]
    assert [(v["VersionId"], v["IsLatest"]) for v in listed["DeleteMarkers"]] == [(marker["VersionId"], True)]
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, PaginationConfig={"PageSize": 1})
    assert [v["VersionId"] for page in pages for v in page.get("Versions", []) + page.get("DeleteMarkers", [])] == [
        marker["VersionId"], second, first, "null"]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"2"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"3")["VersionId"] == "null"
    assert s3.delete_object(Bucket=bucket, Key="k")["VersionId"] == "null"
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.delete_bucket(Bucket=bucket)
    assert code_of(error) == (409, "BucketNotEmpty")


def test_copies_share_bytes_and_survive_their_source(s3, bucket):
    body = noise(2_500_000)
    s3.put_object(Bucket=bucket, Key="a b", Body=body, Metadata={"x": "1"}, ContentType="text/plain")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "a b"})
    s3.copy_object(Bucket=bucket, Key="a b", CopySource={"Bucket": bucket, "Key": "a b"}, MetadataDirective="REPLACE",
                   Metadata={"y": "2"})
    assert s3.head_object(Bucket=bucket, Key="a b")["Metadata"] == {"y": "2"}
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.copy_object(Bucket=bucket, Key="a b", CopySource={"Bucket": bucket, "Key": "a b"})
    assert code_of(error) == (400, "InvalidRequest")
    assert s3.get_object(Bucket=bucket, Key="a b")["Body"].read() == body
    s3.delete_object(Bucket=bucket, Key="a b")
    got = s3.get_object(Bucket=bucket, Key="copy")
    assert got["Body"].read() == body and got["Metadata"] == {"x": "1"} and got["ContentType"] == "text/plain"


def test_parts_by_hand(s3, bucket):
    s3.put_object(Bucket=bucket, Key="source", Body=noise(6 * MIB, 2))
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")["UploadId"]
    copied = s3.upload_part_copy(Bucket=bucket, Key="k", UploadId=upload, PartNumber=2, CopySourceRange=f"bytes=1-{5 * MIB}",
                                 CopySource=f"{bucket}/source")["CopyPartResult"]
    sent = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=7, Body=b"end")
    listed = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)
    assert [(part["PartNumber"], part["Size"]) for part in listed["Parts"]] == [(2, 5 * MIB), (7, 3)]
    assert [entry["UploadId"] for entry in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]

    def complete(*parts):
        return s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": [
            {"PartNumber": number, "ETag": etag} for number, etag in parts]})

    for parts, code in (([(7, sent["ETag"]), (2, copied["ETag"])], "InvalidPartOrder"), ([(3, sent["ETag"])], "InvalidPart"),
                        ([(2, sent["ETag"])], "InvalidPart")):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            complete(*parts)
        assert code_of(error) == (400, code)
    done = complete((2, copied["ETag"]), (7, sent["ETag"]))
    whole = noise(6 * MIB, 2)[1:5 * MIB + 1] + b"end"
    got = s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert got["Body"].read() == whole and got["ETag"] == done["ETag"]
    import base64
    import zlib
    assert got["ChecksumCRC32"] == base64.b64encode(zlib.crc32(whole).to_bytes(4, "big")).decode()
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)
    assert code_of(error) == (404, "NoSuchUpload")


def test_small_parts_and_aborted_uploads(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    etags = [s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=n, Body=b"x")["ETag"] for n in (1, 2)]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload={"Parts": [
            {"PartNumber": n, "ETag": etags[n - 1]} for n in (1, 2)]})
    assert code_of(error) == (400, "EntityTooSmall")
    s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x")
    assert code_of(error) == (404, "NoSuchUpload")


def test_delete_many(s3, bucket):
    for name in ("a", "b"):
        s3.put_object(Bucket=bucket, Key=name, Body=b"x")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}, {"Key": "never there"}]})
    assert [entry["Key"] for entry in answer["Deleted"]] == ["a", "b", "never there"]
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_key_limit(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k" * 1024, Body=b"x")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.put_object(Bucket=bucket, Key="k" * 1025, Body=b"x")
    assert code_of(error) == (400, "KeyTooLongError")


def test_headers_that_mean_something_else_are_refused(s3, bucket):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ObjectLockMode="GOVERNANCE",
                      ObjectLockRetainUntilDate=datetime.datetime(2030, 1, 1))
    assert code_of(error) == (501, "NotImplemented")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", ACL="public-read")
    assert code_of(error) == (400, "AccessControlListNotSupported")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.get_bucket_website(Bucket=bucket)
    assert code_of(error) == (501, "NotImplemented")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned_urls(client, bucket, version):
    s3 = client("s3", signature_version=version)
    put = urllib.parse.urlsplit(s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "a b"}))
    get = urllib.parse.urlsplit(s3.generate_presigned_url("get_object", {
        "Bucket": bucket, "Key": "a b", "ResponseContentDisposition": "attachment"}))
    connection = http.client.HTTPConnection(put.netloc)
    connection.request("PUT", f"{put.path}?{put.query}", b"hello")
    assert connection.getresponse().read() == b""
    connection.request("GET", f"{get.path}?{get.query}")
    answer = connection.getresponse()
    assert answer.read() == b"hello" and answer.headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned_urls_expire(client, bucket, version):
    s3 = client("s3", signature_version=version)
    s3.put_object(Bucket=bucket, Key="k", Body=b"hello")
    url = urllib.parse.urlsplit(s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "k"}, ExpiresIn=1))
    connection = http.client.HTTPConnection(url.netloc)
    time.sleep(2.1)
    connection.request("GET", f"{url.path}?{url.query}")
    answer = connection.getresponse()
    body = answer.read().decode()
    assert answer.status == 403 and "<Code>AccessDenied</Code><Message>Request has expired</Message>" in body
    assert "<Expires>" in body and "<ServerTime>" in body


def test_virtual_hosted_and_unsigned(s3, bucket, endpoint):
    s3.put_object(Bucket=bucket, Key="dir/k", Body=b"hello")
    connection = http.client.HTTPConnection(endpoint.removeprefix("http://"))
    for path, host in ((f"/{bucket}/dir/k", "localhost:1"), ("/dir/k", f"{bucket}.s3.us-east-1.amazonaws.com"),
                       ("/dir/k", f"{bucket}.s3.localhost")):
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"hello")
    connection.request("GET", f"/{bucket}/missing")
    answer = connection.getresponse()
    body = answer.read().decode()
    assert answer.status == 404 and "<Code>NoSuchKey</Code>" in body and "<Key>missing</Key>" in body
    assert answer.headers["x-amz-request-id"] in body and answer.headers["x-amz-id-2"] in body


def test_bucket_names(s3):
    for name in ("ab", "Upper", "a..b", "1.2.3.4", "-ab", "a_b"):
        with pytest.raises((botocore.exceptions.ClientError, botocore.exceptions.ParamValidationError)) as error:
            s3.create_bucket(Bucket=name)
        if isinstance(error.value, botocore.exceptions.ClientError):
            assert code_of(error) == (400, "InvalidBucketName")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        s3.list_objects_v2(Bucket="there-is-no-such-bucket")
    assert code_of(error) == (404, "NoSuchBucket")


def test_objects_survive_a_kill(server, client_of):
    s3 = client_of(server, "s3")
    s3.create_bucket(Bucket="kept")
    body = noise(9 * MIB)
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="kept", Key="a", Body=body, Metadata={"m": "1"})["VersionId"]
    s3.put_object(Bucket="kept", Key="a", Body=b"newer", ContentType="text/plain")
    s3.copy_object(Bucket="kept", Key="copy", CopySource={"Bucket": "kept", "Key": "a", "VersionId": version})
    s3.delete_object(Bucket="kept", Key="a", VersionId=version)
    upload = s3.create_multipart_upload(Bucket="kept", Key="parts")["UploadId"]
    etag = s3.upload_part(Bucket="kept", Key="parts", UploadId=upload, PartNumber=1, Body=body)["ETag"]
    before = s3.list_object_versions(Bucket="kept")
    server.kill()
    server.start()
    s3 = client_of(server, "s3")
    after = s3.list_object_versions(Bucket="kept")
    assert after["Versions"] == before["Versions"]
    assert s3.get_object(Bucket="kept", Key="copy")["Body"].read() == body
    assert s3.get_object(Bucket="kept", Key="a")["Body"].read() == b"newer"
    s3.complete_multipart_upload(Bucket="kept", Key="parts", UploadId=upload, MultipartUpload={"Parts": [
        {"PartNumber": 1, "ETag": etag}]})
    assert s3.get_object(Bucket="kept", Key="parts")["Body"].read() == body


def test_sigkill_under_uploads(server, client_of):
    """What was acknowledged is there, whole, and what was deleted is not."""
    rng = random.Random(7)
    kept, gone = {}, set()
    for round_number in range(4):
        s3 = client_of(server, "s3")
        s3.create_bucket(Bucket="loop")
        acknowledged, deleted = {}, set()

        def work(worker, s3=s3, round_number=round_number, acknowledged=acknowledged, deleted=deleted):
            own = random.Random(worker)
            try:
                for number in range(1000):
                    key = f"{round_number}/{worker}/{number}"
                    size = own.choice([10, 100_000, 3_000_000])
                    s3.put_object(Bucket="loop", Key=key, Body=noise(size, key))
                    acknowledged[key] = size
                    if number % 3 == 0:
                        del acknowledged[key]
                        s3.delete_object(Bucket="loop", Key=key)
                        deleted.add(key)
            except botocore.exceptions.BotoCoreError:
                pass

        workers = [threading.Thread(target=work, args=(worker,)) for worker in range(3)]
        for worker in workers:
            worker.start()
        time.sleep(rng.uniform(0.5, 1.5))
        server.kill()
        for worker in workers:
            worker.join()
        server.start()
        kept |= acknowledged
        gone |= deleted
        s3 = client_of(server, "s3")
        listed = {key for page in s3.get_paginator("list_objects_v2").paginate(Bucket="loop") for key in keys(page)}
        assert set(kept) <= listed and not gone & listed
        for key, size in acknowledged.items():
            assert s3.get_object(Bucket="loop", Key=key)["Body"].read() == noise(size, key)
    assert len(kept) > 10 and gone


def test_deleted_objects_give_their_space_back(server, client_of):
    s3 = client_of(server, "s3")
    s3.create_bucket(Bucket="space")

    def disk():
        return sum(path.stat().st_size for path in server.data_dir.rglob("*") if path.is_file())

    # Eleven segments of the journal, of which the newest few stay until their turn comes.
    for number in range(44):
        s3.put_object(Bucket="space", Key="same", Body=noise(16 * MIB, number))
    s3.put_object(Bucket="space", Key="small", Body=b"x")
    s3.delete_object(Bucket="space", Key="same")
    assert eventually(lambda: disk() < 500 * MIB, seconds=60, interval=0.5)
    assert s3.get_object(Bucket="space", Key="small")["Body"].read() == b"x"


@pytest.fixture
def aws(endpoint, tmp_path):
    def run(*arguments):
        done = subprocess.run([AWS, *arguments], capture_output=True, text=True, env=environment(endpoint), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_cli(aws, tmp_path):
    name = f"cli-{uuid.uuid4().hex[:12]}"
    aws("s3", "mb", f"s3://{name}")
    (tmp_path / "tree" / "sub").mkdir(parents=True)
    (tmp_path / "tree" / "one.txt").write_bytes(b"one")
    (tmp_path / "tree" / "sub" / "two.bin").write_bytes(noise(9 * MIB))
    for file in (tmp_path / "tree").rglob("*.*"):  # S3 tells whole seconds: a file of the same second would go up again
        os.utime(file, (1_700_000_000, 1_700_000_000))
    aws("s3", "sync", "tree", f"s3://{name}/t")
    assert "one.txt" in aws("s3", "ls", f"s3://{name}/t/") and "sub/" in aws("s3", "ls", f"s3://{name}/t/")
    assert aws("s3", "sync", "tree", f"s3://{name}/t") == ""
    aws("s3", "mv", f"s3://{name}/t/one.txt", f"s3://{name}/moved.txt")
    aws("s3", "cp", f"s3://{name}/t/sub/two.bin", f"s3://{name}/copied.bin")
    aws("s3", "cp", f"s3://{name}/copied.bin", "back.bin")
    assert (tmp_path / "back.bin").read_bytes() == noise(9 * MIB)
    url = urllib.parse.urlsplit(aws("s3", "presign", f"s3://{name}/moved.txt").strip())
    connection = http.client.HTTPConnection(url.netloc)
    connection.request("GET", f"{url.path}?{url.query}")
    assert connection.getresponse().read() == b"one"
    aws("s3", "rm", f"s3://{name}", "--recursive")
    assert aws("s3", "ls", f"s3://{name}") == ""
    aws("s3", "rb", f"s3://{name}")
    assert name not in aws("s3", "ls")
