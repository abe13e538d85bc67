#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "cli/console.h"
#include "storage/catalog/catalog_survey.h"
#include "storage/doctor/inspection.h"
#include "storage/doctor/salvage.h"

namespace millrace::app {

/// What `millrace doctor` did.
struct DoctorReport {
    struct Copy {
        std::string destination;
        storage::Salvaged salvaged;
        std::size_t packages = 0;
    };

    std::string data_directory;
    storage::Inspection inspection;
    storage::CatalogSurvey survey;
    std::optional<Copy> copy = {};
};

/// What was read, what is wrong, worst first, what that means and what to do next.
void print_for_people(const DoctorReport& report, cli::Console& console);

/// All of it as one JSON object.
[[nodiscard]] std::string to_json(const DoctorReport& report);

}  // namespace millrace::app
