#pragma once

#include "storage/catalog/catalog_survey.h"

namespace millrace::logs {

/// Names the logs of log streams.
void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey);

}  // namespace millrace::logs
