#include "services/cloudformation/service.h"

#include "aws/registry.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/ops/template_fetch.h"

namespace millrace::cloudformation {

Result<std::unique_ptr<Service>> Service::open(Dependencies dependencies) {
    auto stacks = Stacks::open(std::move(dependencies));
    if (!stacks) return std::unexpected(stacks.error());
    return std::unique_ptr<Service>(new Service(std::move(*stacks)));
}

void Service::register_operations(aws::Registry& registry) {
    Stacks& stacks = *stacks_;
    // What a TemplateURL names is read first.
    const auto with_template = [&stacks](const aws::RequestContext& context, auto input, auto reply,
                                         auto then) {
        if constexpr (requires { input.template_url; }) {
            auto body = std::move(input.template_body);
            const auto url = std::exchange(input.template_url, {});
            fetch_template(stacks, context.scope, std::move(body), url,
                           [context, input = std::move(input), reply = std::move(reply),
                            then](aws::Outcome<std::optional<std::string>> fetched) mutable {
                               if (!fetched) return reply(std::unexpected(std::move(fetched.error())));
                               input.template_body = std::move(*fetched);
                               then(context, std::move(input), std::move(reply));
                           });
        } else {
            then(context, std::move(input), std::move(reply));
        }
    };
    // Operations that change something answer when it is durable, the others at once.
    const auto changes = [&]<class Op>(Operation<Op>& operation) {
        registry.add<Op>([&stacks, &operation, with_template](const aws::RequestContext& context,
                                                              typename Op::Input input,
                                                              aws::Reply<Op> reply) {
            with_template(context, std::move(input), std::move(reply),
                          [&stacks, &operation](const aws::RequestContext& called, auto read, auto answer) {
                              operation(stacks, called, std::move(read), std::move(answer));
                          });
        });
    };
    const auto reads = [&]<class Op>(aws::Outcome<typename Op::Output> (*operation)(
                           const Stacks&, const aws::RequestContext&, const typename Op::Input&)) {
        registry.add<Op>([&stacks, operation, with_template](const aws::RequestContext& context,
                                                             typename Op::Input input, aws::Reply<Op> reply) {
            with_template(context, std::move(input), std::move(reply),
                          [&stacks, operation](const aws::RequestContext& called, auto read, auto answer) {
                              answer(operation(stacks, called, read));
                          });
        });
    };
    using namespace api::cloudformation;
    changes.operator()<CreateStack>(create_stack);
    changes.operator()<UpdateStack>(update_stack);
    changes.operator()<DeleteStack>(delete_stack);
    changes.operator()<CreateChangeSet>(create_change_set);
    changes.operator()<ExecuteChangeSet>(execute_change_set);
    changes.operator()<DeleteChangeSet>(delete_change_set);
    changes.operator()<UpdateTerminationProtection>(update_termination_protection);
    changes.operator()<SetStackPolicy>(set_stack_policy);
    reads.operator()<GetStackPolicy>(get_stack_policy);
    changes.operator()<CancelUpdateStack>(cancel_update_stack);
    changes.operator()<ContinueUpdateRollback>(continue_update_rollback);
    changes.operator()<RollbackStack>(rollback_stack);
    changes.operator()<DetectStackDrift>(detect_stack_drift);
    changes.operator()<DetectStackResourceDrift>(detect_stack_resource_drift);
    reads.operator()<DescribeStackDriftDetectionStatus>(describe_stack_drift_detection_status);
    reads.operator()<DescribeStackResourceDrifts>(describe_stack_resource_drifts);
    reads.operator()<ListExports>(list_exports);
    reads.operator()<ListImports>(list_imports);
    reads.operator()<DescribeStacks>(describe_stacks);
    reads.operator()<DescribeStackEvents>(describe_stack_events);
    reads.operator()<DescribeStackResource>(describe_stack_resource);
    reads.operator()<DescribeStackResources>(describe_stack_resources);
    reads.operator()<ListStackResources>(list_stack_resources);
    reads.operator()<ListStacks>(list_stacks);
    reads.operator()<GetTemplate>(get_template);
    reads.operator()<GetTemplateSummary>(get_template_summary);
    reads.operator()<ValidateTemplate>(validate_template);
    reads.operator()<DescribeChangeSet>(describe_change_set);
    reads.operator()<ListChangeSets>(list_change_sets);
}

}  // namespace millrace::cloudformation
