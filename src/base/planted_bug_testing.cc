// SPDX-License-Identifier: Apache-2.0
#include "base/planted_bug_testing.h"

namespace flightcast::base {
inline namespace plantable {

// Where the modules that fc_plant() compiled see it.
PlantedBug planted_bug = PlantedBug::none;

}  // namespace plantable

const std::array<PlantedBugRow, kPlantedBugCount> kPlantedBugs = {{
    {PlantedBug::none, "none", "the product as it is"},
    {PlantedBug::archive_errors_ignored,
     "archive_errors_ignored",
     "the archiver goes on when the store did not take a batch"},
    {PlantedBug::last_outcome_wins,
     "last_outcome_wins",
     "a gateway shows the last outcome of a request instead of the first"},
}};

void plant(PlantedBug bug) {
    plantable::planted_bug = bug;
}

}  // namespace flightcast::base
