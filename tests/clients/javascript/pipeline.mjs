// AWS SDK for JavaScript v3 over HTTP/1.1: every service once, errors included. Prints JSON; usage: node pipeline.mjs ENDPOINT MODULES NAME
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [endpoint, modules, name] = process.argv.slice(2);
const require = createRequire(modules + "/");
const { NodeHttpHandler } = require("@smithy/node-http-handler");
const kinesisSdk = require("@aws-sdk/client-kinesis");
const sqsSdk = require("@aws-sdk/client-sqs");
const lambdaSdk = require("@aws-sdk/client-lambda");
const cloudformationSdk = require("@aws-sdk/client-cloudformation");

const config = {
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "123456789012", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
};
const kinesis = new kinesisSdk.KinesisClient(config);
const sqs = new sqsSdk.SQSClient(config);
const lambda = new lambdaSdk.LambdaClient(config);
const cloudformation = new cloudformationSdk.CloudFormationClient(config);

async function streams() {
    await kinesis.send(new kinesisSdk.CreateStreamCommand({ StreamName: name, ShardCount: 2 }));
    await kinesisSdk.waitUntilStreamExists({ client: kinesis, maxWaitTime: 10, minDelay: 1 }, { StreamName: name });
    const put = await kinesis.send(new kinesisSdk.PutRecordsCommand({
        StreamName: name,
        Records: ["á", "b", "c"].map((text) => ({ Data: Buffer.from(text), PartitionKey: text })),
    }));
    assert.equal(put.FailedRecordCount ?? 0, 0);
    const found = [];
    for (const { ShardId } of (await kinesis.send(new kinesisSdk.ListShardsCommand({ StreamName: name }))).Shards) {
        const { ShardIterator } = await kinesis.send(
            new kinesisSdk.GetShardIteratorCommand({ StreamName: name, ShardId, ShardIteratorType: "TRIM_HORIZON" }));
        const answer = await kinesis.send(new kinesisSdk.GetRecordsCommand({ ShardIterator }));
        for (const record of answer.Records) {
            assert(record.ApproximateArrivalTimestamp instanceof Date);
            found.push(Buffer.from(record.Data).toString());
        }
    }
    assert.deepEqual(found.sort(), ["b", "c", "á"]);
    const summary = await kinesis.send(new kinesisSdk.DescribeStreamSummaryCommand({ StreamName: name }));
    assert.equal(summary.StreamDescriptionSummary.StreamARN, `arn:aws:kinesis:eu-west-1:123456789012:stream/${name}`);
    await assert.rejects(kinesis.send(new kinesisSdk.DescribeStreamCommand({ StreamName: "missing" })), kinesisSdk.ResourceNotFoundException);
}

async function subscriptions() {
    const { StreamDescriptionSummary: { StreamARN } } = await kinesis.send(
        new kinesisSdk.DescribeStreamSummaryCommand({ StreamName: name }));
    const { Consumer: { ConsumerARN } } = await kinesis.send(
        new kinesisSdk.RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "javascript" }));
    const { EventStream } = await kinesis.send(new kinesisSdk.SubscribeToShardCommand({
        ConsumerARN, ShardId: "shardId-000000000000", StartingPosition: { Type: "LATEST" } }));
    const put = await kinesis.send(new kinesisSdk.PutRecordCommand({
        StreamName: name, Data: Buffer.from("pushed"), PartitionKey: "k", ExplicitHashKey: "0" }));
    for await (const { SubscribeToShardEvent: event } of EventStream) {
        assert.deepEqual(event.Records.map((record) => Buffer.from(record.Data).toString()), ["pushed"]);
        assert.equal(event.ContinuationSequenceNumber, put.SequenceNumber);
        assert.equal(event.MillisBehindLatest, 0);
        break;
    }
}

async function queues() {
    const { QueueUrl } = await sqs.send(new sqsSdk.CreateQueueCommand({ QueueName: name }));
    const waiting = sqs.send(new sqsSdk.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, MessageAttributeNames: ["All"] }));
    const MessageAttributes = { colour: { DataType: "String", StringValue: "grün" }, weight: { DataType: "Number", StringValue: "12.5" },
        bytes: { DataType: "Binary", BinaryValue: Buffer.from([0, 1, 255]) } };
    await sqs.send(new sqsSdk.SendMessageCommand({ QueueUrl, MessageBody: "ñ", MessageAttributes }));
    const { Messages } = await waiting; // the SDK checks the MD5 sums
    assert.equal(Messages[0].Body, "ñ");
    assert.equal(Messages[0].MessageAttributes.colour.StringValue, "grün");
    await sqs.send(new sqsSdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
    await assert.rejects(sqs.send(new sqsSdk.GetQueueUrlCommand({ QueueName: "missing" })), sqsSdk.QueueDoesNotExist);
    await fifoQueues();
}

async function fifoQueues() {
    const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
    const { QueueUrl } = await sqs.send(new sqsSdk.CreateQueueCommand({ QueueName: `${name}.fifo`, Attributes }));
    const Entries = ["1", "2", "1"].map((MessageBody, index) => ({ Id: `${index}`, MessageBody, MessageGroupId: "g" }));
    const { Successful } = await sqs.send(new sqsSdk.SendMessageBatchCommand({ QueueUrl, Entries }));
    assert.equal(Successful[2].SequenceNumber, Successful[0].SequenceNumber);
    const attempt = { QueueUrl, MaxNumberOfMessages: 10, ReceiveRequestAttemptId: "attempt" };
    const { Messages } = await sqs.send(new sqsSdk.ReceiveMessageCommand(attempt));
    assert.deepEqual(Messages.map((message) => message.Body), ["1", "2"]);
    const again = await sqs.send(new sqsSdk.ReceiveMessageCommand(attempt));
    assert.deepEqual(again.Messages.map((message) => message.ReceiptHandle), Messages.map((message) => message.ReceiptHandle));
    await assert.rejects(sqs.send(new sqsSdk.SendMessageCommand({ QueueUrl, MessageBody: "3" })), /MessageGroupId/);
    await sqs.send(new sqsSdk.DeleteQueueCommand({ QueueUrl }));
}

async function functions() {
    await assert.rejects(lambda.send(new lambdaSdk.GetFunctionCommand({ FunctionName: "missing" })), lambdaSdk.ResourceNotFoundException);
    const listed = await lambda.send(new lambdaSdk.ListFunctionsCommand({}));
    assert.deepEqual(listed.Functions, []);
}

async function stacks() {
    const TemplateBody = JSON.stringify({
        Resources: {
            Queue: { Type: "AWS::SQS::Queue" },
            Echo: { Type: "AWS::Lambda::Function", Properties: {
                Runtime: "nodejs20.x", Handler: "index.handler", Role: "arn:aws:iam::123456789012:role/any",
                Code: { ZipFile: "exports.handler = async (event) => { console.log('echo', event); return { echo: event }; };" } } },
        },
        Outputs: { Function: { Value: { Ref: "Echo" } } },
    });
    await cloudformation.send(new cloudformationSdk.CreateStackCommand({ StackName: name, TemplateBody }));
    await cloudformationSdk.waitUntilStackCreateComplete({ client: cloudformation, maxWaitTime: 20, minDelay: 1 }, { StackName: name });
    const { Stacks } = await cloudformation.send(new cloudformationSdk.DescribeStacksCommand({ StackName: name }));
    const FunctionName = Stacks[0].Outputs[0].OutputValue;
    const answer = await lambda.send(new lambdaSdk.InvokeCommand({ FunctionName, Payload: JSON.stringify({ n: 1 }), LogType: "Tail" }));
    assert.deepEqual(JSON.parse(Buffer.from(answer.Payload).toString()), { echo: { n: 1 } });
    assert.match(Buffer.from(answer.LogResult, "base64").toString(), /echo/);
    const streamed = await lambda.send(new lambdaSdk.InvokeWithResponseStreamCommand({ FunctionName, Payload: JSON.stringify({ n: 2 }) }));
    const chunks = [];
    let complete;
    for await (const event of streamed.EventStream) {
        if (event.PayloadChunk) chunks.push(Buffer.from(event.PayloadChunk.Payload));
        if (event.InvokeComplete) complete = event.InvokeComplete;
    }
    assert.deepEqual(JSON.parse(Buffer.concat(chunks).toString()), { echo: { n: 2 } });
    assert.ok(complete && !complete.ErrorCode);
    await cloudformation.send(new cloudformationSdk.DeleteStackCommand({ StackName: name }));
    await cloudformationSdk.waitUntilStackDeleteComplete({ client: cloudformation, maxWaitTime: 20, minDelay: 1 }, { StackName: name });
}

for (const part of [streams, subscriptions, queues, functions, stacks]) {
    await part();
    console.log(`${part.name}: ok`);
}

// What a subscription was left in the middle of keeps its connection, and Node runs on as long as there is one.
kinesis.destroy();
