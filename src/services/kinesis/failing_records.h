#pragma once

namespace millrace::aws {
class Faults;
}

namespace millrace::kinesis {

/// What faults must know of Kinesis: how records of PutRecords fail one by one, and that shard iterators name
/// a stream.
void describe_to(aws::Faults& faults);

}  // namespace millrace::kinesis
