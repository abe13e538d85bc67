// Runs a Node.js function: asks the Lambda Runtime API for events, calls the handler, posts what it answers.
// Standard library only. A package that brings AWS's own client (aws-lambda-ric) is run by that.

import { existsSync } from "node:fs";
import http from "node:http";
import Module from "node:module";
import path from "node:path";
import { Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import util from "node:util";

const taskRoot = process.env.LAMBDA_TASK_ROOT;
const handlerName = process.env._HANDLER;
const api = new URL(`http://${process.env.AWS_LAMBDA_RUNTIME_API}`);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

let requestId = "";

// The Runtime API

function exchange(method, route, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const options = {
      agent, method, headers,
      host: api.hostname,
      port: api.port,
      path: `/2018-06-01/runtime/${route}`,
    };
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
      headers["Content-Length"] = Buffer.byteLength(body);
    }
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks), status: response.statusCode }));
      response.on("error", reject);
    });
    request.setTimeout(0);
    request.setNoDelay(true);
    request.on("error", reject);
    request.end(body);
  });
}

function reportError(route, description) {
  return exchange("POST", route, JSON.stringify(description), {
    "Lambda-Runtime-Function-Error-Type": description.errorType,
  });
}

function describe(error, errorType) {
  if (error instanceof Error || util.types.isNativeError(error)) {
    return {
      errorType: errorType ?? error.name ?? "Error",
      errorMessage: error.message,
      trace: (error.stack ?? "").split("\n"),
    };
  }
  return { errorType: errorType ?? typeof error, errorMessage: String(error), trace: [] };
}

// Logging as functions find it on AWS: time, request id, level, message

const jsonLogs = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const lowest = jsonLogs ? Math.max(LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL), 0) : 0;

// Not for whoever has put something else in its place.
const writeOut = process.stdout.write.bind(process.stdout);

function writeLine(level, message) {
  // A record is one log event, however many lines it has: vertical tabs stand between them.
  const line = `${new Date().toISOString()}\t${requestId || "undefined"}\t${level}\t${message}`;
  writeOut(line.replaceAll("\n", "\v") + "\n");
}

// An error's own members, "code" for one, stand beside these.
function tellError(error) {
  return { errorType: error.constructor?.name ?? "UnknownError", errorMessage: error.message, stackTrace: (error.stack ?? "").split("\n") };
}

// One value stays what it is, errors inside it told; several become a text, and an error behind the first is told beside it.
function writeJsonLine(level, values) {
  const line = { timestamp: new Date().toISOString(), level };
  if (requestId) line.requestId = requestId;
  line.message = values.length === 1 ? values[0] : util.format(...values);
  const error = values.slice(1).find((value) => value instanceof Error);
  if (error) Object.assign(line, tellError(error));
  const tell = (_, value) => (value instanceof Error ? { ...tellError(value), ...value } : value);
  let text;
  try {
    text = JSON.stringify(line, tell);
  } catch {
    text = JSON.stringify({ ...line, message: util.format(line.message) });
  }
  writeOut(text + "\n");
}

// With whatever else the error has, "code" for one.
function writeError(words, description, error) {
  const { errorType, errorMessage, trace } = description;
  if (!jsonLogs) {
    const own = error instanceof Error ? error : {};
    let line;
    try {
      line = JSON.stringify({ errorType, errorMessage, code: own.code, ...own, stack: trace });
    } catch {
      line = JSON.stringify({ errorType, errorMessage, stack: trace });
    }
    return writeLine("ERROR", `${words}\t${line}`);
  }
  writeJsonLine("ERROR", [{ errorType, errorMessage, stackTrace: trace }]);
}

function setUpConsole() {
  const levels = { log: "INFO", info: "INFO", warn: "WARN", error: "ERROR", debug: "DEBUG", trace: "TRACE" };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...values) => {
      if (LEVELS.indexOf(level) < lowest) return;
      if (jsonLogs) writeJsonLine(level, values);
      else writeLine(level, util.format(...values));
    };
  }
  // Lines appear before the process can end.
  for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
}

// Version 2 of AWS's SDK does not know AWS_ENDPOINT_URL.
function setUpOldSdk() {
  const load = Module._load;
  let configured = false;
  Module._load = function (request, ...rest) {
    const loaded = load.call(this, request, ...rest);
    if (!configured && (request === "aws-sdk" || request === "aws-sdk/global") && loaded?.config?.update) {
      configured = true;
      if (!loaded.config.endpoint) loaded.config.update({ endpoint: process.env.AWS_ENDPOINT_URL });
    }
    return loaded;
  };
}

// Answers that are streamed, by the names that AWS's runtime has for them

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");

function setUpStreaming() {
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[STREAMING] = "response";
      if (options?.highWaterMark !== undefined) handler[HIGH_WATER_MARK] = options.highWaterMark;
      return handler;
    },
    HttpResponseStream: {
      from(stream, prelude) {
        stream.setContentType("application/vnd.awslambda.http-integration-response");
        stream._onBeforeFirstWrite = (write) => {
          write(JSON.stringify(prelude));
          write(new Uint8Array(8));
        };
        return stream;
      },
    },
  };
}

// A stream to the Runtime API. `done` settles when that has answered; `fail` ends it with what went wrong.
function openResponse(id, highWaterMark) {
  const request = http.request({
    agent, method: "POST",
    host: api.hostname,
    port: api.port,
    path: `/2018-06-01/runtime/invocation/${id}/response`,
    headers: {
      "Content-Type": "application/octet-stream",
      "Lambda-Runtime-Function-Response-Mode": "streaming",
      "Transfer-Encoding": "chunked",
      Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
    },
  });
  request.setNoDelay(true);
  const done = new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => response.resume().on("end", resolve));
  });
  done.catch(() => {}); // whoever waits for it hears of it
  const begin = () => {
    const before = stream._onBeforeFirstWrite;
    stream._onBeforeFirstWrite = undefined;
    before?.((piece) => request.write(piece));
  };
  const stream = new Writable({
    highWaterMark,
    write(piece, encoding, callback) {
      begin();
      request.write(piece, encoding, callback);
    },
    final(callback) {
      begin();
      request.end(callback);
    },
  });
  stream.setContentType = (type) => request.setHeader("Content-Type", type);
  const fail = (description) => {
    request.addTrailers({
      "Lambda-Runtime-Function-Error-Type": description.errorType,
      "Lambda-Runtime-Function-Error-Body": Buffer.from(JSON.stringify(description)).toString("base64"),
    });
    request.end();
    return done;
  };
  return { stream, done, fail };
}

async function answerStreaming(handler, { headers, body }) {
  const response = openResponse(requestId, handler[HIGH_WATER_MARK]);
  try {
    const context = makeContext(headers, { now: () => {} });
    for (const name of ["succeed", "fail", "done"]) delete context[name];
    await handler(JSON.parse(body.toString("utf8") || "null"), response.stream, context);
    await response.done;
  } catch (error) {
    const description = describe(error);
    writeError("Invoke Error ", description, error);
    await response.fail(description);
  }
}

// AWS's cfn-response answers for custom resources over TLS on port 443, wherever the ResponseURL leads; to Millrace
// it goes as that says.
let plainFolder = "";
async function answerPlainly(responseUrl) {
  const url = new URL(responseUrl);
  const folder = `${url.hostname}${url.pathname.slice(0, url.pathname.lastIndexOf("/") + 1)}`;
  if (folder === plainFolder) return;
  plainFolder = folder;
  const https = (await import("node:https")).default;
  const request = https.request;
  https.request = function (first, ...rest) {
    if (typeof first === "string" || first instanceof URL) {
      return String(first).startsWith("http://") ? http.request(first, ...rest) : request.call(this, first, ...rest);
    }
    const here = `${first?.hostname ?? first?.host}${first?.path}`.startsWith(folder);
    if (!here) return request.call(this, first, ...rest);
    return http.request({ ...first, protocol: "http:", port: url.port, agent: undefined }, ...rest);
  };
  Module.syncBuiltinESMExports();
}

// The handler: "path/to/file.export", "file.nested.export"

// Known as `cause`, where it is one, by its own frames.
function failed(errorType, message, cause) {
  const error = Object.assign(new Error(message), { lambdaErrorType: errorType });
  const [first, ...frames] = (cause?.stack ?? error.stack).split("\n");
  error.stack = [`${errorType}: ${message}`, ...(cause && !first.startsWith(cause.name) ? [first] : []), ...frames].join("\n");
  return error;
}

function findFile(directory, name) {
  for (const extension of ["", ".js", ".mjs", ".cjs"]) {
    const file = path.resolve(taskRoot, directory, name + extension);
    if (existsSync(file) && (extension !== "" || path.extname(file) !== "")) return file;
  }
  throw failed("Runtime.ImportModuleError", `Error: Cannot find module '${path.join(directory, name)}'`);
}

const isMissing = (error) => error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND";

// Where packages lie that neither the function nor AWS's SDK brings: layers, and what npm installed for all.
const sharedFolders = [...(process.env.NODE_PATH ?? "").split(":"), path.join(process.execPath, "../../lib/node_modules")].filter(Boolean);

// Modules find packages in NODE_PATH on AWS, but not in Node.js itself. A thread of its own looks there, so it is only
// started for who needs it.
const RESOLVER = `
import { pathToFileURL } from "node:url";
const parents = ${JSON.stringify(sharedFolders)}.map((folder) => pathToFileURL(folder + "/../x.js").href);
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || /^[./]|^[a-z]+:/.test(specifier)) throw error;
    for (const parentURL of parents) {
      try {
        return await next(specifier, { ...context, parentURL });
      } catch {}
    }
    throw error;
  }
}`;

async function load(url) {
  try {
    return await import(url);
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND" || !Module.register) throw error;
    Module.register(`data:text/javascript,${encodeURIComponent(RESOLVER)}`);
    return await import(`${url}?again`); // another name: the failure belongs to the first
  }
}

async function loadHandler() {
  const directory = path.dirname(handlerName);
  const match = /^([^.]*)\.(.*)$/.exec(path.basename(handlerName));
  if (!match || handlerName.includes("..")) throw failed("Runtime.MalformedHandlerName", "Bad handler");
  const [, name, exported] = match;
  let module;
  try {
    module = await load(pathToFileURL(findFile(directory, name)).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw failed("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`, error);
    if (isMissing(error)) throw failed("Runtime.ImportModuleError", `Error: ${error.message}`, error);
    throw error;
  }
  const find = (root) => exported.split(".").reduce((value, key) => value?.[key], root);
  const handler = find(module) ?? find(module.default);
  if (handler === undefined) {
    throw failed("Runtime.HandlerNotFound", `${handlerName} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw failed("Runtime.HandlerNotFound", `${handlerName} is not a function`);
  }
  return handler;
}

async function initialize() {
  try {
    return await loadHandler();
  } catch (error) {
    const description = describe(error, error?.lambdaErrorType);
    writeError("Uncaught Exception ", description, error);
    await reportError("init/error", description);
    process.exit(1);
  }
}

// One invocation

function makeContext(headers, settle) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const clientContext = headers["lambda-runtime-client-context"];
  return {
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
    succeed: (result) => settle.now(null, result),
    fail: (error) => settle.now(error ?? new Error("handled")),
    done: (error, result) => settle.now(error, result),
  };
}

// Resolves with the answer. A handler without a promise is done when it calls back, and then, unless it says
// otherwise, when nothing is left to do; it answers null when it never calls back.
function invoke(handler, event, headers) {
  return new Promise((resolve, reject) => {
    let onEmpty = () => resolve(null);
    const drained = () => onEmpty();
    const end = (error, result) => {
      process.removeListener("beforeExit", drained);
      if (error !== null && error !== undefined) reject(error);
      else resolve(result);
    };
    const context = makeContext(headers, { now: end });
    const callback = (error, result) => {
      if (context.callbackWaitsForEmptyEventLoop) onEmpty = () => end(error, result);
      else end(error, result);
    };
    try {
      const returned = handler(event, context, callback);
      if (typeof returned?.then === "function") {
        returned.then((result) => end(null, result), (error) => end(error ?? new Error("rejected")));
      } else {
        process.once("beforeExit", drained);
      }
    } catch (error) {
      end(error);
    }
  });
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

async function answer(handler, { headers, body }) {
  if (handler[STREAMING] === "response") return answerStreaming(handler, { headers, body });
  let result;
  try {
    const event = JSON.parse(body.toString("utf8") || "null");
    if (String(event?.ResponseURL).startsWith("http://")) await answerPlainly(event.ResponseURL);
    result = stringify(await invoke(handler, event, headers));
  } catch (error) {
    const description = describe(error);
    writeError("Invoke Error ", description, error);
    return reportError(`invocation/${requestId}/error`, description);
  }
  return exchange("POST", `invocation/${requestId}/response`, result);
}

function unhandledRejection(reason) {
  const error = new Error(String(reason));
  const frames = reason instanceof Error ? (reason.stack ?? "").split("\n    at ").slice(1) : [];
  error.stack = ["Runtime.UnhandledPromiseRejection: " + error.message, ...frames].join("\n    at ");
  return error;
}

async function endWith(words, error, errorType) {
  const description = describe(error, errorType);
  writeError(words, description, error);
  try {
    if (requestId) await reportError(`invocation/${requestId}/error`, description);
    else await reportError("init/error", description);
  } finally {
    process.exit(129);
  }
}

async function main() {
  setUpOldSdk();
  const awsClient = path.join(taskRoot, "node_modules/aws-lambda-ric/bin/index.mjs");
  if (existsSync(awsClient)) {
    process.argv = [process.argv[0], awsClient, handlerName];
    await import(pathToFileURL(awsClient));
    return;
  }
  setUpConsole();
  setUpStreaming();
  process.on("uncaughtException", (error) => endWith("Uncaught Exception ", error));
  process.on("unhandledRejection", (reason) =>
    endWith("Unhandled Promise Rejection ", unhandledRejection(reason), "Runtime.UnhandledPromiseRejection"));
  const handler = await initialize();
  for (;;) {
    let next;
    try {
      next = await exchange("GET", "invocation/next");
    } catch {
      process.exit(0); // Millrace has gone
    }
    requestId = next.headers["lambda-runtime-aws-request-id"];
    process.env._X_AMZN_TRACE_ID = next.headers["lambda-runtime-trace-id"] ?? "";
    await answer(handler, next);
  }
}

await main();
