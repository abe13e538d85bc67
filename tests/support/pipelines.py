"""Parts of templates that several tests bring up."""

# Resources: what a function may take for its role.
ROLE = """\
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
"""

# Resources: a function that sends the records that it gets to the queue Out, one message each, and its role.
FORWARDER = ROLE + """\
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Environment: {Variables: {OUT: !Ref Out}}
      Code:
        ZipFile: |
          import base64, os, boto3
          sqs = boto3.client("sqs")
          def handler(event, context):
              for record in event["Records"]:
                  sqs.send_message(QueueUrl=os.environ["OUT"], MessageBody=base64.b64decode(record["kinesis"]["data"]).decode())
"""
