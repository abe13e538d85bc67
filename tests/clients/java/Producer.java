// The Kinesis Producer Library: COUNT records, aggregated by its native daemon.
// usage: java -cp '<libraries>/*' Producer.java PORT STREAM COUNT

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;

public class Producer {
    public static void main(String[] arguments) throws Exception {
        long port = Long.parseLong(arguments[0]);
        var settings = new KinesisProducerConfiguration()
                .setKinesisEndpoint("localhost").setKinesisPort(port).setStsEndpoint("localhost").setStsPort(port)
                .setRegion("us-east-1").setVerifyCertificate(false).setMetricsLevel("none").setLogLevel("warning")
                .setCredentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
        var producer = new KinesisProducer(settings);
        var pending = new ArrayList<com.google.common.util.concurrent.ListenableFuture<software.amazon.kinesis.producer.UserRecordResult>>();
        for (int i = 0; i < Integer.parseInt(arguments[2]); ++i) {
            byte[] data = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
            pending.add(producer.addUserRecord(arguments[1], "k" + i % 10, ByteBuffer.wrap(data)));
        }
        producer.flushSync();
        var numbers = new HashSet<String>();
        for (var one : pending) numbers.add(one.get().getShardId() + " " + one.get().getSequenceNumber());
        System.out.println("records of Kinesis: " + numbers.size());
        producer.destroy();
    }
}
