#pragma once

#include "api/cloudformation.h"
#include "aws/operation.h"
#include "services/cloudformation/stacks.h"

namespace millrace::cloudformation {

// One operation a file.

template <class Op>
using Operation = aws::OperationOn<Stacks, Op>;

Operation<api::cloudformation::CreateStack> create_stack;
Operation<api::cloudformation::UpdateStack> update_stack;
Operation<api::cloudformation::DeleteStack> delete_stack;
Operation<api::cloudformation::CreateChangeSet> create_change_set;
Operation<api::cloudformation::ExecuteChangeSet> execute_change_set;
Operation<api::cloudformation::DeleteChangeSet> delete_change_set;
Operation<api::cloudformation::UpdateTerminationProtection> update_termination_protection;
Operation<api::cloudformation::SetStackPolicy> set_stack_policy;
Operation<api::cloudformation::CancelUpdateStack> cancel_update_stack;
Operation<api::cloudformation::ContinueUpdateRollback> continue_update_rollback;
Operation<api::cloudformation::RollbackStack> rollback_stack;

Operation<api::cloudformation::DetectStackDrift> detect_stack_drift;
Operation<api::cloudformation::DetectStackResourceDrift> detect_stack_resource_drift;

[[nodiscard]] aws::Outcome<api::cloudformation::DescribeStackDriftDetectionStatusOutput>
describe_stack_drift_detection_status(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStackDriftDetectionStatusInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::DescribeStackResourceDriftsOutput>
describe_stack_resource_drifts(const Stacks& stacks, const aws::RequestContext& context,
                               const api::cloudformation::DescribeStackResourceDriftsInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::GetStackPolicyOutput> get_stack_policy(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::GetStackPolicyInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::ListExportsOutput> list_exports(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListExportsInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::ListImportsOutput> list_imports(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListImportsInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::DescribeStacksOutput> describe_stacks(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStacksInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::DescribeStackEventsOutput> describe_stack_events(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStackEventsInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::DescribeStackResourceOutput> describe_stack_resource(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStackResourceInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::DescribeStackResourcesOutput> describe_stack_resources(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStackResourcesInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::ListStackResourcesOutput> list_stack_resources(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListStackResourcesInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::ListStacksOutput> list_stacks(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListStacksInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::GetTemplateOutput> get_template(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::GetTemplateInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::GetTemplateSummaryOutput> get_template_summary(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::GetTemplateSummaryInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::ValidateTemplateOutput> validate_template(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ValidateTemplateInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::DescribeChangeSetOutput> describe_change_set(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeChangeSetInput& input);
[[nodiscard]] aws::Outcome<api::cloudformation::ListChangeSetsOutput> list_change_sets(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::ListChangeSetsInput& input);

}  // namespace millrace::cloudformation
