#pragma once

#include "storage/catalog/catalog_survey.h"

namespace millrace::s3 {

/// Names the logs of objects and parts.
void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey);

}  // namespace millrace::s3
