#pragma once

#include "storage/catalog/catalog_survey.h"

namespace millrace::sqs {

/// Names the logs of queues.
void survey_catalog(const storage::CatalogMap::Pairs& pairs, storage::CatalogSurvey& survey);

}  // namespace millrace::sqs
