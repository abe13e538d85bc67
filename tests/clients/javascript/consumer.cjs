// lifion-kinesis, polling: prints SHARD KEY DATA of COUNT records. With enhanced fan-out it was seen to call AWS's own host here; that is not tested.
// usage: node consumer.cjs ENDPOINT LEASES_ENDPOINT NODE_MODULES STREAM COUNT

const path = require("node:path");

const [endpoint, leases, modules, streamName, count] = process.argv.slice(2);
const Kinesis = require(path.join(modules, "lifion-kinesis"));
const common = { region: "us-east-1", accessKeyId: "test", secretAccessKey: "test" };
const report = (...words) => console.error(...words);
const consumer = new Kinesis({
  ...common,
  endpoint,
  streamName,
  consumerGroup: "tests",
  createStreamIfNeeded: false,
  initialPositionInStream: "TRIM_HORIZON",
  leaseAcquisitionInterval: 1000,
  noRecordsPollDelay: 250,
  shouldParseJson: false,
  dynamoDb: { ...common, endpoint: leases, tableName: "lifion" },
  logger: { debug() {}, warn: report, error: report },
});

let seen = 0;
consumer.on("data", ({ shardId, records }) => {
  for (const { partitionKey, data } of records) {
    console.log(shardId, partitionKey, data.toString());
  }
  seen += records.length;
  if (seen >= Number(count)) process.stdout.write("", () => process.exit());
});
consumer.startConsumer().catch((error) => {
  report(error);
  process.exit(1);
});
