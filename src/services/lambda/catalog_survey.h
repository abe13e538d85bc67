#pragma once

#include "storage/catalog/catalog_survey.h"

namespace millrace::lambda {

/// Names the log of asynchronous events; looks at functions and event source mappings.
void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey);

}  // namespace millrace::lambda
