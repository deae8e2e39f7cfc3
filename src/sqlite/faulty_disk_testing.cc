// SPDX-License-Identifier: Apache-2.0
//
// SQLite's own VFS does the work. Each file of this one is followed in memory by the system's, as
// szOsFile provides. The shared-memory index of the write-ahead log is no file for durability:
// SQLite makes it anew.
#include "sqlite/faulty_disk_testing.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"

namespace flightcast::sqlite {
namespace {

constexpr std::size_t kSector = 512;

// A change of a file that no flush has made durable: the bytes that it replaced.
struct Change {
    std::int64_t offset = 0;
    std::string before;       // of what was there, perhaps shorter than what was written
    std::size_t written = 0;  // bytes; 0: the file was cut
    std::int64_t size_before = 0;
    bool is_lost = false;  // a flush failed, so no later one writes it
};

std::string contents_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Takes `change` back, or all of it but its first sectors. True when it was torn.
bool take_back(std::string& contents, const Change& change, base::Random& random) {
    const std::size_t sectors = change.written / kSector;
    const std::size_t kept = sectors > 1 ? kSector * random.below(sectors) : 0;
    const auto offset = static_cast<std::size_t>(change.offset);
    const auto size_before = static_cast<std::size_t>(change.size_before);
    // Bytes that were appended and never written are gone at the end of a file, else zeros.
    if (kept == 0 && contents.size() <= offset + change.written) contents.resize(size_before);
    const std::size_t end = std::max(offset + change.before.size(), contents.size());
    contents.resize(end);
    for (std::size_t i = kept; i < std::max(change.written, change.before.size()); ++i) {
        if (offset + i >= end) break;
        contents[offset + i] = i < change.before.size() ? change.before[i] : '\0';
    }
    return kept > 0;
}

// Whether the bytes of `lost` were all written again by changes after it, at `later` and behind.
bool is_written_again(const Change& lost, const std::vector<Change>& changes, std::size_t later) {
    std::map<std::int64_t, std::int64_t> written;  // from, to
    for (std::size_t i = later; i < changes.size(); ++i) {
        const Change& change = changes[i];
        if (change.is_lost) continue;
        std::int64_t& to = written[change.offset];
        to = std::max(to, change.offset + static_cast<std::int64_t>(change.written));
    }
    std::int64_t at = lost.offset;
    for (const auto& [from, to] : written) {
        if (from <= at) at = std::max(at, to);
    }
    return at >= lost.offset + static_cast<std::int64_t>(lost.written);
}

// Of those that a failed flush lost, the ones that were written again since are durable now.
void forget_flushed(std::vector<Change>& changes) {
    std::vector<Change> left;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (!changes[i].is_lost || is_written_again(changes[i], changes, i + 1)) continue;
        left.push_back(std::move(changes[i]));
    }
    changes = std::move(left);
}

}  // namespace

class FaultyDisk::Layer {
  public:
    Layer() : under(sqlite3_vfs_find(nullptr)) {
        FC_CHECK(under != nullptr);
        vfs = *under;
        vfs.pNext = nullptr;
        vfs.zName = "faulty-disk";
        vfs.pAppData = this;
        vfs.szOsFile = static_cast<int>(sizeof(File)) + under->szOsFile;
        vfs.xOpen = open;
        vfs.xDelete = remove;
        FC_CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
    }
    ~Layer() {
        sqlite3_vfs_unregister(&vfs);
        sqlite3_vfs_register(under, 1);
    }
    Layer(const Layer&) = delete;
    Layer& operator=(const Layer&) = delete;

    sqlite3_vfs* under;
    sqlite3_vfs vfs{};
    std::map<std::string, std::vector<Change>> unflushed;
    bool is_dead = false;
    bool is_full = false;
    std::size_t bytes_left = 0;
    std::size_t writes_to_fail = 0;
    std::size_t flushes_to_fail = 0;
    Counts counts;

  private:
    struct File {
        sqlite3_file base;
        Layer* layer;
        const char* name;  // SQLite's; null for a temporary file
        [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
        [[nodiscard]] const sqlite3_io_methods& methods() { return *real()->pMethods; }
    };

    static File& file_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out);
    static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder);
    static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset);
    static int cut(sqlite3_file* file, sqlite3_int64 size);
    static int flush(sqlite3_file* file, int flags);
    static const sqlite3_io_methods kMethods;

    // Notes what is about to be replaced; SQLite's error when that cannot be read.
    int note(File& file, std::int64_t offset, std::size_t size, std::size_t written);
    int hindrance(File& file, std::int64_t end);
};

int FaultyDisk::Layer::open(
    sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out
) {
    auto* const layer = static_cast<Layer*>(vfs->pAppData);
    File& opened = *new (file) File{};
    opened.layer = layer;
    opened.name = name;
    const int code = layer->under->xOpen(layer->under, name, opened.real(), flags, out);
    if (opened.real()->pMethods != nullptr) opened.base.pMethods = &kMethods;
    return code;
}

int FaultyDisk::Layer::remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
    auto* const layer = static_cast<Layer*>(vfs->pAppData);
    if (layer->is_dead) return SQLITE_IOERR_DELETE;
    layer->unflushed.erase(name);
    return layer->under->xDelete(layer->under, name, sync_folder);
}

int FaultyDisk::Layer::note(
    File& file, std::int64_t offset, std::size_t size, std::size_t written
) {
    if (file.name == nullptr) return SQLITE_OK;
    sqlite3_int64 size_before = 0;
    if (const int code = file.methods().xFileSize(file.real(), &size_before); code != SQLITE_OK) {
        return code;
    }
    Change change{.offset = offset, .before = {}, .written = written, .size_before = size_before};
    const std::int64_t known =
        std::clamp<std::int64_t>(size_before - offset, 0, static_cast<std::int64_t>(size));
    change.before.resize(static_cast<std::size_t>(known));
    if (known > 0) {
        const int code = file.methods().xRead(
            file.real(), change.before.data(), static_cast<int>(known), offset
        );
        if (code != SQLITE_OK) return code;
    }
    unflushed[file.name].push_back(std::move(change));
    return SQLITE_OK;
}

int FaultyDisk::Layer::hindrance(File& file, std::int64_t end) {
    if (is_dead) return SQLITE_IOERR_WRITE;
    if (writes_to_fail > 0) {
        --writes_to_fail;
        ++counts.failed_writes;
        return SQLITE_IOERR_WRITE;
    }
    if (!is_full) return SQLITE_OK;
    sqlite3_int64 size = 0;
    if (const int code = file.methods().xFileSize(file.real(), &size); code != SQLITE_OK) {
        return code;
    }
    const auto more = static_cast<std::size_t>(std::max<std::int64_t>(0, end - size));
    if (more > bytes_left) {
        ++counts.refused_full;
        return SQLITE_FULL;
    }
    bytes_left -= more;
    return SQLITE_OK;
}

int FaultyDisk::Layer::write(
    sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset
) {
    File& ours = file_of(file);
    Layer& layer = *ours.layer;
    if (const int code = layer.hindrance(ours, offset + size); code != SQLITE_OK) return code;
    const auto written = static_cast<std::size_t>(size);
    if (const int code = layer.note(ours, offset, written, written); code != SQLITE_OK) return code;
    ++layer.counts.writes;
    return ours.methods().xWrite(ours.real(), bytes, size, offset);
}

int FaultyDisk::Layer::cut(sqlite3_file* file, sqlite3_int64 size) {
    File& ours = file_of(file);
    if (ours.layer->is_dead) return SQLITE_IOERR_TRUNCATE;
    sqlite3_int64 before = 0;
    if (const int code = ours.methods().xFileSize(ours.real(), &before); code != SQLITE_OK) {
        return code;
    }
    if (size < before) {
        const auto gone = static_cast<std::size_t>(before - size);
        if (const int code = ours.layer->note(ours, size, gone, 0); code != SQLITE_OK) return code;
    }
    return ours.methods().xTruncate(ours.real(), size);
}

// Nothing goes to the real disk: this layer alone says what is durable.
int FaultyDisk::Layer::flush(sqlite3_file* file, int /*flags*/) {
    File& ours = file_of(file);
    Layer& layer = *ours.layer;
    if (layer.is_dead) return SQLITE_IOERR_FSYNC;
    if (ours.name == nullptr) return SQLITE_OK;
    std::vector<Change>& changes = layer.unflushed[ours.name];
    if (layer.flushes_to_fail > 0) {
        --layer.flushes_to_fail;
        ++layer.counts.failed_flushes;
        // The size of a file is the file system's own affair, which a journal keeps.
        for (Change& change : changes) change.is_lost = change.written > 0;
        return SQLITE_IOERR_FSYNC;
    }
    ++layer.counts.flushes;
    forget_flushed(changes);
    return SQLITE_OK;
}

const sqlite3_io_methods FaultyDisk::Layer::kMethods = {
    .iVersion = 2,
    .xClose =
        [](sqlite3_file* file) { return file_of(file).methods().xClose(file_of(file).real()); },
    .xRead = [](
                 sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset
             ) { return file_of(file).methods().xRead(file_of(file).real(), bytes, size, offset); },
    .xWrite = write,
    .xTruncate = cut,
    .xSync = flush,
    .xFileSize = [](
                     sqlite3_file* file, sqlite3_int64* size
                 ) { return file_of(file).methods().xFileSize(file_of(file).real(), size); },
    .xLock = [](sqlite3_file* file,
                int level) { return file_of(file).methods().xLock(file_of(file).real(), level); },
    .xUnlock = [](
                   sqlite3_file* file, int level
               ) { return file_of(file).methods().xUnlock(file_of(file).real(), level); },
    .xCheckReservedLock =
        [](sqlite3_file* file, int* result) {
            return file_of(file).methods().xCheckReservedLock(file_of(file).real(), result);
        },
    .xFileControl =
        [](sqlite3_file* file, int op, void* argument) {
            return file_of(file).methods().xFileControl(file_of(file).real(), op, argument);
        },
    .xSectorSize = [](
                       sqlite3_file* file
                   ) { return file_of(file).methods().xSectorSize(file_of(file).real()); },
    // None of what the system promises: sectors may come in any order.
    .xDeviceCharacteristics = [](sqlite3_file*) { return 0; },
    .xShmMap =
        [](sqlite3_file* file, int region, int size, int extend, void volatile** out) {
            return file_of(file).methods().xShmMap(file_of(file).real(), region, size, extend, out);
        },
    .xShmLock =
        [](sqlite3_file* file, int offset, int count, int flags) {
            return file_of(file).methods().xShmLock(file_of(file).real(), offset, count, flags);
        },
    .xShmBarrier =
        [](sqlite3_file* file) { file_of(file).methods().xShmBarrier(file_of(file).real()); },
    .xShmUnmap = [](
                     sqlite3_file* file, int removes
                 ) { return file_of(file).methods().xShmUnmap(file_of(file).real(), removes); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

FaultyDisk::FaultyDisk() : layer_(std::make_unique<Layer>()) {}
FaultyDisk::~FaultyDisk() = default;

void FaultyDisk::fill(std::size_t bytes_left) {
    layer_->is_full = true;
    layer_->bytes_left = bytes_left;
}

void FaultyDisk::make_room() {
    layer_->is_full = false;
}

void FaultyDisk::fail_writes(std::size_t count) {
    layer_->writes_to_fail = count;
}

void FaultyDisk::fail_flushes(std::size_t count) {
    layer_->flushes_to_fail = count;
}

void FaultyDisk::kill_process() {
    layer_->is_dead = true;
}

void FaultyDisk::begin_process() {
    layer_->is_dead = false;
}

void FaultyDisk::cut_power(base::Random& random) {
    for (auto& [path, changes] : layer_->unflushed) {
        if (changes.empty() || !std::filesystem::exists(path)) continue;
        std::string contents = contents_of(path);
        // From the last to the first: a later write stands on the earlier ones.
        for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
            if (!change->is_lost && random.below(3) == 0) continue;
            const bool is_torn = take_back(contents, *change, random);
            ++(is_torn ? layer_->counts.torn_writes : layer_->counts.lost_writes);
        }
        std::ofstream(path, std::ios::binary | std::ios::trunc) << contents;
        std::filesystem::remove(path + "-shm");
    }
    layer_->unflushed.clear();
}

const FaultyDisk::Counts& FaultyDisk::counts() const {
    return layer_->counts;
}

}  // namespace flightcast::sqlite
