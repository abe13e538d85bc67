// The AWS SDK for Java v2 with its default settings, which mean CBOR: every part once, errors included.
// usage: java -cp '<libraries>/*' Streams.java ENDPOINT NAME

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

public class Streams {
    static final String SHARD = "shardId-000000000000";
    static final byte[] BYTES = {0, (byte) 255, 1};

    static void check(boolean holds, Object what) {
        if (!holds) throw new AssertionError(String.valueOf(what));
    }

    static <E extends Exception> E thrown(Class<E> type, Runnable call) {
        try {
            call.run();
        } catch (Exception error) {
            check(type.isInstance(error), error);
            return type.cast(error);
        }
        throw new AssertionError("no " + type);
    }

    public static void main(String[] arguments) throws Exception {
        URI endpoint = URI.create(arguments[0]);
        String name = arguments[1];
        var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
        try (var kinesis = KinesisClient.builder().endpointOverride(endpoint).region(Region.US_EAST_1)
                .credentialsProvider(credentials).httpClient(UrlConnectionHttpClient.create()).build()) {
            records(kinesis, name);
            errors(kinesis, name);
            // HTTP/1.1 here, whatever the server speaks besides.
            var http = NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1).readTimeout(Duration.ofSeconds(30)).build();
            try (http; var async = KinesisAsyncClient.builder().endpointOverride(endpoint).region(Region.US_EAST_1)
                    .credentialsProvider(credentials).httpClient(http).build()) {
                subscription(kinesis, async, name);
            }
            kinesis.deleteStream(r -> r.streamName(name).enforceConsumerDeletion(true));
        }
    }

    static void records(KinesisClient kinesis, String name) {
        Instant before = Instant.now().minusSeconds(1);
        kinesis.createStream(r -> r.streamName(name).shardCount(1).tags(Map.of("team", "bl\u00e5")));
        String number = kinesis.putRecord(r -> r.streamName(name).partitionKey("key").data(SdkBytes.fromByteArray(BYTES))).sequenceNumber();
        String key = "\u00e9".repeat(200);  // longer than what the client writes in one piece
        var entry = PutRecordsRequestEntry.builder().partitionKey(key).data(SdkBytes.fromUtf8String("x".repeat(100_000))).build();
        var put = kinesis.putRecords(r -> r.streamName(name).records(entry, entry));
        check(put.failedRecordCount() == 0 && put.records().size() == 2, put);
        var created = kinesis.describeStreamSummary(r -> r.streamName(name)).streamDescriptionSummary().streamCreationTimestamp();
        check(created.isAfter(before) && !created.isAfter(Instant.now()), created);
        String iterator = kinesis.getShardIterator(r -> r.streamName(name).shardId(SHARD)
                .shardIteratorType(ShardIteratorType.AT_TIMESTAMP).timestamp(created)).shardIterator();
        var read = kinesis.getRecords(r -> r.shardIterator(iterator));
        check(read.records().size() == 3 && read.millisBehindLatest() == 0, read);
        var first = read.records().get(0);
        check(first.sequenceNumber().equals(number) && first.partitionKey().equals("key"), first);
        check(java.util.Arrays.equals(first.data().asByteArray(), BYTES), first);
        check(first.approximateArrivalTimestamp().isAfter(before), first);
        check(read.records().get(2).partitionKey().equals(key), read.records().get(2));
        check(read.records().get(2).data().asByteArray().length == 100_000, "data");
        var tags = kinesis.listTagsForStream(r -> r.streamName(name)).tags();
        check(tags.get(0).value().equals("bl\u00e5"), tags);
        System.out.println("records: ok");
    }

    static void errors(KinesisClient kinesis, String name) {
        var missing = thrown(ResourceNotFoundException.class, () -> kinesis.describeStream(r -> r.streamName(name + "-not")));
        check(missing.getMessage().startsWith("Stream " + name + "-not under account 000000000000 not found."), missing);
        var invalid = thrown(KinesisException.class, () -> kinesis.createStream(r -> r.streamName("a b").shardCount(1)));
        check(invalid.awsErrorDetails().errorCode().equals("ValidationException"), invalid);
        System.out.println("errors: ok");
    }

    static void subscription(KinesisClient kinesis, KinesisAsyncClient async, String name) throws Exception {
        String stream = kinesis.describeStreamSummary(r -> r.streamName(name)).streamDescriptionSummary().streamARN();
        String consumer = kinesis.registerStreamConsumer(r -> r.streamARN(stream).consumerName("java")).consumer().consumerARN();
        List<SubscribeToShardEvent> events = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> caughtUp = new CompletableFuture<>();
        CompletableFuture<Void> pushed = new CompletableFuture<>();
        CompletableFuture<Void> beaten = new CompletableFuture<>();
        var handler = SubscribeToShardResponseHandler.builder()
                .subscriber(SubscribeToShardResponseHandler.Visitor.builder().onSubscribeToShardEvent(event -> {
                    events.add(event);
                    long records = events.stream().mapToLong(e -> e.records().size()).sum();
                    if (records >= 3) caughtUp.complete(null);
                    if (records >= 4) pushed.complete(null);
                    if (records >= 4 && event.records().isEmpty()) beaten.complete(null);
                }).build())
                .onError(error -> {
                    for (var future : List.of(caughtUp, pushed, beaten)) future.completeExceptionally(error);
                }).build();
        async.subscribeToShard(r -> r.consumerARN(consumer).shardId(SHARD).startingPosition(p -> p.type(ShardIteratorType.TRIM_HORIZON)), handler);
        caughtUp.get(10, TimeUnit.SECONDS);
        String number = kinesis.putRecord(r -> r.streamName(name).partitionKey("late").data(SdkBytes.fromByteArray(BYTES))).sequenceNumber();
        pushed.get(10, TimeUnit.SECONDS);
        var last = events.get(events.size() - 1);
        check(last.continuationSequenceNumber().equals(number) && last.millisBehindLatest() == 0, last);
        check(java.util.Arrays.equals(last.records().get(0).data().asByteArray(), BYTES), last);
        beaten.get(10, TimeUnit.SECONDS);
        var quiet = SubscribeToShardResponseHandler.builder().subscriber(event -> {}).build();
        var taken = thrown(java.util.concurrent.CompletionException.class, () -> {
            kinesis.registerStreamConsumer(r -> r.streamARN(stream).consumerName("twice"));
            String twice = kinesis.describeStreamConsumer(r -> r.streamARN(stream).consumerName("twice")).consumerDescription().consumerARN();
            for (int i = 0; i < 2; ++i) {
                var call = async.subscribeToShard(r -> r.consumerARN(twice).shardId(SHARD).startingPosition(p -> p.type(ShardIteratorType.LATEST)), quiet);
                if (i == 1) call.join();
                else sleep(500);
            }
        });
        check(taken.getCause() instanceof ResourceInUseException, taken);
        System.out.println("subscription: ok");
    }

    static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }
}
