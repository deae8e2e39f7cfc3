// SPDX-License-Identifier: Apache-2.0
//
// One thread reads blocks of rows and writes their predictions, in order; the others turn blocks
// into text. A ring of a few blocks lies between them: when the oldest is not done yet, reading
// waits, so memory is bounded.
#include "batch/predict_files.h"

#include <memory>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "batch/flight_rows.h"
#include "batch/ordered_workers.h"
#include "batch/row_block.h"
#include "dataset/row/cells.h"
#include "flight/predicted_class.h"

namespace flightcast::batch {
namespace {

constexpr std::size_t kBlocksPerThread = 3;

struct BadRow {
    std::size_t line = 0;
    dataset::RowFault fault;
    bool is_unfinished = false;  // the file ends within it
};

struct Job {
    bool done = false;
    RowBlock block;
    std::string output;
    std::vector<BadRow> bad;
    std::array<std::size_t, flight::kClassCount> by_class{};
    std::array<std::size_t, kNeeded.size()> missing{};
    std::size_t airport_numbers = 0;
};

// Which of the needed fields `request` lacks, by kNeeded.
std::array<bool, kNeeded.size()> find_missing(const flight::Request& request) {
    return {
        !request.flight_date, !request.carrier, !request.origin, !request.dest, !request.dep_delay
    };
}

bool has_airport_number(const flight::Request& request) {
    const auto is_number = [](const std::optional<std::string>& airport) {
        return airport && dataset::is_airport_number(*airport);
    };
    return is_number(request.origin) || is_number(request.dest);
}

// The work of one thread on a block, and the memory that it keeps from block to block.
//
// Thread-safety: one thread per object.
class BlockScorer {
  public:
    BlockScorer(
        const features::Predictor& predictor,
        const flight::RouteTable& routes,
        const PredictionWriter& writer,
        const std::function<void(flight::Request&)>& complete
    )
        : predictor_(predictor), writer_(writer), complete_(complete), reader_(routes) {}

    void score(Job& job) {
        read(job);
        job.output.clear();
        job.by_class.fill(0);
        const std::vector<flight::Probabilities> scores = predictor_.score(requests_);
        for (std::size_t i = 0; i < requests_.size(); ++i) {
            writer_.append(job.output, {requests_[i], scores[i], job.block.file, lines_[i]});
            ++job.by_class[flight::predicted_class(scores[i])];
        }
    }

  private:
    void read(Job& job) {
        job.bad.clear();
        job.missing.fill(0);
        job.airport_numbers = 0;
        requests_.clear();
        lines_.clear();
        for (const RowBlock::Row& row : job.block.rows) {
            auto request = reader_.read(job.block.layout, job.block.row_text(row));
            if (!request) {
                const bool is_last = &row == &job.block.rows.back();
                const bool is_unfinished = is_last && job.block.is_unfinished;
                job.bad.push_back({row.line, std::move(request).error(), is_unfinished});
                continue;
            }
            const auto missing = find_missing(*request);
            for (std::size_t i = 0; i < missing.size(); ++i) job.missing[i] += missing[i] ? 1 : 0;
            if (has_airport_number(*request)) ++job.airport_numbers;
            if (complete_) complete_(*request);
            requests_.push_back(*std::move(request));
            lines_.push_back(row.line);
        }
    }

    const features::Predictor& predictor_;
    const PredictionWriter& writer_;
    const std::function<void(flight::Request&)>& complete_;
    RowReader reader_;
    std::vector<flight::Request> requests_;
    std::vector<std::size_t> lines_;  // of each request
};

// Takes in the results of the blocks, in order.
class Collector {
  public:
    // REQUIRES: all outlive it.
    Collector(const PredictOptions& options, const PredictSink& sink, std::string_view header)
        : options_(options), sink_(sink), header_(header) {}

    base::Result<void> take(const Job& job) {
        for (const BadRow& bad : job.bad) FC_TRY_VOID(count_bad(job.block.file, bad));
        for (std::size_t i = 0; i < job.by_class.size(); ++i) {
            summary_.by_class[i] += job.by_class[i];
            summary_.rows += job.by_class[i];
        }
        for (std::size_t i = 0; i < kNeeded.size(); ++i) {
            if (job.missing[i] == 0) continue;
            summary_.missing[std::string(dataset::name_of(kNeeded[i]))] += job.missing[i];
        }
        summary_.airport_numbers += job.airport_numbers;
        if (!job.output.empty()) FC_TRY_VOID(write(job.output));
        return sink_.on_progress(summary_.rows);
    }

    [[nodiscard]] base::Result<PredictSummary> summary(std::vector<std::string> notes) && {
        if (summary_.rows == 0 && summary_.bad_rows > 0) {
            return base::fail(
                base::Errc::invalid_argument, "no row could be read, the first as " + first_bad_
            );
        }
        FC_TRY_VOID(write(""));
        summary_.notes = std::move(notes);
        return std::move(summary_);
    }

  private:
    // Behind the header, which waits for the first row: an input that cannot be read leaves
    // nothing.
    base::Result<void> write(std::string_view rows) {
        if (!header_.empty()) FC_TRY_VOID(sink_.write(std::exchange(header_, "")));
        return rows.empty() ? base::Result<void>() : sink_.write(rows);
    }

    base::Result<void> count_bad(const std::string& file, const BadRow& bad) {
        const std::string where = file + ":" + std::to_string(bad.line) + ": ";
        if (bad.is_unfinished) {
            return base::fail(
                base::Errc::corrupt, where + "the file ends in the middle of a line; fetch it again"
            );
        }
        const std::string place = where + bad.fault.text();
        if (bad.fault.spoils_file) return base::fail(base::Errc::invalid_argument, place);
        ++summary_.bad_rows;
        ++summary_.bad[bad.fault.cause];
        if (first_bad_.empty()) first_bad_ = place;
        if (summary_.bad_rows <= options_.bad_rows_max) {
            sink_.on_bad_row(place);
            return {};
        }
        return base::fail(
            base::Errc::invalid_argument,
            dataset::too_many_bad_rows(place, summary_.bad_rows, options_.bad_rows_max)
        );
    }

    const PredictOptions& options_;
    const PredictSink& sink_;
    std::string_view header_;  // empty once it is written
    PredictSummary summary_;
    std::string first_bad_;  // "jan.csv:17: bad DepDelay: ..."
};

}  // namespace

base::Result<PredictSummary> predict_files(
    const features::Predictor& predictor,
    const flight::RouteTable& routes,
    const PredictOptions& options,
    const PredictSink& sink
) {
    FC_CHECK(options.threads > 0);
    FC_TRY(
        BlockReader blocks,
        BlockReader::open(options.files, {.columns = options.columns, .needed = kNeeded})
    );
    const PredictionWriter writer(options.format, predictor.model_id());
    Collector collector(options, sink, writer.header());
    std::vector<Job> ring(options.threads * kBlocksPerThread);
    OrderedWorkers<Job> workers(options.threads, [&] {
        auto scorer = std::make_shared<BlockScorer>(predictor, routes, writer, options.complete);
        return [scorer](Job& job) { scorer->score(job); };
    });
    std::size_t begun = 0;
    std::size_t ended = 0;
    bool more = true;
    while (more || ended < begun) {
        if (more && begun - ended < ring.size()) {
            Job& job = ring[begun % ring.size()];
            FC_TRY(more, blocks.next(job.block));
            if (!more) continue;
            workers.start(job);
            ++begun;
        } else {
            const Job& job = ring[ended % ring.size()];
            workers.wait(job);
            FC_TRY_VOID(collector.take(job));
            ++ended;
        }
    }
    return std::move(collector).summary(blocks.notes());
}

}  // namespace flightcast::batch
