// SPDX-License-Identifier: Apache-2.0
#include "base/planted_bug_testing.h"

namespace flightcast::base {
inline namespace plantable {

// Where the modules that fc_plant() compiled see it.
PlantedBug planted_bug = PlantedBug::none;

}  // namespace plantable

const std::array<PlantedBugRow, kPlantedBugCount> kPlantedBugs = {{
    {PlantedBug::none, "none", "the product as it is"},
    {PlantedBug::accepted_before_durable,
     "accepted_before_durable",
     "a flight is accepted when it is queued"},
    {PlantedBug::accepted_though_failed,
     "accepted_though_failed",
     "a flight is accepted when its commit failed"},
    {PlantedBug::archive_errors_ignored,
     "archive_errors_ignored",
     "the archiver goes on when the store did not take a batch"},
    {PlantedBug::archiver_skips_failures,
     "archiver_skips_failures",
     "the archiver leaves dead letters out"},
    {PlantedBug::commits_not_flushed,
     "commits_not_flushed",
     "commits of requests are not flushed to the disk"},
    {PlantedBug::dead_letter_beats_response,
     "dead_letter_beats_response",
     "a gateway shows a dead letter that came after a prediction"},
    {PlantedBug::due_answers_dropped,
     "due_answers_dropped",
     "an orderly stop does not wait for what is due to clients"},
    {PlantedBug::duplicate_id_other_body,
     "duplicate_id_other_body",
     "an id follows from the key alone, whatever the flight"},
    {PlantedBug::feed_sleeps_on,
     "feed_sleeps_on",
     "a gateway that read all outcomes misses the next wake-up"},
    {PlantedBug::forgotten_clients_wait_on,
     "forgotten_clients_wait_on",
     "what a client waits for outlives its connection"},
    {PlantedBug::join_after_answer,
     "join_after_answer",
     "a join is answered before it is in force"},
    {PlantedBug::known_outcome_waits_on,
     "known_outcome_waits_on",
     "a join that was answered at once waits on"},
    {PlantedBug::last_outcome_wins,
     "last_outcome_wins",
     "a gateway shows the last outcome of a request instead of the first"},
    {PlantedBug::model_swapped_in_batch,
     "model_swapped_in_batch",
     "a batch is labelled by a model that scored only its beginning"},
    {PlantedBug::positions_before_outputs,
     "positions_before_outputs",
     "a stage publishes positions before the outputs that they stand for"},
    {PlantedBug::positions_committed_alone,
     "positions_committed_alone",
     "the embedded log commits positions before the records"},
    {PlantedBug::pushed_to_everybody, "pushed_to_everybody", "an outcome is pushed to all clients"},
    {PlantedBug::repeated_submission_new_id,
     "repeated_submission_new_id",
     "an id under a key depends on the time of the submission"},
    {PlantedBug::replay_window_too_short,
     "replay_window_too_short",
     "a gateway does not read the last minutes again"},
    {PlantedBug::response_loses_to_dead_letter,
     "response_loses_to_dead_letter",
     "a gateway shows a dead letter though a prediction came after it"},
    {PlantedBug::retention_ignores_readers,
     "retention_ignores_readers",
     "retention removes what a group has not read"},
    {PlantedBug::rewind_forgotten,
     "rewind_forgotten",
     "after a failure a stage goes on instead of back"},
    {PlantedBug::store_asked_once, "store_asked_once", "a join asks the store once and not again"},
    {PlantedBug::store_replaces_outcomes,
     "store_replaces_outcomes",
     "the store keeps the last outcome of a kind"},
    {PlantedBug::unreadable_requests_dropped,
     "unreadable_requests_dropped",
     "a request that cannot be read gets no dead letter"},
    {PlantedBug::upgrade_drops_packets,
     "upgrade_drops_packets",
     "packets that wait are dropped by the upgrade"},
}};

void plant(PlantedBug bug) {
    plantable::planted_bug = bug;
}

}  // namespace flightcast::base
