// The Kinesis Producer Library: COUNT records, aggregated by its native daemon.
// usage: java -cp '<libraries>/*' Producer.java PORT STREAM COUNT

import com.google.common.util.concurrent.ListenableFuture;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordResult;

public class Producer {
    static ListenableFuture<UserRecordResult> put(KinesisProducer producer, String stream, int number) {
        byte[] data = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
        return producer.addUserRecord(stream, "k" + number % 10, ByteBuffer.wrap(data));
    }

    public static void main(String[] arguments) throws Exception {
        long port = Long.parseLong(arguments[0]);
        var settings = new KinesisProducerConfiguration()
                .setKinesisEndpoint("localhost").setKinesisPort(port).setStsEndpoint("localhost").setStsPort(port)
                .setRegion("us-east-1").setVerifyCertificate(false).setMetricsLevel("none").setLogLevel("warning")
                .setCredentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
        var producer = new KinesisProducer(settings);
        var pending = new ArrayList<ListenableFuture<UserRecordResult>>();
        // It aggregates nothing before it has learnt which shards there are: until two that were put together stay together.
        for (boolean together = false; !together; ) {
            var first = put(producer, arguments[1], 0);
            var second = put(producer, arguments[1], 1);
            producer.flushSync();
            together = first.get().getSequenceNumber().equals(second.get().getSequenceNumber());
            pending.addAll(List.of(first, second));
        }
        for (int i = 0; i < Integer.parseInt(arguments[2]); ++i) pending.add(put(producer, arguments[1], i));
        producer.flushSync();
        var numbers = new HashSet<String>();
        for (var one : pending) numbers.add(one.get().getShardId() + " " + one.get().getSequenceNumber());
        System.out.println("records of Kinesis: " + numbers.size());
        producer.destroy();
    }
}
