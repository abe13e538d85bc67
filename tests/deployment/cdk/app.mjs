import * as cdk from "aws-cdk-lib";
import * as kinesis from "aws-cdk-lib/aws-kinesis";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { KinesisEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sqs from "aws-cdk-lib/aws-sqs";

class Pipeline extends cdk.Stack {
  constructor(scope, id, properties) {
    super(scope, id, properties);
    const events = new kinesis.Stream(this, "Events", { shardCount: 1, removalPolicy: cdk.RemovalPolicy.DESTROY });
    const inside = this.node.tryGetContext("nested") ? new cdk.NestedStack(this, "Inside") : this;
    const messages = new sqs.Queue(inside, "Messages");
    const forward = new lambda.Function(inside, "Forward", {
      runtime: lambda.Runtime.PYTHON_3_11,
      handler: "app.handler",
      code: lambda.Code.fromAsset("forward"),
      timeout: cdk.Duration.seconds(20),
      environment: { QUEUE_URL: messages.queueUrl, GREETING: this.node.tryGetContext("greeting") ?? "first" },
    });
    messages.grantSendMessages(forward);
    forward.addEventSource(new KinesisEventSource(events, { startingPosition: lambda.StartingPosition.TRIM_HORIZON, batchSize: 10 }));
    new cdk.CfnOutput(this, "Stream", { value: events.streamName });
    new cdk.CfnOutput(this, "QueueUrl", { value: messages.queueUrl });
    new cdk.CfnOutput(this, "Function", { value: forward.functionName });
  }
}

const app = new cdk.App();
new Pipeline(app, app.node.tryGetContext("stack") ?? "Pipeline");
