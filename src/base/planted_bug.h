// SPDX-License-Identifier: Apache-2.0
//
// Mistakes that tests plant into the product, one at a time, to show that they would be noticed:
//
//     if (base::is_planted(base::PlantedBug::archive_errors_ignored)) return {};
//
// In the program is_planted() is a constant, and the line is gone. A test that plants bugs names
// the modules that have some after fc_plant() (cmake/planted.cmake): it links them compiled a
// second time, where plant() (base/planted_bug_testing.h) decides. Only .cc files include this
// header: an inline function would differ between the two.
#pragma once

#include <cstdint>

namespace flightcast::base {

// In the order of kPlantedBugs (base/planted_bug_testing.h), which says what each does.
enum class PlantedBug : std::uint8_t {
    none,
    accepted_before_durable,
    accepted_though_failed,
    archive_errors_ignored,
    archiver_skips_failures,
    commits_not_flushed,
    dead_letter_beats_response,
    due_answers_dropped,
    duplicate_id_other_body,
    feed_sleeps_on,
    fenced_member_publishes,
    forgotten_clients_wait_on,
    join_after_answer,
    known_outcome_waits_on,
    last_outcome_wins,
    model_swapped_in_batch,
    positions_before_outputs,
    positions_committed_alone,
    pushed_to_everybody,
    repeated_submission_new_id,
    replay_window_too_short,
    response_loses_to_dead_letter,
    retention_ignores_readers,
    rewind_forgotten,
    store_asked_once,
    store_replaces_outcomes,
    unreadable_requests_dropped,
    upgrade_drops_packets,
    foreign_positions_trusted,  // From here on those of eventlog/membership.
    unstable_positions_used,
    silence_means_no_position,
    transaction_without_positions,
    unknown_commit_repeated,
    failed_publish_counts,
    name_taken_back,
    ambiguity_unseen,  // From here on those of arrival and judging.
    clients_rank_first,
    corrections_ignored,
    horizon_unchecked,
    known_evaluations_unread,
    lost_evaluations_forgotten,
    newest_report_by_order,
    replaced_state_unsaid,
    second_response_judged,
    withdrawals_unsaid,
    superseded_records_count,  // From here on those of registry.
    unknown_registry_append_renewed,
    refused_records_count,
    fold_counts_repeats,  // From here on those of features/online and scoring.
    fold_ignores_ranks,
    fold_takes_late_reports,
    fold_keeps_old_values,
    fold_dates_corrections_anew,
    fold_names_older_offset,
    count,  // how many there are
};

#ifdef FLIGHTCAST_PLANTED_BUGS

inline namespace plantable {

// Set by plant().
extern PlantedBug planted_bug;

[[nodiscard]] inline bool is_planted(PlantedBug bug) {
    return planted_bug == bug;
}

}  // namespace plantable

#else

inline namespace never {

[[nodiscard]] consteval bool is_planted(PlantedBug /*bug*/) {
    return false;
}

}  // namespace never

#endif

}  // namespace flightcast::base
