// The Kinesis client as it comes: many calls at once on HTTP/2. Usage: node http2.mjs ENDPOINT MODULES NAME
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [endpoint, modules, name] = process.argv.slice(2);
const require = createRequire(modules + "/");
const sdk = require("@aws-sdk/client-kinesis");

const client = new sdk.KinesisClient({ endpoint, maxAttempts: 1 });
console.log("handler: " + client.config.requestHandler.constructor.name);
await client.send(new sdk.CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
await sdk.waitUntilStreamExists({ client, maxWaitTime: 10, minDelay: 1 }, { StreamName: name });
await Promise.all(Array.from({ length: 50 }, (_, i) =>
    client.send(new sdk.PutRecordCommand({ StreamName: name, PartitionKey: "k", Data: Buffer.alloc(100_000, i) }))));
const { ShardIterator } = await client.send(new sdk.GetShardIteratorCommand(
    { StreamName: name, ShardId: "shardId-000000000000", ShardIteratorType: "TRIM_HORIZON" }));
let next = ShardIterator;
let count = 0;
while (count < 50) {
    const { Records, NextShardIterator } = await client.send(new sdk.GetRecordsCommand({ ShardIterator: next }));
    for (const record of Records) assert.equal(record.Data.length, 100_000);
    count += Records.length;
    next = NextShardIterator;
}
console.log("records: " + count);
await assert.rejects(client.send(new sdk.DescribeStreamCommand({ StreamName: "absent" })), { name: "ResourceNotFoundException" });
client.destroy();
