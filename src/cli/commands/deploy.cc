#include "cli/commands/commands.h"
#include "cli/deployment.h"

namespace millrace::cli {
namespace {

class Deploy final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "deploy"; }
    [[nodiscard]] const char* summary() const override {
        return "create or update a stack from a CloudFormation template";
    }
    [[nodiscard]] const char* examples() const override {
        return "  millrace deploy template.yaml\n"
               "  millrace deploy template.yaml --stack-name events --parameter Stage=test --parameter "
               "BatchSize=10\n"
               "  millrace deploy template.yaml --json | jq .Outputs\n"
               "The Code of a function and the Content of a layer, with SAM CodeUri and ContentUri, may be "
               "a directory,\n"
               "a zip file or a single other file beside the template; the TemplateURL of a nested stack, "
               "or the Location\n"
               "of an AWS::Serverless::Application, a template beside it.";
    }
    void declare(Arguments& arguments) override {
        arguments.positional("TEMPLATE", request_.template_path, "a YAML or JSON file");
        arguments.option("--stack-name", "NAME", request_.stack_name,
                         "the stack; default: the template's file name");
        arguments.repeated("--parameter", "KEY=VALUE", parameters_,
                           "a parameter of the template; may be repeated");
    }
    int run(Session& session) override {
        if (auto set = request_.set_parameters(parameters_); !set)
            return session.misused(set.error().message);
        if (request_.stack_name.empty()) request_.stack_name = default_stack_name(request_.template_path);
        return deploy(session, request_);
    }

  private:
    DeployRequest request_;
    std::vector<std::string> parameters_;
};

}  // namespace

std::unique_ptr<Command> make_deploy() {
    return std::make_unique<Deploy>();
}

}  // namespace millrace::cli
