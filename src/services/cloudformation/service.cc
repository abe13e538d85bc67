#include "services/cloudformation/service.h"

#include "aws/registry.h"
#include "services/cloudformation/ops/operations.h"

namespace millrace::cloudformation {

Result<std::unique_ptr<Service>> Service::open(Dependencies dependencies) {
    auto stacks = Stacks::open(std::move(dependencies));
    if (!stacks) return std::unexpected(stacks.error());
    return std::unique_ptr<Service>(new Service(std::move(*stacks)));
}

void Service::register_operations(aws::Registry& registry) {
    Stacks& stacks = *stacks_;
    // Operations that change something answer when it is durable, the others at once.
    const auto changes = [&]<class Op>(void (*operation)(Stacks&, const aws::RequestContext&,
                                                         typename Op::Input, aws::Reply<Op>)) {
        registry.add<Op>([&stacks, operation](const aws::RequestContext& context, typename Op::Input input,
                                              aws::Reply<Op> reply) {
            operation(stacks, context, std::move(input), std::move(reply));
        });
    };
    const auto reads = [&]<class Op>(aws::Outcome<typename Op::Output> (*operation)(
                           const Stacks&, const aws::RequestContext&, const typename Op::Input&)) {
        registry.add<Op>(
            [&stacks, operation](const aws::RequestContext& context, typename Op::Input input,
                                 aws::Reply<Op> reply) { reply(operation(stacks, context, input)); });
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
