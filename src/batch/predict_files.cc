// SPDX-License-Identifier: Apache-2.0
//
// One thread reads blocks of rows and writes their predictions, in order; the others turn blocks
// into text. A ring of a few blocks lies between them: when the oldest is not done yet, reading
// waits, so memory is bounded.
#include "batch/predict_files.h"

#include <memory>
#include <utility>

#include "base/check.h"
#include "batch/flight_rows.h"
#include "batch/ordered_workers.h"
#include "batch/row_block.h"

namespace flightcast::batch {
namespace {

constexpr std::size_t kBlocksPerThread = 3;

struct BadRow {
    std::size_t line = 0;
    std::string cause;
};

struct Job {
    bool done = false;
    RowBlock block;
    std::string output;
    std::vector<BadRow> bad;
    std::array<std::size_t, flight::kClassCount> by_class{};
};

// What one thread does to a block, and keeps from block to block.
//
// Thread-safety: one thread per object.
class BlockScorer {
  public:
    BlockScorer(
        const features::Predictor& predictor,
        const flight::RouteTable& routes,
        const PredictionWriter& writer
    )
        : predictor_(predictor), writer_(writer), reader_(routes) {}

    void score(Job& job) {
        job.output.clear();
        job.bad.clear();
        job.by_class.fill(0);
        requests_.clear();
        lines_.clear();
        for (const RowBlock::Row& row : job.block.rows) {
            auto request = reader_.read(job.block.layout, job.block.row_text(row));
            if (request) {
                requests_.push_back(*std::move(request));
                lines_.push_back(row.line);
            } else {
                job.bad.push_back({row.line, std::move(request).error()});
            }
        }
        const std::vector<flight::Probabilities> scores = predictor_.score(requests_);
        for (std::size_t i = 0; i < requests_.size(); ++i) {
            writer_.append(job.output, {requests_[i], scores[i], job.block.file, lines_[i]});
            ++job.by_class[flight::predicted_class(scores[i])];
        }
    }

  private:
    const features::Predictor& predictor_;
    const PredictionWriter& writer_;
    RowReader reader_;
    std::vector<flight::Request> requests_;
    std::vector<std::size_t> lines_;  // of each request
};

// Takes in what came of the blocks, in order.
class Collector {
  public:
    Collector(const PredictOptions& options, const PredictSink& sink)
        : options_(options), sink_(sink) {}

    base::Result<void> take(const Job& job) {
        for (const BadRow& bad : job.bad) FC_TRY_VOID(count_bad(job.block.file, bad));
        for (std::size_t i = 0; i < job.by_class.size(); ++i) {
            summary_.by_class[i] += job.by_class[i];
            summary_.rows += job.by_class[i];
        }
        FC_TRY_VOID(sink_.write(job.output));
        return sink_.on_progress(summary_.rows);
    }

    [[nodiscard]] PredictSummary summary() && { return std::move(summary_); }

  private:
    base::Result<void> count_bad(const std::string& file, const BadRow& bad) {
        ++summary_.bad_rows;
        ++summary_.bad[bad.cause];
        const std::string place = file + ":" + std::to_string(bad.line) + ": " + bad.cause;
        if (summary_.bad_rows <= options_.bad_rows_max) {
            sink_.on_bad_row(place);
            return {};
        }
        return base::fail(
            base::Errc::invalid_argument,
            place + "; that is bad row " + std::to_string(summary_.bad_rows) + ", more than the " +
                std::to_string(options_.bad_rows_max) + " that --bad-rows-max lets pass"
        );
    }

    const PredictOptions& options_;
    const PredictSink& sink_;
    PredictSummary summary_;
};

}  // namespace

base::Result<PredictSummary> predict_files(
    const features::Predictor& predictor,
    const flight::RouteTable& routes,
    const PredictOptions& options,
    const PredictSink& sink
) {
    FC_CHECK(options.threads > 0);
    FC_TRY(BlockReader blocks, BlockReader::open(options.files));
    const PredictionWriter writer(options.format, predictor.model_id());
    FC_TRY_VOID(sink.write(writer.header()));
    Collector collector(options, sink);
    std::vector<Job> ring(options.threads * kBlocksPerThread);
    OrderedWorkers<Job> workers(options.threads, [&] {
        auto scorer = std::make_shared<BlockScorer>(predictor, routes, writer);
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
    return std::move(collector).summary();
}

}  // namespace flightcast::batch
