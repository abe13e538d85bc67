-- PutRecord of 1 KiB, keys spread over the shards.
local data = string.rep("QUJDRA==", 171):gsub("==", "AA"):sub(1, 1368)
local count = 0
request = function()
    count = count + 1
    local body = string.format('{"StreamName":"bench","PartitionKey":"key-%d","Data":"%s"}', count, data)
    return wrk.format("POST", "/", {
        ["Content-Type"] = "application/x-amz-json-1.1",
        ["X-Amz-Target"] = "Kinesis_20131202.PutRecord",
        ["Authorization"] = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0",
    }, body)
end
