# frozen_string_literal: true

# Runs a Ruby function: asks the Lambda Runtime API for events, calls the handler, posts what it returns.
# Standard library only, Ruby 2.7 and later.

require "json"
require "socket"
require "stringio"

# One connection to the Runtime API. Speaks just the HTTP/1.1 that Millrace answers with.
class RuntimeClient
  def initialize(address)
    @address = address
    host, port = address.split(":")
    @socket = TCPSocket.new(host, port.to_i)
    @socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
  end

  def next_event
    _, headers, body = exchange("GET", "invocation/next")
    [headers, body]
  end

  def response(request_id, body, type)
    status, _, answer = exchange("POST", "invocation/#{request_id}/response", body, "Content-Type" => type)
    puts "[ERROR] #{JSON.parse(answer)["errorMessage"]}" if status == 413
  end

  def error(request_id, failure)
    report("invocation/#{request_id}/error", failure)
  end

  def init_error(failure)
    report("init/error", failure)
  end

  private

  def report(path, failure)
    exchange("POST", path, JSON.generate(failure), "Content-Type" => "application/json",
             "Lambda-Runtime-Function-Error-Type" => failure[:errorType])
  end

  def exchange(method, path, body = nil, headers = {})
    head = +"#{method} /2018-06-01/runtime/#{path} HTTP/1.1\r\nHost: #{@address}\r\n"
    head << "Content-Length: #{body.bytesize}\r\n" if body
    headers.each { |name, value| head << "#{name}: #{value}\r\n" }
    @socket.write("#{head}\r\n".b + body.to_s.b)
    answer
  end

  def answer
    status_line = @socket.gets("\r\n")
    exit(0) unless status_line # Millrace has gone
    headers = {}
    while (line = @socket.gets("\r\n").chomp("\r\n")) != ""
      name, value = line.split(":", 2)
      headers[name.downcase] = value.strip
    end
    body = @socket.read(headers.fetch("content-length", 0).to_i)
    [status_line.split[1].to_i, headers, body.force_encoding(Encoding::UTF_8)]
  end
end

# What a handler gets as context:, with the methods that AWS documents.
class LambdaContext
  attr_reader :aws_request_id, :invoked_function_arn, :deadline_ms, :identity, :client_context,
              :function_name, :function_version, :memory_limit_in_mb, :log_group_name, :log_stream_name

  def initialize(headers)
    @aws_request_id = headers["lambda-runtime-aws-request-id"]
    @invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
    @deadline_ms = headers["lambda-runtime-deadline-ms"].to_i
    given = headers["lambda-runtime-client-context"]
    @client_context = given && JSON.parse(given)
    @function_name = ENV.fetch("AWS_LAMBDA_FUNCTION_NAME")
    @function_version = ENV.fetch("AWS_LAMBDA_FUNCTION_VERSION")
    @memory_limit_in_mb = ENV.fetch("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").to_i
    @log_group_name = ENV.fetch("AWS_LAMBDA_LOG_GROUP_NAME")
    @log_stream_name = ENV.fetch("AWS_LAMBDA_LOG_STREAM_NAME")
  end

  def get_remaining_time_in_millis
    [@deadline_ms - (Time.now.to_f * 1000).to_i, 0].max
  end
end

# "file.method" or "file.Some::Class.method".
class Handler
  def initialize(text)
    parts = text.split(".")
    unless [2, 3].include?(parts.size)
      raise ArgumentError, "Invalid handler #{text}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD."
    end
    require parts.first
    @owner = parts.size == 3 ? Kernel.const_get(parts[1]) : Kernel
    @method = parts.last
    return if @owner.respond_to?(@method, true)

    raise NameError, "undefined method `#{@method}' for #{@owner}"
  end

  def call(event, context)
    @owner.send(@method, event: event, context: context)
  end
end

def describe(error, phase)
  trace = (error.backtrace || []).reject { |frame| frame.start_with?(__FILE__) || frame.include?("rubygems") }
  { errorMessage: error.message, errorType: "#{phase}<#{error.class}>", stackTrace: trace }
end

def print_error(failure)
  lines = ["[ERROR] #{failure[:errorType]}: #{failure[:errorMessage]}", *failure[:stackTrace].map { |line| "    #{line}" }]
  puts lines.join("\n").gsub("\n", "\v")  # one log event
end

# Where Bundler puts what a package and its layers bring.
def add_paths
  version = ENV.fetch("AWS_EXECUTION_ENV")[/\d+\.\d+/]
  layers = ENV["MILLRACE_LAYERS_ROOT"]
  gems = ["#{ENV.fetch("LAMBDA_TASK_ROOT")}/vendor/bundle/ruby/#{version}.0"]
  gems << "#{layers}/ruby/gems/#{version}.0" if layers
  Gem.paths = { "GEM_PATH" => [*gems, *Gem.path].join(":") }
  $LOAD_PATH.unshift("#{layers}/ruby/lib") if layers
  $LOAD_PATH.unshift(ENV.fetch("LAMBDA_TASK_ROOT"))
end

# The Exception of a script that cannot be read is no StandardError; the signals are left alone.
def load_handler(client)
  Handler.new(ENV.fetch("_HANDLER"))
rescue StandardError, ScriptError, NoMemoryError => e
  failure = describe(e, "Init")
  print_error(failure)
  client.init_error(failure)
  exit(1)
end

def encode(result)
  return [result.read, "application/unknown"] if result.is_a?(StringIO) || result.is_a?(IO)

  [result.to_json, "application/json"]
end

def serve(client, handler)
  loop do
    headers, body = client.next_event
    context = LambdaContext.new(headers)
    ENV["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"]
    begin
      event = body.empty? ? nil : JSON.parse(body)
      client.response(context.aws_request_id, *encode(handler.call(event, context)))
    rescue StandardError, ScriptError, NoMemoryError, SystemStackError => e
      failure = describe(e, "Function")
      print_error(failure)
      client.error(context.aws_request_id, failure)
    end
  end
end

$stdout.sync = true
$stderr.sync = true
add_paths
client = RuntimeClient.new(ENV.fetch("AWS_LAMBDA_RUNTIME_API"))
serve(client, load_handler(client))
