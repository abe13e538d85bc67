// sqs-consumer: batches of which a part is done, heartbeats, failures and dead letters, a stop that waits, a queue that is not there.
// usage: node queue_consumer.mjs ENDPOINT NODE_MODULES NAME
import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

const [endpoint, modules, name] = process.argv.slice(2);
const require = createRequire(modules + "/");
const { Consumer } = require("sqs-consumer");
const sdk = require("@aws-sdk/client-sqs");

const sqs = new sdk.SQSClient({ endpoint, region: "eu-west-1", credentials: { accessKeyId: "123456789012", secretAccessKey: "test" } });
const run = (command, input) => sqs.send(new sdk[`${command}Command`](input));

async function makeQueue(suffix, Attributes = {}) {
    return (await run("CreateQueue", { QueueName: `${name}-${suffix}`, Attributes })).QueueUrl;
}

async function attributes(QueueUrl) {
    return (await run("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] })).Attributes;
}

async function held(QueueUrl) {
    const found = await attributes(QueueUrl);
    return [Number(found.ApproximateNumberOfMessages), Number(found.ApproximateNumberOfMessagesNotVisible)];
}

function start(queueUrl, options) {
    const consumer = Consumer.create({ queueUrl, sqs, waitTimeSeconds: 1, pollingCompleteWaitTimeMs: 5000, ...options });
    consumer.on("error", (error) => consumer.errors.push(error));
    consumer.errors = [];
    consumer.start();
    return consumer;
}

async function stop(consumer) {
    const stopped = once(consumer, "stopped");
    consumer.stop();
    await stopped;
    assert.deepEqual(consumer.errors, []);
}

// Each is handled once; what the handler does not name is not deleted, and comes again.
async function batches() {
    const queue = await makeQueue("batches");
    for (let n = 0; n < 50; n += 10) {
        const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody: String(n + i) }));
        assert.equal((await run("SendMessageBatch", { QueueUrl: queue, Entries })).Successful.length, 10);
    }
    const seen = new Map();
    let all;
    const done = new Promise((resolve) => { all = resolve; });
    const left = (count, body) => count === 1 && body % 7 === 0;
    const consumer = start(queue, {
        batchSize: 10,
        visibilityTimeout: 2,
        messageSystemAttributeNames: ["ApproximateReceiveCount"],
        handleMessageBatch: async (messages) => {
            for (const { Body, Attributes } of messages) {
                seen.set(Body, (seen.get(Body) ?? 0) + 1);
                assert.equal(Number(Attributes.ApproximateReceiveCount), seen.get(Body));
            }
            if ([...seen.values()].reduce((sum, count) => sum + count, 0) === 58) all();
            return messages.filter(({ Body }) => !left(seen.get(Body), Number(Body)));
        },
    });
    await done;
    await stop(consumer);
    assert.equal(seen.size, 50);
    for (const [body, count] of seen) assert.equal(count, body % 7 === 0 ? 2 : 1, body);
    assert.deepEqual(await held(queue), [0, 0]);
}

// A handler that works longer than the visibility timeout keeps its message while it sends heartbeats.
async function heartbeats() {
    const queue = await makeQueue("heartbeats");
    let received = 0;
    const options = { visibilityTimeout: 2, heartbeatInterval: 1, handleMessage: async () => { ++received; await sleep(3500); } };
    const consumers = [start(queue, options), start(queue, options)];
    const processed = Promise.race(consumers.map((consumer) => once(consumer, "message_processed")));
    await run("SendMessage", { QueueUrl: queue, MessageBody: "long" });
    await processed;
    await Promise.all(consumers.map(stop));
    assert.equal(received, 1);
    assert.deepEqual(await held(queue), [0, 0]);
}

// What fails is given back at once, and is a dead letter after two times.
async function failures() {
    const dead = await makeQueue("dead");
    const deadLetterTargetArn = (await attributes(dead)).QueueArn;
    const queue = await makeQueue("failures", { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }) });
    const letters = start(dead, { messageSystemAttributeNames: ["All"], handleMessage: async (message) => message });
    const consumer = start(queue, {
        visibilityTimeout: 30,
        terminateVisibilityTimeout: true,
        handleMessage: async () => { throw new Error("no"); },
    });
    let failed = 0;
    consumer.on("processing_error", () => ++failed);
    const { MessageId } = await run("SendMessage", { QueueUrl: queue, MessageBody: "bad" });
    const [letter] = await once(letters, "message_processed");
    assert.equal(letter.MessageId, MessageId);
    assert.equal(letter.Body, "bad");
    assert.equal(failed, 2);
    await Promise.all([stop(consumer), stop(letters)]);
    assert.deepEqual(await held(queue), [0, 0]);
}

// A handler in time keeps its timeout; one that hangs is left, and the message comes again. A stop waits for the handler.
async function stopping() {
    const queue = await makeQueue("stopping");
    let finished = false;
    const consumer = start(queue, { handleMessage: async () => { consumer.stop(); await sleep(800); finished = true; } });
    const stopped = once(consumer, "stopped");
    await run("SendMessage", { QueueUrl: queue, MessageBody: "last" });
    await stopped;
    assert(finished);
    assert.deepEqual(await held(queue), [0, 0]);
    const hanging = start(queue, { visibilityTimeout: 30, handleMessageTimeout: 300, handleMessage: () => sleep(2000) });
    await run("SendMessage", { QueueUrl: queue, MessageBody: "hangs" });
    const [, message] = await once(hanging, "timeout_error");
    assert.equal(message.Body, "hangs");
    await stop(hanging);
    assert.deepEqual(await held(queue), [0, 1]);
}

async function missing() {
    const queue = await makeQueue("missing");
    await run("DeleteQueue", { QueueUrl: queue });
    const consumer = start(queue, { handleMessage: async (message) => message });
    const [error] = await once(consumer, "error");
    assert.equal(error.name, "SQSError");
    assert.equal(error.code, "QueueDoesNotExist");
    consumer.stop();
}

setTimeout(() => { throw new Error("not all parts ended in time"); }, 40_000).unref();
for (const done of await Promise.all([batches, heartbeats, failures, stopping, missing].map(async (part) => { await part(); return part.name; }))) {
    console.log(`${done}: ok`);
}
process.exit();
