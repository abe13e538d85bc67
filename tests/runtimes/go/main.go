// The probe on AWS's runtime for Go: what tests/runtimes/test_runtimes.py asks of every language.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type request struct {
	Do      string `json:"do"`
	Text    string `json:"text"`
	Size    int    `json:"size"`
	Records []events.KinesisEventRecord
}

var calls = 0

func handle(ctx context.Context, in request) (any, error) {
	calls++
	switch in.Do {
	case "context":
		about, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		return map[string]any{"request_id": about.AwsRequestID, "arn": about.InvokedFunctionArn, "name": lambdacontext.FunctionName,
			"deadline": deadline.UnixMilli(), "calls": calls, "region": os.Getenv("AWS_REGION")}, nil
	case "fail":
		return nil, errors.New("failed as told")
	case "exit":
		os.Exit(3)
	case "print":
		fmt.Println("printed by the probe")
	case "large":
		return strings.Repeat("x", in.Size), nil
	}
	if len(in.Records) > 0 {
		said := []string{}
		for _, record := range in.Records {
			said = append(said, fmt.Sprintf("%s %s %d", record.Kinesis.PartitionKey, record.Kinesis.Data, record.Kinesis.ApproximateArrivalTimestamp.Year()))
		}
		fmt.Println("records: " + strings.Join(said, ", "))
	}
	return in.Text, nil
}

func main() { lambda.Start(handle) }
