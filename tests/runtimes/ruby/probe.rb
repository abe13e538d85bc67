# frozen_string_literal: true

# The probe in Ruby: what test_runtimes.py asks of every language.

require "base64"

$calls = 0

def handle(event:, context:)
  $calls += 1
  case event["do"]
  when "context"
    about = { request_id: context.aws_request_id, arn: context.invoked_function_arn, name: context.function_name, calls: $calls }
    about.merge(deadline: (Time.now.to_f * 1000).to_i + context.get_remaining_time_in_millis, region: ENV["AWS_REGION"])
  when "fail" then raise "failed as told"
  when "exit" then exit!(3)
  when "print" then puts "printed by the probe"
  when "large" then "x" * event["size"]
  else
    event.key?("Records") ? say(event["Records"]) : event["text"]
  end
end

def say(records)
  said = records.map do |record|
    kinesis = record["kinesis"]
    data = Base64.decode64(kinesis["data"]).force_encoding(Encoding::UTF_8)
    "#{kinesis["partitionKey"]} #{data} #{Time.at(kinesis["approximateArrivalTimestamp"]).utc.year}"
  end
  puts "records: #{said.join(", ")}"
end

module Deep
  class Probe
    def self.handle(event:, context:)
      [event, context.memory_limit_in_mb]
    end
  end
end
