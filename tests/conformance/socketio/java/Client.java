// SPDX-License-Identifier: Apache-2.0
//
// Uses the official Java client against a server; other_clients.test.js runs it.
//
// usage: Client.java polling|websocket|upgrade ECHO_URL FLIGHTCAST_URL
//
// Prints "ok NAME" or "not ok NAME: REASON" for each check. At "restart" it waits for a line on its
// input: meanwhile the echo server is to be stopped and started again.

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.engineio.client.Transport;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.json.JSONArray;
import org.json.JSONObject;

public final class Client implements AutoCloseable {
    // Nothing takes long, but the machine may be busy; and that a connection broke in the middle of its
    // upgrade is noticed by this client's heartbeat only, after 45 s.
    private static final int PATIENCE_S = 60;
    private static final BufferedReader INPUT = new BufferedReader(new InputStreamReader(System.in));

    private static String way;
    private static String echo;
    private static String flightcast;

    private final Socket socket;
    private final Map<String, BlockingQueue<Object[]>> events;
    private final BlockingQueue<Object[]> transports = new LinkedBlockingQueue<>();

    private static Object[] taken(BlockingQueue<Object[]> queue, String what) throws Exception {
        Object[] got = queue.poll(PATIENCE_S, TimeUnit.SECONDS);
        if (got == null) throw new AssertionError("no " + what + " came");
        return got;
    }

    Client(String url, Map<String, String> auth) {
        String[] wanted =
            way.equals("upgrade") ? new String[] {"polling", "websocket"} : new String[] {way};
        IO.Options options = IO.Options.builder()
            .setTransports(wanted).setForceNew(true).setAuth(auth)
            .setReconnectionDelay(50).setReconnectionDelayMax(100).build();
        socket = IO.socket(URI.create(url), options);
        events = Map.of(
            "connect", listen("connect"), "connect_error", listen("connect_error"),
            "disconnect", listen("disconnect"), "auth", listen("auth"),
            "message-back", listen("message-back"), "joined", listen("joined"),
            "prediction_ready", listen("prediction_ready"));
        // Before it connects, or the first would be missed.
        socket.io().on(
            Manager.EVENT_TRANSPORT, args -> transports.add(new Object[] {((Transport) args[0]).name}));
        socket.connect();
    }

    private BlockingQueue<Object[]> listen(String event) {
        BlockingQueue<Object[]> queue = new LinkedBlockingQueue<>();
        socket.on(event, queue::add);
        return queue;
    }

    Object[] next(String event) throws Exception {
        return taken(events.get(event), event);
    }

    Object[] ask(String event, Object... args) throws Exception {
        BlockingQueue<Object[]> answer = new LinkedBlockingQueue<>();
        socket.emit(event, args, (Ack) answer::add);
        return taken(answer, "acknowledgement");
    }

    @Override
    public void close() {
        socket.close();
    }

    private static void same(Object got, Object wanted) {
        if (!String.valueOf(got).equals(String.valueOf(wanted))) {
            throw new AssertionError("got " + got + ", not " + wanted);
        }
    }

    static void connectsWithAuth() throws Exception {
        try (Client client = new Client(echo, Map.of("token", "päss"))) {
            same(((JSONObject) client.next("auth")[0]).getString("token"), "päss");
            client.next("connect");
            same(client.socket.id().length(), 20);
        }
    }

    static void getsEventsBack() throws Exception {
        try (Client client = new Client(echo, Map.of())) {
            String large = "x".repeat(200_000);
            for (Object[] args : new Object[][] {{}, {1, "zwei€😀", true}, {new JSONArray("[1,[2]]")}, {large}}) {
                client.socket.emit("message", args);
                same(Arrays.toString(client.next("message-back")), Arrays.toString(args));
            }
        }
    }

    static void isAcknowledged() throws Exception {
        try (Client client = new Client(echo, Map.of())) {
            same(Arrays.toString(client.ask("message-with-ack", "a", 2)), "[a, 2]");
            for (int i = 0; i < 20; ++i) same(client.ask("message-with-ack", i)[0], i);
        }
    }

    // More than some clients take of one poll.
    static void takesBursts() throws Exception {
        try (Client client = new Client(echo, Map.of())) {
            for (int i = 0; i < 100; ++i) client.socket.emit("message", i);
            for (int i = 0; i < 100; ++i) same(client.next("message-back")[0], i);
            String large = "x".repeat(900_000);  // nearly all that the server takes at once
            client.socket.emit("message", large);
            same(large.equals(client.next("message-back")[0]), true);
        }
    }

    static void carriesBinary() throws Exception {
        try (Client client = new Client(echo, Map.of())) {
            byte[] bytes = new byte[100_000];
            Arrays.fill(bytes, (byte) 0xFE);
            client.socket.emit("message", "first", bytes);
            Object[] back = client.next("message-back");
            same(back[0], "first");
            same(Arrays.equals((byte[]) back[1], bytes), true);
            JSONObject deep = new JSONObject().put("deep", new byte[] {0, 1, -1});
            Object answer = client.ask("message-with-ack", deep)[0];
            same(Arrays.toString((byte[]) ((JSONObject) answer).get("deep")), "[0, 1, -1]");
        }
    }

    static void keepsNamespacesApart() throws Exception {
        try (Client client = new Client(echo, Map.of())) {
            client.next("connect");
            Socket custom = client.socket.io().socket("/custom");
            BlockingQueue<Object[]> auth = new LinkedBlockingQueue<>();
            custom.on("auth", auth::add);
            custom.connect();
            taken(auth, "auth");
            same(custom.id().equals(client.socket.id()), false);
            custom.disconnect();
            same(client.ask("message-with-ack", "still here")[0], "still here");
        }
    }

    static void isRefusedByUnknownNamespaces() throws Exception {
        try (Client client = new Client(echo + "/nowhere", Map.of())) {
            same(((JSONObject) client.next("connect_error")[0]).getString("message"), "Invalid namespace");
        }
    }

    static void usesTheTransport() throws Exception {
        try (Client client = new Client(echo, Map.of())) {
            client.next("connect");
            client.ask("message-with-ack", "any");
            String first = (String) taken(client.transports, "transport")[0];
            same(first, way.equals("websocket") ? "websocket" : "polling");
            for (int i = 0; i < 50; ++i) same(client.ask("message-with-ack", i)[0], i);
        }
    }

    static void comesBack() throws Exception {
        try (Client client = new Client(echo, Map.of())) {
            client.next("auth");
            System.out.println("restart");
            INPUT.readLine();
            client.next("disconnect");
            client.next("auth");
            same(client.ask("message-with-ack", "again")[0], "again");
        }
    }

    static void getsThePredictionOfItsRoom() throws Exception {
        HttpURLConnection post = (HttpURLConnection)
            URI.create(flightcast + "/flights/delays/predict/classify_realtime").toURL().openConnection();
        post.setDoOutput(true);
        post.getOutputStream().write(
            "DepDelay=5&Carrier=AA&FlightDate=2016-12-25&Origin=ATL&Dest=SFO".getBytes(StandardCharsets.US_ASCII));
        String uuid = new JSONObject(
            new String(post.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).getString("id");
        try (Client mine = new Client(flightcast, Map.of()); Client other = new Client(flightcast, Map.of())) {
            String unknown = uuid.substring(0, 32) + "0000";
            other.ask("join", new JSONObject().put("request_id", unknown));
            same(((JSONObject) other.next("joined")[0]).getString("room"), unknown);
            mine.ask("join", new JSONObject().put("request_id", uuid));
            same(((JSONObject) mine.next("joined")[0]).getString("room"), uuid);
            same(((JSONObject) mine.next("prediction_ready")[0]).getString("UUID"), uuid);
            same(other.events.get("prediction_ready").size(), 0);
        }
    }

    private interface Check {
        void run() throws Exception;
    }

    private static boolean passes(String name, Check check) {
        try {
            check.run();
            System.out.println("ok " + name);
            return true;
        } catch (Exception | AssertionError error) {
            System.out.println("not ok " + name + ": " + error);
            return false;
        }
    }

    public static void main(String[] args) {
        way = args[0];
        echo = args[1];
        flightcast = args[2];
        boolean good = passes("connects with auth", Client::connectsWithAuth)
            & passes("gets events back", Client::getsEventsBack)
            & passes("is acknowledged", Client::isAcknowledged)
            & passes("takes bursts", Client::takesBursts)
            & passes("carries binary", Client::carriesBinary)
            & passes("keeps namespaces apart", Client::keepsNamespacesApart)
            & passes("is refused by unknown namespaces", Client::isRefusedByUnknownNamespaces)
            & passes("uses the transport", Client::usesTheTransport)
            & passes("comes back", Client::comesBack)
            & passes("gets the prediction of its room", Client::getsThePredictionOfItsRoom);
        System.exit(good ? 0 : 1);
    }
}
