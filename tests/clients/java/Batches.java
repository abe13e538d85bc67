// SqsAsyncBatchManager of the AWS SDK for Java v2: single calls that it gathers into batches, and receives that it makes ahead.
// usage: java -cp '<libraries>/*' Batches.java ENDPOINT NAME

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.batchmanager.SqsAsyncBatchManager;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

public class Batches {
    static final int MESSAGES = 95;
    static final int GIVEN_BACK = 10;

    static void check(boolean holds, Object what) {
        if (!holds) throw new AssertionError(String.valueOf(what));
    }

    // How often each request went out.
    static class Requests implements ExecutionInterceptor {
        final Map<String, Integer> counts = new ConcurrentHashMap<>();

        @Override
        public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
            counts.merge(context.request().getClass().getSimpleName(), 1, Integer::sum);
        }

        int of(String name) {
            return counts.getOrDefault(name, 0);
        }
    }

    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Throwable error) {
            error.printStackTrace();
            System.exit(1);  // the executor's threads would go on
        }
        System.exit(0);
    }

    static void run(String[] arguments) {
        var requests = new Requests();
        var executor = Executors.newScheduledThreadPool(4);
        try (var client = SqsAsyncClient.builder()
                     .endpointOverride(URI.create(arguments[0]))
                     .region(Region.EU_WEST_1)
                     .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("123456789012", "test")))
                     .overrideConfiguration(override -> override.addExecutionInterceptor(requests))
                     .build();
             var manager = SqsAsyncBatchManager.builder()
                     .client(client)
                     .scheduledExecutor(executor)
                     .overrideConfiguration(override -> override
                             .receiveMessageVisibilityTimeout(Duration.ofSeconds(30))
                             .receiveMessageMinWaitDuration(Duration.ofSeconds(1))
                             .receiveMessageSystemAttributeNames(List.of(MessageSystemAttributeName.ALL)))
                     .build()) {
            var url = client.createQueue(create -> create.queueName(arguments[1])).join().queueUrl();
            send(manager, url, requests);
            System.out.println("batches: ok");
            receive(manager, client, url, requests);
            System.out.println("receives: ok");
            fail(manager, url);
            System.out.println("errors: ok");
        }
    }

    static void send(SqsAsyncBatchManager manager, String url, Requests requests) {
        var sends = new ArrayList<CompletableFuture<SendMessageResponse>>();
        for (int i = 0; i < MESSAGES; ++i) {
            var body = String.valueOf(i);
            sends.add(manager.sendMessage(send -> send.queueUrl(url).messageBody(body)));
        }
        var ids = new HashSet<String>();
        for (var send : sends) ids.add(send.join().messageId());
        check(ids.size() == MESSAGES, ids.size());
        check(requests.of("SendMessageRequest") == 0 && requests.of("SendMessageBatchRequest") <= 20, requests.counts);
    }

    // Ten are given back and come again; every other once.
    static void receive(SqsAsyncBatchManager manager, SqsAsyncClient client, String url, Requests requests) {
        var seen = new HashMap<String, Integer>();
        var calls = new ArrayList<CompletableFuture<?>>();
        var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        for (int received = 0; received < MESSAGES + GIVEN_BACK;) {
            check(System.nanoTime() < deadline, seen);
            for (Message message : manager.receiveMessage(receive -> receive.queueUrl(url).maxNumberOfMessages(10)).join().messages()) {
                ++received;
                var count = seen.merge(message.body(), 1, Integer::sum);
                check(message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT).equals(count.toString()), message);
                if (Integer.parseInt(message.body()) < GIVEN_BACK && count == 1) {
                    calls.add(manager.changeMessageVisibility(
                            change -> change.queueUrl(url).receiptHandle(message.receiptHandle()).visibilityTimeout(0)));
                } else {
                    calls.add(manager.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle())));
                }
            }
        }
        for (var call : calls) call.join();
        check(seen.size() == MESSAGES, seen);
        check(requests.of("DeleteMessageRequest") == 0 && requests.of("ChangeMessageVisibilityRequest") == 0, requests.counts);
        var attributes = client.getQueueAttributes(get -> get.queueUrl(url).attributeNames(QueueAttributeName.ALL)).join().attributes();
        check(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES).equals("0"), attributes);
        check(attributes.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE).equals("0"), attributes);
    }

    // A bad entry fails alone.
    static void fail(SqsAsyncBatchManager manager, String url) {
        var good = manager.sendMessage(send -> send.queueUrl(url).messageBody("good"));
        var bad = manager.sendMessage(send -> send.queueUrl(url).messageBody("bad").delaySeconds(901));
        check(!good.join().messageId().isEmpty(), "no id");
        try {
            bad.join();
            throw new AssertionError("it was taken");
        } catch (CompletionException error) {
            check(error.getCause() instanceof SqsException, error);
            check(((SqsException) error.getCause()).awsErrorDetails().errorCode().equals("InvalidParameterValue"), error);
        }
    }
}
