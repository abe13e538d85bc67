"""What is done to a stack, what a kill may leave of it, and which ways on it must have then: as data.

A template has generations. From one to the next some resources change in place, some are replaced, some go and some come."""

import dataclasses

NOTHING = ""  # instead of a template: nothing may be left
UNSETTLED = None  # half of one template, half of another; the status says so
STAYS = {"DisableRollback": True}


@dataclasses.dataclass
class Step:
    """A call of CloudFormation, the status in which it ends (None: the stack is gone), and the template that is true then."""

    call: str
    ends: str | None
    leaves: str | None
    options: dict


@dataclasses.dataclass
class Scenario:
    """`found`: for each status that the stack may come to after a kill in the operation: the template that is true, and ways on."""

    before: list
    operation: list
    found: dict

    def templates(self):
        steps = [step for _, ways in self.found.values() for way in ways for step in way]
        return {NOTHING, *(template for template, _ in self.found.values()), *(step.leaves for step in steps)} - {UNSETTLED}


def create(template, ends="CREATE_COMPLETE", **options):
    return Step("create_stack", ends, template if ends == "CREATE_COMPLETE" else UNSETTLED, {"TemplateBody": template, **options})


def update(template, ends="UPDATE_COMPLETE", **options):
    return Step("update_stack", ends, template if ends == "UPDATE_COMPLETE" else UNSETTLED, {"TemplateBody": template, **options})


def back_to(template, call="rollback_stack", ends="UPDATE_ROLLBACK_COMPLETE"):
    return Step(call, ends, template, {})


def change_set(kind, reviewed, template):
    options = {"ChangeSetName": "change"}
    return [Step("create_change_set", reviewed, UNSETTLED, {**options, "ChangeSetType": kind, "TemplateBody": template}),
            Step("execute_change_set", f"{kind}_COMPLETE", template, options)]


def of(stack, step):
    """Not of the stack that the scenario is about."""
    return dataclasses.replace(step, leaves=UNSETTLED, options={"StackName": stack, **step.options})


DELETE = Step("delete_stack", None, NOTHING, {})


def generations(template):
    """Three, and the first with other names: its own are taken as long as an update may be taken back. # is one more than @: no update
    more than doubles a stream's shards."""
    return [template.replace("-@", f"-{name}").replace("@", str(number)).replace("#", str(number + 1))
            for number, name in ((1, 1), (2, 2), (3, 3), (1, 4))]


def behind(resources, template, more):
    """The template with one more, which comes when these have come."""
    return template.replace("Outputs:", more % resources + "Outputs:")


GIVEN = "given"  # a bucket
# Fails: the queue is given, with another timeout.
TAKEN = "  Taken: {Type: AWS::SQS::Queue, DependsOn: [%s], Properties: {QueueName: taken, VisibilityTimeout: 7}}\n"
SIGNAL = """\
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Signal: {Type: AWS::CloudFormation::WaitCondition, DependsOn: [%s], Properties: {Handle: !Ref Handle, Timeout: 600}}
"""
PLAIN = """
Resources:
  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: #}}
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 1@}}
  Named: {Type: AWS::SQS::Queue, Properties: {QueueName: named-@}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Name: parameter-@, Value: !GetAtt Queue.Arn}}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: group-@}}
  Bucket@: {Type: AWS::S3::Bucket}
  Layer: {Type: AWS::Lambda::LayerVersion, Properties: {LayerName: layer, Description: "@", Content: {S3Bucket: given, S3Key: layer.zip}}}
  Content@: {Type: AWS::Lambda::LayerVersion, Properties: {LayerName: content, Content: {S3Bucket: given, S3Key: layer.zip}}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: arn:aws:iam::000000000000:role/any
      MemorySize: 13@
      Code: {ZipFile: "answer = @"}
  Version@: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Function}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, FunctionVersion: !GetAtt Version@.Version, Name: live}}
Outputs:
  Out: {Value: !Ref Named, Export: {Name: exported-@}}
"""
MOST = "Stream, Named, Parameter, Layer, Alias"
CHILD = """
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 2@}}
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Name: child-@, Value: any}}
  Group@: {Type: AWS::Logs::LogGroup}
Outputs:
  Name: {Value: !GetAtt Queue.QueueName, Export: {Name: child-@}}
"""
PARENT = """
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 3@}}
  Child: {Type: AWS::CloudFormation::Stack, DependsOn: Queue, Properties: {TemplateURL: "https://given.s3.us-east-1.amazonaws.com/child-@"}}
  Reader: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !GetAtt Child.Outputs.Name}}
Outputs:
  Out: {Value: !Ref Reader}
"""
CHILDLESS = """
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 40}}
Outputs:
  Out: {Value: any}
"""
CHILDREN = {"": CHILD, "-fails": behind("Parameter", CHILD, TAKEN), "-waits": behind("Parameter", CHILD, SIGNAL)}
GIVEN_OBJECTS = {f"child-{number}{does}": template for does, child in CHILDREN.items()
                 for number, template in enumerate(generations(child), 1)}
EXPORTER = "Resources: {Queue: {Type: AWS::SQS::Queue}}\nOutputs: {Out: {Value: other, Export: {Name: child-1}}}"
IMPORTER = "Resources: {Parameter: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !ImportValue child-2}}}"

NEVER_WAS = {None: (NOTHING, []), "ROLLBACK_COMPLETE": (NOTHING, [])}


def went_back(template, *ways):
    return {"CREATE_COMPLETE": (template, ways), "UPDATE_ROLLBACK_COMPLETE": (template, ways)}


def stayed(template, *ways):
    return {"CREATE_COMPLETE": (template, []), "UPDATE_FAILED": (UNSETTLED, [*ways, []])}


def lives(good, bad):
    """Of a stack whose template has these generations, and these with something that fails."""
    first, second, third, first_renamed = generations(good)
    bad_first, bad_second, bad_third, _ = generations(bad)
    made = [create(first)]
    half_changed = [create(first), update(bad_second, "UPDATE_FAILED", **STAYS)]
    ways_on = [[back_to(first)], [update(first_renamed)], [update(second)], [update(third)]]
    changed_again = went_back(first, [update(second)]) | {"UPDATE_FAILED": (UNSETTLED, ways_on), "UPDATE_COMPLETE": (third, [])}
    return {
        "creation": Scenario([], made, NEVER_WAS | {"CREATE_COMPLETE": (first, [])}),
        "creation_that_fails": Scenario([], [create(bad_first, "ROLLBACK_COMPLETE")], NEVER_WAS),
        "creation_that_stays": Scenario([], [create(bad_first, "CREATE_FAILED", **STAYS)], {
            None: (NOTHING, []),
            "CREATE_FAILED": (UNSETTLED, [[back_to(NOTHING, ends="ROLLBACK_COMPLETE")], [update(first)], [update(second)], []])}),
        "update": Scenario(made, [update(second)], went_back(first, [update(third)]) | {"UPDATE_COMPLETE": (second, [[update(third)]])}),
        "update_that_fails": Scenario(made, [update(bad_second, "UPDATE_ROLLBACK_COMPLETE")], went_back(first, [update(second)])),
        "update_that_stays": Scenario(made, half_changed[1:], stayed(first, *ways_on)),
        "rollback_of_what_stayed": Scenario(half_changed, [back_to(first)], changed_again),
        "update_of_what_stayed": Scenario(half_changed, [update(third)], changed_again),
        "update_of_what_stayed_that_fails": Scenario(half_changed, [update(bad_third, "UPDATE_ROLLBACK_COMPLETE")], changed_again),
        "deletion": Scenario(made, [DELETE], {None: (NOTHING, []), "CREATE_COMPLETE": (first, [])}),
        "deletion_of_what_stayed": Scenario(half_changed, [DELETE], {None: (NOTHING, []), "UPDATE_FAILED": (UNSETTLED, [])}),
    }


def particular_lives():
    plain, changed_plain, *_ = generations(PLAIN)
    parent, _, third_parent, _ = generations(PARENT)
    waiting = generations(PARENT.replace("child-@", "child-@-waits"))[1]
    half_changed = update(generations(behind("Reader", PARENT, TAKEN))[1], "UPDATE_FAILED", **STAYS)
    return {
        "creation_that_waits_and_is_deleted": Scenario(
            [], [create(behind(MOST, plain, SIGNAL), "CREATE_IN_PROGRESS"), DELETE],
            NEVER_WAS | {"CREATE_IN_PROGRESS": (UNSETTLED, [])}),
        "update_that_waits_and_is_cancelled": Scenario(
            [create(parent)], [update(waiting, "UPDATE_IN_PROGRESS", **STAYS), back_to(parent, "cancel_update_stack")],
            went_back(parent, [update(third_parent)]) | stayed(parent, [back_to(parent)]) | {
                "UPDATE_IN_PROGRESS": (UNSETTLED, [[back_to(parent, "cancel_update_stack")]])}),
        "loss_of_a_child_that_stays": Scenario(
            [create(parent)], [update(behind("Queue", CHILDLESS, TAKEN), "UPDATE_FAILED", **STAYS)],
            stayed(parent, [back_to(parent)], [update(CHILDLESS)], [update(third_parent)])),
        "change_set_that_creates": Scenario(
            [], change_set("CREATE", "REVIEW_IN_PROGRESS", plain),
            NEVER_WAS | {"REVIEW_IN_PROGRESS": (NOTHING, []), "CREATE_COMPLETE": (plain, [])}),
        "change_set_that_updates": Scenario(
            [create(plain)], change_set("UPDATE", "CREATE_COMPLETE", changed_plain),
            went_back(plain) | {"UPDATE_COMPLETE": (changed_plain, [])}),
        # The first child's export may come back, so nobody else gets its name.
        "export_that_may_come_back": Scenario(
            [create(parent)], [half_changed], stayed(parent, [of("other", create(EXPORTER, "ROLLBACK_COMPLETE")), back_to(parent)])),
        # The second child's export is in use, so it does not go.
        "export_that_would_go": Scenario(
            [create(parent), half_changed, of("other", create(IMPORTER))], [back_to(UNSETTLED, ends="UPDATE_ROLLBACK_FAILED")], {
                "UPDATE_FAILED": (UNSETTLED, [[of("other", DELETE), back_to(parent)]]),
                "UPDATE_ROLLBACK_FAILED": (UNSETTLED, [[of("other", DELETE), back_to(parent, "continue_update_rollback")]])}),
    }


SCENARIOS = {
    **{f"plain_{name}": life for name, life in lives(PLAIN, behind(MOST, PLAIN, TAKEN)).items()},
    **{f"nested_{name}": life for name, life in lives(PARENT, behind("Reader", PARENT, TAKEN)).items()},
    **{f"deep_{name}": life for name, life in lives(PARENT, PARENT.replace("child-@", "child-@-fails")).items()},
    **particular_lives(),
}
