#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ready.sh PORT: succeeds when the flightcast of this container answers /readyz with 200. The image
# has no HTTP client, and bash is one.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 _ status _ <&3 && [[ $status == 200 ]]
