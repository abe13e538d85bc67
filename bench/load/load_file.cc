#include "load_file.h"

#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace millrace::bench {
namespace {

using nlohmann::json;

constexpr std::string_view kItems = "$(items)";

/// "kinesis.PutRecord": the service and its X-Amz-Target.
Result<> name_operation(Step& step, const std::string& operation) {
    const std::size_t dot = operation.find('.');
    step.service = operation.substr(0, dot);
    const std::string name = dot == std::string::npos ? "" : operation.substr(dot + 1);
    if (step.service == "kinesis") {
        step.target = "Kinesis_20131202." + name;
    } else if (step.service == "sqs") {
        step.target = "AmazonSQS." + name;
    } else if (step.service != "lambda") {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("\"{}\" is no operation of kinesis, sqs or lambda", operation));
    }
    return {};
}

Result<> read_text(Text& text, std::string_view source, const Settings& settings) {
    auto parsed = Text::parse(source, settings);
    if (!parsed) return std::unexpected(parsed.error());
    text = std::move(*parsed);
    return {};
}

Result<Step> read_step(const json& object, const Settings& settings) {
    Step step;
    if (auto done = name_operation(step, object.at("operation")); !done) return std::unexpected(done.error());
    const std::string body = object.at("body");
    const std::size_t items = body.find(kItems);
    const std::string tail = items == std::string::npos ? "" : body.substr(items + kItems.size());
    const std::string item = object.value("item", "");
    const std::string path = object.value("path", "/");
    for (const auto& [text, source] : {std::pair(&step.body, body.substr(0, items)),
                                       {&step.tail, tail},
                                       {&step.item, item},
                                       {&step.path, path}}) {
        if (auto done = read_text(*text, source, settings); !done) return std::unexpected(done.error());
    }
    step.repeat = object.value("repeat", 0);
    step.each = object.value("each", "");
    step.units = object.value("units", 0);
    step.count = object.value("count", "");
    step.capture = object.value("capture", std::vector<std::string>{});
    step.capture_all = object.value("capture_all", std::vector<std::string>{});
    step.refused = object.value("refused", "");
    step.again = object.value("again", false);
    step.form = object.value("form", false);
    if (step.form) step.target.clear();
    return step;
}

Result<std::vector<Step>> read_steps(const json& list, const Settings& settings) {
    std::vector<Step> steps;
    for (const json& object : list) {
        auto step = read_step(object, settings);
        if (!step) return std::unexpected(step.error());
        steps.push_back(std::move(*step));
    }
    return steps;
}

Result<Load> load_of(const std::string& name, const json& object, const Settings& settings) {
    Load load{.name = name,
              .about = object.at("about"),
              .connections = object.value("connections", 1U),
              .receivers = object.value("receivers", 0U)};
    auto steps = read_steps(object.at("steps"), settings);
    auto receiver = read_steps(object.value("receiver", json::array()), settings);
    if (!steps) return std::unexpected(steps.error());
    if (!receiver) return std::unexpected(receiver.error());
    load.steps = std::move(*steps);
    load.receiver = std::move(*receiver);
    if (load.steps.empty() || load.connections == 0)
        return fail(ErrorCode::kInvalidArgument, fmt::format("the load {} sends nothing", name));
    return load;
}

}  // namespace

bool Step::can_be_made_before() const {
    return each.empty() && !body.uses_captured() && !item.uses_captured() && !tail.uses_captured();
}

Result<std::vector<Load>> read_loads(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) return fail(ErrorCode::kNotFound, fmt::format("cannot read {}", file.string()));
    std::vector<Load> loads;
    try {
        for (const auto& [name, object] : json::parse(in).items()) {
            auto load = load_of(name, object, {});
            if (!load) return std::unexpected(load.error());
            loads.push_back(std::move(*load));
        }
    } catch (const json::exception& error) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}", file.string(), error.what()));
    }
    return loads;
}

Result<Load> read_load(const std::filesystem::path& file, const std::string& name, const Settings& settings) {
    std::ifstream in(file);
    if (!in) return fail(ErrorCode::kNotFound, fmt::format("cannot read {}", file.string()));
    try {
        const json all = json::parse(in);
        const auto found = all.find(name);
        if (found == all.end())
            return fail(ErrorCode::kNotFound, fmt::format("{} has no load {}", file.string(), name));
        return load_of(name, *found, settings);
    } catch (const json::exception& error) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}", file.string(), error.what()));
    }
}

}  // namespace millrace::bench
