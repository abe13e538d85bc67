#pragma once

namespace millrace::aws {
class Faults;
}

namespace millrace::sqs {

/// What faults must know of SQS: how entries of its batches fail one by one.
void describe_to(aws::Faults& faults);

}  // namespace millrace::sqs
