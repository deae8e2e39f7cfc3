// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/head_source.h"

#include <algorithm>

namespace flightcast::dataset::bytes {

base::Result<std::unique_ptr<HeadSource>> HeadSource::peek(Source source, std::size_t size) {
    std::string head(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        FC_TRY(const std::size_t got, source->read(std::span(head).subspan(filled)));
        if (got == 0) break;
        filled += got;
    }
    head.resize(filled);
    return std::unique_ptr<HeadSource>(new HeadSource(std::move(source), std::move(head)));
}

base::Result<std::size_t> HeadSource::read(std::span<char> bytes) {
    const std::string_view rest = head();
    if (rest.empty()) return source_->read(bytes);
    const std::size_t count = std::min(rest.size(), bytes.size());
    std::ranges::copy(rest.substr(0, count), bytes.begin());
    done_ += count;
    return count;
}

}  // namespace flightcast::dataset::bytes
