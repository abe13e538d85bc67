package millrace;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Collectors;

/** The probe on AWS's runtime interface client for Java: what test_runtimes.py asks of every language. */
public class Probe {
    private int calls = 0;

    public Object handle(Map<String, Object> event, Context context) {
        ++calls;
        switch (String.valueOf(event.get("do"))) {
            case "context":
                return Map.of("request_id", context.getAwsRequestId(), "arn", context.getInvokedFunctionArn(), "name", context.getFunctionName(),
                    "deadline", System.currentTimeMillis() + context.getRemainingTimeInMillis(), "calls", calls, "region", System.getenv("AWS_REGION"));
            case "fail":
                throw new IllegalStateException("failed as told");
            case "exit":
                Runtime.getRuntime().halt(3);
            case "print":
                System.out.println("printed by the probe");
                return null;
            case "large":
                return "x".repeat(((Number) event.get("size")).intValue());
            default:
                return event.get("text");
        }
    }

    public void records(KinesisEvent event) {
        System.out.println("records: " + event.getRecords().stream().map(Probe::say).collect(Collectors.joining(", ")));
    }

    private static String say(KinesisEvent.KinesisEventRecord record) {
        var kinesis = record.getKinesis();
        return kinesis.getPartitionKey() + " " + StandardCharsets.UTF_8.decode(kinesis.getData()) + " "
            + kinesis.getApproximateArrivalTimestamp().toInstant().atZone(ZoneOffset.UTC).getYear();
    }
}
