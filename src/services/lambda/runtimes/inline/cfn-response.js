// Answers CloudFormation's requests to custom resources; part of functions whose code stands in a template.

exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

exports.send = function (event, context, responseStatus, responseData, physicalResourceId, noEcho) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({
      Status: responseStatus,
      Reason: "See the details in CloudWatch Log Stream: " + context.logStreamName,
      PhysicalResourceId: physicalResourceId || context.logStreamName,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      NoEcho: noEcho || false,
      Data: responseData,
    });
    console.log("Response body:\n", body);
    const url = new URL(event.ResponseURL);
    const transport = require(url.protocol === "https:" ? "https" : "http");
    const headers = { "content-type": "", "content-length": Buffer.byteLength(body) };
    const request = transport.request(url, { method: "PUT", headers }, (response) => {
      response.resume();
      console.log("Status code: " + response.statusCode);
      resolve(context.done());
    });
    request.on("error", (error) => {
      console.log("send(..) failed executing https.request(..): " + error);
      reject(context.done(error));
    });
    request.end(body);
  });
};
