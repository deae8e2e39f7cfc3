// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace flightcast::gateway::http {

// The lines around the data of a chunked body (RFC 9112, 7.1), byte by byte: the size of each chunk
// with its extensions, the end of its data, the trailers. Extensions and trailers are checked, so
// that no proxy in front can see another end of the body than we do, and dropped; together they may
// have kChunkExtrasBytesMax bytes.
class ChunkFraming {
  public:
    enum class Event : std::uint8_t {
        more,       // the line goes on
        data,       // chunk_bytes() bytes of data begin, 1 or more
        done,       // the body has ended
        too_large,  // the chunk is longer than can be, or extensions and trailers are
        malformed,
    };

    // Takes one byte that is not data. REQUIRES: neither done, too_large nor malformed was returned
    // before.
    [[nodiscard]] Event take(char c);

    [[nodiscard]] std::uint64_t chunk_bytes() const { return chunk_bytes_; }

  private:
    enum class Step : std::uint8_t {
        size,
        extension_space,
        extension,
        size_lf,
        data_cr,
        data_lf,
        trailer_start,
        trailer,
        trailer_lf,
        last_lf,
    };

    Event take_size(char c);
    Event take_extension(char c);
    Event take_trailer(char c);
    Event end_trailer();
    Event end_size();
    Event go_on(Step next);
    Event drop_one(Step next);

    Step step_ = Step::size;
    std::uint64_t chunk_bytes_ = 0;
    std::size_t digits_ = 0;
    std::size_t dropped_ = 0;  // bytes of extensions and trailers
    std::string trailer_;      // the line so far
};

}  // namespace flightcast::gateway::http
