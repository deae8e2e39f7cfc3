// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/random.h"

namespace flightcast::sqlite {

// A disk with the accidents that disks have, below SQLite: while one lives, every database that
// this process opens is on it. It is a layer (a "VFS shim") over the system's files that notes what
// was written and not flushed, so that a power cut can take it back.
//
// Thread-safety: one thread at a time; those of the databases count.
class FaultyDisk {
  public:
    FaultyDisk();
    ~FaultyDisk();
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    // The disk is full: files cannot grow any more, after `bytes_left`. Or it has room again.
    void fill(std::size_t bytes_left);
    void make_room();

    // The next `count` writes, or flushes, give an error. After a flush that failed the system
    // forgets that the pages were to be written: no later flush writes them.
    void fail_writes(std::size_t count);
    void fail_flushes(std::size_t count);

    // The process is killed: none of its files changes any more until the next begins. Databases
    // are closed between the two.
    void kill_process();
    void begin_process();

    // The power goes: of the bytes that were not flushed some stay, by chance, whole writes or the
    // first sectors of one. REQUIRES: all databases are closed, after kill_process().
    void cut_power(base::Random& random);

    // Since the disk was made.
    struct Counts {
        std::size_t writes = 0;
        std::size_t flushes = 0;
        std::size_t refused_full = 0;
        std::size_t failed_writes = 0;
        std::size_t failed_flushes = 0;
        std::size_t lost_writes = 0;  // by power cuts
        std::size_t torn_writes = 0;
    };
    [[nodiscard]] const Counts& counts() const;

    class Layer;

  private:
    std::unique_ptr<Layer> layer_;
};

}  // namespace flightcast::sqlite
