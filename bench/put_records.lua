-- PutRecords of 500 x 1 KiB.
local data = string.rep("QUJDRA==", 171):gsub("==", "AA"):sub(1, 1368)
local records = {}
for i = 1, 500 do records[i] = string.format('{"PartitionKey":"key-%d","Data":"%s"}', i, data) end
local body = '{"StreamName":"bench","Records":[' .. table.concat(records, ",") .. "]}"
request = function()
    return wrk.format("POST", "/", {
        ["Content-Type"] = "application/x-amz-json-1.1",
        ["X-Amz-Target"] = "Kinesis_20131202.PutRecords",
        ["Authorization"] = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0",
    }, body)
end
