# SPDX-License-Identifier: Apache-2.0
"""What is said to a server, case by case: every packet type with every payload, repeated, out of order.

A case is a list of steps:
    ws QUERY [HEADER: value]   opens a websocket (the newest takes what is said next)
    > TEXT                     says a text message on it
    >b BASE64                  says a binary message on it
    METHOD QUERY [BODY]        an HTTP request; GET polls
`{sid}` stands for the id of the session that began last, `{rs}` for 0x1e.
"""

WS = "ws EIO=4&transport=websocket"
POLLING = "EIO=4&transport=polling"
SESSION = POLLING + "&sid={sid}"
ALIVE = '42["alive"]'

# What may follow the digit of a Socket.IO packet.
PAYLOADS = [
    "", "{}", '{"a":1}', '{"a":', "[]", "[1]", '[1,"x"]', "[null]", '["e"]', '["e",1]', '["e",{"a":1}]',
    "[{}]", "[[]]", "[true]", "[1.5]", '[""]', '"x"', "1", "null", "true", "abc", '["e"', '["e"]x',
    ' ["e"]', '["e"] ', '7["e",1]', '007["e",1]', '99999999999999999999["e",1]', "7", "7{}", "7[]",
    '7["connect"]', '/,["e"]', '/custom,["e"]', '/custom,7["e"]', "/custom", "/", '/?a=1,["e"]',
    '/nowhere,["e"]', '["connect"]', '["connect",{}]', '["disconnect"]', '["disconnecting"]', '["error"]',
    '["newListener"]', '["removeListener"]', '["connect_error"]', '["e",{"_placeholder":true,"num":0}]',
    '-1["e"]', '1-["e"]', '["e",NaN]', '["\\ud800"]', '["e","\\u0000"]',
]
PLACEHOLDER = '{"_placeholder":true,"num":%s}'
ATTACHMENTS = [
    (["1-[\"e\"," + PLACEHOLDER % "0" + "]"], ["AAEC"]),
    (["1-7[\"e\"," + PLACEHOLDER % "0" + "]"], ["AAEC"]),
    (["1-[\"e\"," + PLACEHOLDER % "0" + "," + PLACEHOLDER % "0" + "]"], ["AAEC"]),
    (["2-[\"e\"," + PLACEHOLDER % "0" + "," + PLACEHOLDER % "1" + "]"], ["AAEC", "/w=="]),
    (["1-[\"e\"]"], ["AAEC"]),
    (["1-[\"e\"," + PLACEHOLDER % "0" + "]"], [""]),
    *[(["1-[\"e\"," + PLACEHOLDER % num + "]"], ["AAEC"]) for num in ("1", "-1", '"splice"', "1.5", "null")],
    (["0-[\"e\"]"], []),
    (["11-[\"e\"]"], []),
    (["[\"e\"]"], []),
    (["-[\"e\"]"], []),
    (["1[\"e\"]"], []),
]
ENGINE_PACKETS = [
    "", "0", "0{}", "1", "1x", "2", "2probe", "2x", "3", "3x", "3probe", "4", "5", "5x", "6", "6x", "7", "9",
    "b", "bAAEC", "x", " 3", "-1",
]
POLLING_BODIES = [
    "{rs}", "6{rs}6", "3{rs}3", "40{rs}40", "42[\"e\"]{rs}42[\"f\"]", "6{rs}", "{rs}6", "6{rs}{rs}6",
    "b!!", "bAAE", "d=4", "7{rs}42[\"e\"]", "42[\"e\"]{rs}7", "42[\"e\"]{rs}1", "1{rs}42[\"e\"]",
]
UPGRADE_STEPS = [
    ["> 2probe", "> 5"], ["> 5"], ["> 2probe", "> 52"], ["> 2probe", "> 5x"], ["> 2probe", "> 5probe"],
    ["> 2", "> 5"], ["> 2x", "> 5"], ["> 2probex", "> 5"], ["> 2probe", "> 2probe", "> 5"], ["> 3probe", "> 5"],
    ["> 2probe", "> 6", "> 5"], ["> 2probe", "> 3", "> 5"], ["> 6", "> 2probe", "> 5"],
    ["> 2probe", '> 42["early"]', "> 5"], ['> 42["early"]', "> 2probe", "> 5"], ["> 2probe", "> 1"], ["> 1"],
    ["> 7"], ["> "], [">b AAEC"], ["> 2probe", ">b AAEC", "> 5"], ["> 2probe", "> 5", "> 5"],
    ["> 2probe", "> 5", "> 2probe"],
]
QUERIES = [
    "", "EIO=4", "transport=polling", POLLING, POLLING + "&x=100%", POLLING + "&x=%ff", POLLING + "&x=%zz",
    POLLING + "&x=%E9t%E9", POLLING + "&%ff=1", POLLING + "&=1", POLLING + "&&", POLLING + "&t=P8xyz", POLLING + "&b64=1",
    POLLING + "&x", "x=%&" + POLLING, "EIO=3&transport=polling", "EIO=5&transport=polling",
    "EIO=abc&transport=polling", "EIO=04&transport=polling", "EIO=&transport=polling",
    "EIO=4&transport=", "EIO=4&transport=foo", "EIO=4&transport=constructor", "EIO=4&transport=websocket",
    "EIO=4&TRANSPORT=polling", "EIO=4&transport=Polling", "EIO=4&transport=%70olling", POLLING + "&sid=unknown",
    POLLING + "&sid=", POLLING + "&EIO=3", POLLING + "&transport=websocket", POLLING + "&sid=a&sid=b",
    POLLING + "&" + "&".join(f"p{i}=1" for i in range(40)),
]
WS_QUERIES = [
    "EIO=4&transport=websocket&x=%zz", "EIO=4&transport=polling", "EIO=3&transport=websocket", "transport=websocket",
    "EIO=4&transport=foo", "EIO=4&transport=websocket&sid=unknown", "EIO=4&transport=websocket&t=P8&b64=1",
]
WS_HEADERS = [
    "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: auth.abc, chat", "Sec-WebSocket-Protocol: a,b ,c",
    "Sec-WebSocket-Protocol: , a", "Sec-WebSocket-Protocol:", "Sec-WebSocket-Protocol: a b",
    "Sec-WebSocket-Protocol: a, a", "Sec-WebSocket-Extensions: x-unknown", "Cookie: io=%ff; ===",
]
ORDERS = {
    "connect twice": ["> 40", "> 40", "> " + ALIVE],
    "connect twice with auth": ["> 40", '> 40{"token":"x"}', "> " + ALIVE],
    "connect, leave, connect": ["> 40", "> 41", "> 40", "> " + ALIVE],
    "leave before connect": ["> 41", "> 40", "> " + ALIVE],
    "leave twice": ["> 40", "> 41", "> 41", "> 40"],
    "event before connect": ["> " + ALIVE, "> 40"],
    "event after leaving": ["> 40", "> 41", "> " + ALIVE, "> 40"],
    "ack after leaving": ["> 40", "> 41", "> 431[]", "> 40"],
    "ack that was not asked for": ["> 40", "> 431[]", "> 431[1,2]", "> " + ALIVE],
    "two namespaces": ["> 40", "> 40/custom,", '> 42/custom,["e"]', "> 41/custom,", '> 42/custom,["e"]', "> " + ALIVE],
    "custom alone": ["> 40/custom,", '> 42/custom,7["e",1]', "> " + ALIVE],
    "custom twice": ["> 40/custom,", "> 40/custom,", '> 42/custom,["e"]'],
    "unknown namespace": ["> 40/nowhere,", "> 40", "> " + ALIVE],
    "unknown namespace with auth": ['> 40/nowhere,{"a":1}', "> 40", "> " + ALIVE],
    "unknown namespace twice": ["> 40/nowhere,", "> 40/nowhere,", "> 40"],
    "leave a namespace that was not joined": ["> 40", "> 41/custom,", "> " + ALIVE],
    "denied": ['> 40{"deny":true}', "> 40", "> " + ALIVE],
    "denied in custom": ["> 40", '> 40/custom,{"deny":true}', "> " + ALIVE],
    "event in a denied namespace": ['> 40{"deny":true}', "> " + ALIVE],
    "text while an attachment is due": ["> 40", '> 451-["e",' + PLACEHOLDER % "0" + "]", "> " + ALIVE],
    "pong while an attachment is due": ["> 40", '> 451-["e",' + PLACEHOLDER % "0" + "]", "> 3", ">b AAEC"],
    "attachment without a header": ["> 40", ">b AAEC", "> " + ALIVE],
    "attachment before connect": [">b AAEC", "> 40"],
    "binary header before connect": ['> 451-["e",' + PLACEHOLDER % "0" + "]", ">b AAEC", "> 40"],
    "one attachment too many": ["> 40", '> 451-["e",' + PLACEHOLDER % "0" + "]", ">b AAEC", ">b AAEC", "> " + ALIVE],
    "leave while an attachment is due": ["> 40", '> 451-["e",' + PLACEHOLDER % "0" + "]", "> 41", "> 40"],
    "pong twice": ["> 40", "> 3", "> 3", "> " + ALIVE],
}


def packets():
    for digit in ("0", "1", "2", "3", "4", "7", "9", "a", "-"):
        for payload in PAYLOADS if digit <= "4" and digit != "-" else PAYLOADS[:10]:
            text = "4" + digit + payload
            yield f"connected: {text}", [WS, "> 40", "> " + text, "> " + ALIVE]
            yield f"not connected: {text}", [WS, "> " + text, "> 40"]
    for digit in "56":
        for heads, parts in ATTACHMENTS:
            said = ["> 4" + digit + head for head in heads] + [">b " + part for part in parts]
            yield f"connected: {said[0][2:]} and {len(parts)} parts {parts}", [WS, "> 40", *said, "> " + ALIVE]
    for number in (1, 2, 10):
        yield f"acknowledgement {number}", [WS, "> 40", f'> 42{number}["e",{{"a":[1,"x",null]}}]']


def engine():
    for packet in ENGINE_PACKETS:
        yield f"websocket: {packet!r}", [WS, "> 40", "> " + packet, "> " + ALIVE]
        yield f"websocket first: {packet!r}", [WS, "> " + packet, "> 40"]
    for body in ENGINE_PACKETS + POLLING_BODIES:
        yield f"polling: {body!r}", [
            "GET " + POLLING, "POST " + SESSION + " 40", "GET " + SESSION, "POST " + SESSION + " " + body,
            "POST " + SESSION + " " + ALIVE, "GET " + SESSION,
        ]


def requests():
    for query in QUERIES:
        yield f"handshake: {query[:120]}", ["GET " + query]
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        yield f"{method} without a session", [f"{method} {POLLING}"]
        yield f"{method} with a session", ["GET " + POLLING, f"{method} {SESSION} 40", "GET " + SESSION]
    yield "another version with a session", ["GET " + POLLING, "GET " + SESSION.replace("EIO=4", "EIO=3")]
    yield "no version with a session", ["GET " + POLLING, "POST transport=polling&sid={sid} 40", "GET " + SESSION]
    yield "foreign parameters with a session", [
        "GET " + POLLING, "POST " + SESSION + "&x=%zz 40", "GET " + SESSION + "&x=100%"]
    for query in WS_QUERIES:
        yield f"websocket handshake: {query}", ["ws " + query, "> 40"]
    for header in WS_HEADERS:
        yield f"websocket with {header}", [WS + " " + header, "> 40"]


def upgrades():
    begin = ["GET " + POLLING, "POST " + SESSION + " 40", "GET " + SESSION, "ws EIO=4&transport=websocket&sid={sid}"]
    for steps in UPGRADE_STEPS:
        yield f"upgrade: {' '.join(steps)}, said on the websocket", [*begin, *steps, "> " + ALIVE]
        yield f"upgrade: {' '.join(steps)}, said by polling", [*begin, *steps, "POST " + SESSION + " " + ALIVE]
    yield "upgrade before connect", [begin[0], begin[3], "> 2probe", "> 5", "> 40", "> " + ALIVE]
    yield "upgrade with foreign parameters", [begin[0], begin[3] + "&x=%zz", "> 2probe", "> 5", "> 40"]
    yield "upgrade of a session of another version", [begin[0], begin[3].replace("EIO=4", "EIO=3"), "> 2probe"]
    yield "upgrade of a websocket", [WS, "ws EIO=4&transport=websocket&sid={sid}", "> 2probe"]
    yield "polling after the upgrade", [*begin, "> 2probe", "> 5", "GET " + SESSION]


def all_cases():
    for name, steps in ORDERS.items():
        yield name, [WS, *steps]
    for group in (packets, engine, requests, upgrades):
        yield from group()
