#pragma once

#include "api/cloudformation.h"
#include "aws/operation.h"
#include "services/cloudformation/stacks.h"

namespace millrace::cloudformation {

// One operation a file.

void create_stack(Stacks& stacks, const aws::RequestContext& context,
                  api::cloudformation::CreateStackInput input,
                  aws::Reply<api::cloudformation::CreateStack> reply);
void update_stack(Stacks& stacks, const aws::RequestContext& context,
                  api::cloudformation::UpdateStackInput input,
                  aws::Reply<api::cloudformation::UpdateStack> reply);
void delete_stack(Stacks& stacks, const aws::RequestContext& context,
                  api::cloudformation::DeleteStackInput input,
                  aws::Reply<api::cloudformation::DeleteStack> reply);
void create_change_set(Stacks& stacks, const aws::RequestContext& context,
                       api::cloudformation::CreateChangeSetInput input,
                       aws::Reply<api::cloudformation::CreateChangeSet> reply);
void execute_change_set(Stacks& stacks, const aws::RequestContext& context,
                        api::cloudformation::ExecuteChangeSetInput input,
                        aws::Reply<api::cloudformation::ExecuteChangeSet> reply);
void delete_change_set(Stacks& stacks, const aws::RequestContext& context,
                       api::cloudformation::DeleteChangeSetInput input,
                       aws::Reply<api::cloudformation::DeleteChangeSet> reply);
void update_termination_protection(Stacks& stacks, const aws::RequestContext& context,
                                   api::cloudformation::UpdateTerminationProtectionInput input,
                                   aws::Reply<api::cloudformation::UpdateTerminationProtection> reply);
void set_stack_policy(Stacks& stacks, const aws::RequestContext& context,
                      api::cloudformation::SetStackPolicyInput input,
                      aws::Reply<api::cloudformation::SetStackPolicy> reply);
void cancel_update_stack(Stacks& stacks, const aws::RequestContext& context,
                         api::cloudformation::CancelUpdateStackInput input,
                         aws::Reply<api::cloudformation::CancelUpdateStack> reply);
void continue_update_rollback(Stacks& stacks, const aws::RequestContext& context,
                              api::cloudformation::ContinueUpdateRollbackInput input,
                              aws::Reply<api::cloudformation::ContinueUpdateRollback> reply);

void detect_stack_drift(Stacks& stacks, const aws::RequestContext& context,
                        api::cloudformation::DetectStackDriftInput input,
                        aws::Reply<api::cloudformation::DetectStackDrift> reply);
void detect_stack_resource_drift(Stacks& stacks, const aws::RequestContext& context,
                                 api::cloudformation::DetectStackResourceDriftInput input,
                                 aws::Reply<api::cloudformation::DetectStackResourceDrift> reply);

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
