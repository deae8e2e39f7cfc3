// SPDX-License-Identifier: Apache-2.0
#include "loadtest/session/socketio_client.h"

namespace flightcast::loadtest::session {

base::Result<void> SocketIoClient::receive(std::string_view bytes) {
    stream_.append(bytes);
    while (true) {
        FC_TRY(const auto packet, stream_.next());
        if (!packet) return {};
        FC_TRY_VOID(session_.receive(*packet));
        send_packets();
    }
}

void SocketIoClient::send_packets() {
    for (const std::string& packet : session_.take_packets()) stream_.send(packet);
}

std::string SocketIoClient::take_output() {
    send_packets();
    return stream_.take_output();
}

}  // namespace flightcast::loadtest::session
