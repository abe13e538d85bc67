-- Messages of 1 KiB through a queue: sent, received and deleted one at a time, whatever connection does which. A message counts three
-- requests.
local url = "http://localhost/000000000000/bench"
local body = string.rep("x", 1024)
local sent, handles = 0, {}

local function call(operation, rest)
    return wrk.format("POST", "/", {
        ["Content-Type"] = "application/x-amz-json-1.0",
        ["X-Amz-Target"] = "AmazonSQS." .. operation,
        ["Authorization"] = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
    }, string.format('{"QueueUrl":"%s"%s}', url, rest))
end

local turn = 0
request = function()
    local handle = table.remove(handles)
    if handle then return call("DeleteMessage", string.format(',"ReceiptHandle":"%s"', handle)) end
    turn = turn + 1
    if turn % 2 == 1 then return call("SendMessage", string.format(',"MessageBody":"%s"', body)) end
    return call("ReceiveMessage", "")
end

response = function(status, headers, answer)
    for handle in string.gmatch(answer, '"ReceiptHandle":"([^"]+)"') do table.insert(handles, handle) end
end
