"""CloudWatch's metrics through boto3, which speaks Smithy's RPC v2 to it, through the AWS CLI, and in the older protocols."""

import datetime
import json
import urllib.error
import urllib.request

import botocore.exceptions
import pytest

from support import cli

TARGET = "GraniteServiceVersion20100801"


def minutes_ago(count):
    return datetime.datetime.now(datetime.UTC).replace(second=0, microsecond=0) - datetime.timedelta(minutes=count)


@pytest.fixture
def cloudwatch(client):
    return client("cloudwatch")


def test_statistics_by_minute(cloudwatch, unique):
    for ago, value in [(5, 2.0), (5, 4.0), (3, 10.5)]:
        cloudwatch.put_metric_data(Namespace=unique, MetricData=[{"MetricName": "m", "Timestamp": minutes_ago(ago), "Value": value, "Unit": "Bytes"}])
    start, end = minutes_ago(10), minutes_ago(-1)
    answer = cloudwatch.get_metric_statistics(Namespace=unique, MetricName="m", StartTime=start, EndTime=end, Period=60, Statistics=["Sum", "Average"])
    assert answer["Label"] == "m"
    assert [(point["Sum"], point["Average"], point["Unit"]) for point in answer["Datapoints"]] == [(6.0, 3.0, "Bytes"), (10.5, 10.5, "Bytes")]
    times = [point["Timestamp"] for point in answer["Datapoints"]]
    assert times[1] - times[0] == datetime.timedelta(minutes=2) and times[0].second == 0
    query = {"Id": "q", "MetricStat": {"Metric": {"Namespace": unique, "MetricName": "m"}, "Period": 60, "Stat": "SampleCount"}}
    result, = cloudwatch.get_metric_data(MetricDataQueries=[query], StartTime=start, EndTime=end)["MetricDataResults"]
    assert (result["Timestamps"], result["Values"], result["StatusCode"]) == (times[::-1], [1.0, 2.0], "Complete")


def test_pages(cloudwatch, unique):
    # More than 10 KiB: boto3 compresses it.
    cloudwatch.put_metric_data(Namespace=unique, MetricData=[{"MetricName": f"metric-{n}", "Value": n} for n in range(750)])
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace=unique))
    assert [len(page["Metrics"]) for page in pages] == [500, 250]
    assert {metric["MetricName"] for page in pages for metric in page["Metrics"]} == {f"metric-{n}" for n in range(750)}
    for ago in range(5):
        cloudwatch.put_metric_data(Namespace=unique, MetricData=[{"MetricName": "m", "Timestamp": minutes_ago(ago), "Value": ago}])
    query = {"Id": "q", "MetricStat": {"Metric": {"Namespace": unique, "MetricName": "m"}, "Period": 60, "Stat": "Sum"}}
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[query], StartTime=minutes_ago(10), EndTime=minutes_ago(-2), ScanBy="TimestampAscending", MaxDatapoints=2)
    values = [result["Values"] for page in pages for result in page["MetricDataResults"]]
    assert values == [[4.0, 3.0], [2.0, 1.0], [0.0]]


def test_errors_are_those_of_the_sdk(cloudwatch, unique):
    with pytest.raises(cloudwatch.exceptions.InvalidParameterValueException) as refused:
        cloudwatch.put_metric_data(Namespace=unique, MetricData=[{"MetricName": "m", "Value": 1, "Timestamp": minutes_ago(15 * 24 * 60)}])
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert "within the past two weeks" in refused.value.response["Error"]["Message"]
    with pytest.raises(cloudwatch.exceptions.MissingRequiredParameterException):
        cloudwatch.put_metric_data(Namespace=unique, MetricData=[{"MetricName": "m"}])
    with pytest.raises(botocore.exceptions.ClientError, match="Millrace does not offer PutDashboard yet"):
        cloudwatch.put_dashboard(DashboardName="d", DashboardBody="{}")


def test_accounts_and_regions_have_their_own(client, unique):
    client("cloudwatch").put_metric_data(Namespace=unique, MetricData=[{"MetricName": "m", "Value": 1}])
    for elsewhere in (client("cloudwatch", region="eu-west-1"), client("cloudwatch", account="111111111111")):
        assert elsewhere.list_metrics(Namespace=unique)["Metrics"] == []


@pytest.mark.parametrize("program", [cli.AWS, cli.AWS_VERSION_2], ids=["version-1", "version-2"])
def test_command_line(endpoint, unique, program):
    def aws(*arguments):
        return cli.aws(endpoint, "cloudwatch", *arguments, program=program)

    aws("put-metric-data", "--namespace", unique, "--metric-name", "m", "--value", 7, "--unit", "Count", "--dimensions", "stage=test")
    assert aws("list-metrics", "--namespace", unique)["Metrics"] == [
        {"Namespace": unique, "MetricName": "m", "Dimensions": [{"Name": "stage", "Value": "test"}]}]
    points = aws("get-metric-statistics", "--namespace", unique, "--metric-name", "m", "--dimensions", "Name=stage,Value=test", "--period", 300,
                 "--start-time", minutes_ago(4).isoformat(), "--end-time", minutes_ago(-1).isoformat(), "--statistics", "Sum")["Datapoints"]
    assert [(point["Sum"], point["Unit"]) for point in points] == [(7.0, "Count")]


def send(endpoint, body, headers, path="/"):
    request = urllib.request.Request(endpoint + path, data=body.encode(), headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def test_json(endpoint, unique):
    def call(operation, **members):
        headers = {"X-Amz-Target": f"{TARGET}.{operation}", "Content-Type": "application/x-amz-json-1.0"}
        return send(endpoint, json.dumps(members), headers)

    assert call("PutMetricData", Namespace=unique, MetricData=[{"MetricName": "m", "Value": 1}])[0] == 200
    status, headers, body = call("ListMetrics", Namespace=unique)
    assert status == 200 and headers["Content-Type"] == "application/x-amz-json-1.0"
    assert json.loads(body) == {"Metrics": [{"Namespace": unique, "MetricName": "m", "Dimensions": []}]}
    status, headers, body = call("PutMetricData", Namespace=unique)
    assert status == 400 and headers["x-amzn-query-error"] == "MissingParameter;Sender"
    assert json.loads(body) == {"__type": "MissingRequiredParameterException", "message": "The parameter MetricData is required."}


def test_query(endpoint, unique):
    def call(form):
        return send(endpoint, form + "&Version=2010-08-01", {"Content-Type": "application/x-www-form-urlencoded"})

    put = f"Action=PutMetricData&Namespace={unique}&MetricData.member.1.MetricName=m&MetricData.member.1.Value=2.5"
    status, _, body = call(put + "&MetricData.member.1.Dimensions.member.1.Name=d&MetricData.member.1.Dimensions.member.1.Value=x")
    assert status == 200 and '<PutMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">' in body
    status, _, body = call(f"Action=ListMetrics&Namespace={unique}&Dimensions.member.1.Name=d")
    assert status == 200 and "<MetricName>m</MetricName>" in body and "<Dimensions><member><Name>d</Name><Value>x</Value></member></Dimensions>" in body
    status, _, body = call(put + "&MetricData.member.1.StorageResolution=7")
    assert status == 400 and "<Code>InvalidParameterValue</Code>" in body
