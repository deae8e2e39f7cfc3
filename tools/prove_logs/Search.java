// SPDX-License-Identifier: Apache-2.0
//
// One search server on the loopback interface, without the distribution around it: PLACE PORT.
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

public class Search extends Node {
    Search(Settings settings) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "search"),
              List.of(Netty4Plugin.class), false);
    }

    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.builder()
            .put("path.home", arguments[0]).put("http.port", arguments[1]).put("transport.port", "0")
            .put("network.host", "127.0.0.1").put("discovery.type", "single-node").put("node.name", "search")
            .put("cluster.name", "flightcast").put("transport.type", "netty4").put("http.type", "netty4")
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        new Search(settings).start();
        Thread.currentThread().join();
    }
}
