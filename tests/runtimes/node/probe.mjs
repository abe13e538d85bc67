// The probe in Node.js: what tests/runtimes/test_runtimes.py asks of every language. With Millrace's bootstrap, and with AWS's client.

let calls = 0;

function say({kinesis}) {
  const year = new Date(kinesis.approximateArrivalTimestamp * 1000).getUTCFullYear();
  return `${kinesis.partitionKey} ${Buffer.from(kinesis.data, "base64")} ${year}`;
}

export async function handle(event, context) {
  ++calls;
  switch (event.do) {
    case "context":
      return {request_id: context.awsRequestId, arn: context.invokedFunctionArn, name: context.functionName, calls,
        deadline: Date.now() + context.getRemainingTimeInMillis(), region: process.env.AWS_REGION};
    case "fail":
      throw new Error("failed as told");
    case "exit":
      process.exit(3);
    case "print":
      console.log("printed by the probe");
      return null;
    case "large":
      return "x".repeat(event.size);
  }
  if (event.Records) {
    console.log("records: " + event.Records.map(say).join(", "));
    return null;
  }
  return event.text;
}
