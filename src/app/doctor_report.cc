#include "app/doctor_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "codec/json.h"

namespace millrace::app {
namespace {

using cli::Colour;
using cli::counted;
using cli::with_separators;
using codec::JsonArray;
using codec::JsonObject;
using storage::Finding;
using storage::LogId;
using Severity = Finding::Severity;

constexpr LogId kCatalogLog{0};
/// More are only counted; --json has them all.
constexpr std::size_t kFindingsShownMax = 50;
constexpr std::size_t kLossesShownMax = 10;
constexpr std::size_t kLogsShownMax = 40;

std::string name_of(LogId log, const storage::CatalogSurvey& survey) {
    if (log == kCatalogLog) return "the catalog (what streams, queues, functions and so on there are)";
    const auto known = survey.logs.find(log);
    return known == survey.logs.end() ? fmt::format("log {}", log.value()) : known->second;
}

std::string to_words(const Finding::Lost& lost, const storage::CatalogSurvey& survey) {
    const std::uint64_t first = lost.entries.first.value();
    const std::string log = name_of(lost.log, survey);
    if (lost.entries.count() == 1) return fmt::format("entry {} of {}", first, log);
    return fmt::format("{} entries, {} to {}, of {}", with_separators(lost.entries.count()), first,
                       lost.entries.end.value() - 1, log);
}

class Printer {
  public:
    Printer(const DoctorReport& report, cli::Console& console) : report_(report), console_(console) {}

    void print() {
        const storage::Inspection& inspection = report_.inspection;
        console_.line(Colour::kBold, fmt::format("{}: {}, {}, {} in {}", report_.data_directory,
                                                 counted(inspection.files, "file", "files"),
                                                 counted(inspection.bytes, "byte", "bytes"),
                                                 counted(inspection.entries(), "entry", "entries"),
                                                 counted(inspection.logs.size(), "log", "logs")));
        std::size_t shown = 0;
        for (const Finding& finding : inspection.findings) {
            if (shown++ == kFindingsShownMax) break;
            print(finding);
        }
        if (inspection.findings.size() > kFindingsShownMax)
            console_.line(fmt::format("and {} more; --json shows all",
                                      with_separators(inspection.findings.size() - kFindingsShownMax)));
        conclude();
        if (report_.copy) print(*report_.copy);
    }

  private:
    void print(const Finding& finding) {
        const bool problem = finding.severity == Severity::kProblem;
        std::string where = finding.file;
        if (finding.position) where += fmt::format(", byte {}", *finding.position);
        if (!where.empty()) where += ": ";
        console_.line(
            console_.paint(problem ? Colour::kRed : Colour::kDim, problem ? "problem  " : "note     ") +
            where + finding.what);
        std::size_t shown = 0;
        for (const Finding::Lost& lost : finding.lost) {
            if (shown++ == kLossesShownMax) {
                console_.line(
                    fmt::format("         and {} more places", finding.lost.size() - kLossesShownMax));
                break;
            }
            console_.line("         lost: " + to_words(lost, report_.survey));
        }
        if (problem && finding.position && finding.lost.empty())
            console_.line("         nothing that counts is known to be lost by it");
    }

    void conclude() {
        const storage::Inspection& inspection = report_.inspection;
        if (inspection.sound()) {
            console_.line(Colour::kGreen, "nothing is wrong");
            return;
        }
        const auto problems =
            std::count_if(inspection.findings.begin(), inspection.findings.end(),
                          [](const Finding& finding) { return finding.severity == Severity::kProblem; });
        console_.line("");
        console_.line(Colour::kRed,
                      fmt::format("{}; {} cannot be read",
                                  counted(static_cast<std::uint64_t>(problems), "problem", "problems"),
                                  counted(inspection.entries_lost(), "entry", "entries")));
        if (!inspection.logs.contains(kCatalogLog) || !inspection.logs.at(kCatalogLog).lost.empty()) {
            console_.line(
                "Changes of streams, queues, functions, checkpoints and stacks are lost: after a salvage "
                "some of these may be missing, or as they were earlier.");
        }
        if (inspection.newer_version) {
            console_.line("A newer millrace wrote this directory: ask its doctor.");
        } else if (!report_.copy) {
            console_.line(
                fmt::format("A backup, if there is one, has everything. Copy what can be read, and serve "
                            "the copy, with\n"
                            "  millrace doctor --data-dir {0} --salvage {0}-salvaged\n"
                            "  millrace serve --data-dir {0}-salvaged",
                            report_.data_directory));
        }
    }

    void print(const DoctorReport::Copy& copy) {
        std::uint64_t copied = 0;
        std::uint64_t lost = 0;
        std::vector<std::vector<std::string>> rows{{"LOG", "COPIED", "LOST"}};
        std::vector<std::pair<LogId, storage::Salvaged::Log>> logs(copy.salvaged.logs.begin(),
                                                                   copy.salvaged.logs.end());
        std::sort(logs.begin(), logs.end(), [](const auto& a, const auto& b) {
            return std::pair{b.second.lost, a.first} < std::pair{a.second.lost, b.first};
        });
        for (const auto& [id, log] : logs) {
            copied += log.copied;
            lost += log.lost;
            if (rows.size() <= kLogsShownMax)
                rows.push_back(
                    {name_of(id, report_.survey), with_separators(log.copied), with_separators(log.lost)});
        }
        console_.line("");
        console_.table(rows);
        if (logs.size() > kLogsShownMax)
            console_.line(fmt::format("and {} more; --json shows all", logs.size() - kLogsShownMax));
        console_.line("");
        console_.line(fmt::format(
            "{}: {} in {} and {} copied, {} lost; go on with\n"
            "  millrace serve --data-dir {}",
            copy.destination, counted(copied, "entry", "entries"), counted(logs.size(), "log", "logs"),
            counted(copy.packages, "function package", "function packages"), with_separators(lost),
            copy.destination));
    }

    const DoctorReport& report_;
    cli::Console& console_;
};

JsonObject json_of(const Finding& finding, const storage::CatalogSurvey& survey) {
    JsonArray lost;
    for (const Finding::Lost& entries : finding.lost) {
        lost.push_back(JsonObject{{"log", entries.log.value()},
                                  {"name", name_of(entries.log, survey)},
                                  {"first", entries.entries.first.value()},
                                  {"count", entries.entries.count()}});
    }
    JsonObject object{{"severity", finding.severity == Severity::kProblem ? "problem" : "note"},
                      {"what", finding.what},
                      {"lost", std::move(lost)}};
    if (!finding.file.empty()) object["file"] = finding.file;
    if (finding.position) object["position"] = *finding.position;
    return object;
}

JsonObject json_of(const DoctorReport::Copy& copy, const storage::CatalogSurvey& survey) {
    JsonArray logs;
    for (const auto& [id, log] : copy.salvaged.logs) {
        logs.push_back(JsonObject{
            {"log", id.value()}, {"name", name_of(id, survey)}, {"copied", log.copied}, {"lost", log.lost}});
    }
    return {{"destination", copy.destination}, {"packages", copy.packages}, {"logs", std::move(logs)}};
}

}  // namespace

void print_for_people(const DoctorReport& report, cli::Console& console) {
    Printer{report, console}.print();
}

std::string to_json(const DoctorReport& report) {
    const storage::Inspection& inspection = report.inspection;
    JsonArray findings;
    for (const Finding& finding : inspection.findings) findings.push_back(json_of(finding, report.survey));
    JsonObject object{{"dataDirectory", report.data_directory},
                      {"sound", inspection.sound()},
                      {"files", inspection.files},
                      {"bytes", inspection.bytes},
                      {"entries", inspection.entries()},
                      {"entriesLost", inspection.entries_lost()},
                      {"logs", inspection.logs.size()},
                      {"findings", std::move(findings)}};
    if (report.copy) object["salvage"] = json_of(*report.copy, report.survey);
    return codec::to_json(object);
}

}  // namespace millrace::app
