// The Kinesis Client Library 3: two workers of one application in one process. Each line printed is an event: WORKER EVENT SHARD [KEY DATA].
// usage: java -cp '<libraries>/*' Consumer.java ENDPOINT LEASES_ENDPOINT STREAM fan-out|polling

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.KinesisClientUtil;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.*;
import software.amazon.kinesis.metrics.MetricsLevel;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

public class Consumer {
    static synchronized void say(Object... words) {
        System.out.println(String.join(" ", java.util.Arrays.stream(words).map(String::valueOf).toList()));
    }

    record Processor(String worker, String[] shard) implements ShardRecordProcessor {
        public void initialize(InitializationInput input) {
            shard[0] = input.shardId();
            say(worker, "starts", shard[0]);
        }

        public void processRecords(ProcessRecordsInput input) {
            for (var record : input.records()) {
                say(worker, "record", shard[0], record.partitionKey(), SdkBytes.fromByteBuffer(record.data()).asUtf8String());
            }
            if (!input.records().isEmpty()) checkpoint(input.checkpointer());
        }

        public void leaseLost(LeaseLostInput input) {
            say(worker, "lost", shard[0]);
        }

        public void shardEnded(ShardEndedInput input) {
            say(worker, "ends", shard[0]);
            checkpoint(input.checkpointer());
        }

        public void shutdownRequested(ShutdownRequestedInput input) {
            checkpoint(input.checkpointer());
        }

        static void checkpoint(software.amazon.kinesis.processor.RecordProcessorCheckpointer checkpointer) {
            try {
                checkpointer.checkpoint();
            } catch (ShutdownException | InvalidStateException error) {
                say("-", "error", error);
            }
        }
    }

    static <B extends AwsClientBuilder<B, ?>> B local(B builder, String endpoint) {
        return builder.endpointOverride(URI.create(endpoint)).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
    }

    static Scheduler worker(String name, String endpoint, String leases, String stream, boolean fanOut) {
        var kinesis = KinesisClientUtil.createKinesisAsyncClient(local(KinesisAsyncClient.builder(), endpoint));
        var dynamo = local(DynamoDbAsyncClient.builder(), leases).build();
        var metrics = local(CloudWatchAsyncClient.builder(), endpoint).build();
        var start = InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON);
        var configs = new ConfigsBuilder(new SingleStreamTracker(stream, start), stream + "-app", kinesis, dynamo, metrics, name,
                () -> new Processor(name, new String[1]));
        var leasing = configs.leaseManagementConfig().failoverTimeMillis(2_000).shardSyncIntervalMillis(1_000)
                .leasesRecoveryAuditorExecutionFrequencyMillis(2_000).leasesRecoveryAuditorInconsistencyConfidenceThreshold(1);
        leasing.workerUtilizationAwareAssignmentConfig().disableWorkerMetrics(true).workerMetricsReporterFreqInMillis(1_000);
        var retrieval = configs.retrievalConfig().retrievalSpecificConfig(fanOut
                ? new FanOutConfig(kinesis).streamName(stream).applicationName(stream + "-app")
                : new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(200));
        return new Scheduler(configs.checkpointConfig(),
                configs.coordinatorConfig().parentShardPollIntervalMillis(500).shardConsumerDispatchPollIntervalMillis(100),
                leasing, configs.lifecycleConfig(), configs.metricsConfig().metricsLevel(MetricsLevel.NONE),
                configs.processorConfig(), retrieval);
    }

    public static void main(String[] arguments) throws Exception {
        List<Scheduler> workers = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            workers.add(worker(name, arguments[0], arguments[1], arguments[2], arguments[3].equals("fan-out")));
        }
        for (Scheduler worker : workers) new Thread(worker).start();
        while (System.in.read() >= 0) { }  // until the test closes our input
        for (Scheduler worker : workers) worker.startGracefulShutdown().get(20, TimeUnit.SECONDS);
        System.exit(0);
    }
}
