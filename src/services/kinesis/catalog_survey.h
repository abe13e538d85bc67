#pragma once

#include "storage/catalog/catalog_survey.h"

namespace millrace::kinesis {

/// Names the logs of shards.
void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey);

}  // namespace millrace::kinesis
