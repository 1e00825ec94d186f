package io.mayastor.server.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.engine.reactor.Reactor;
import io.mayastor.engine.target.Target;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The HTTP endpoint of figures and health. Any thread; requests run on virtual threads. */
public final class MetricsServer {
    private static final System.Logger LOG = System.getLogger(MetricsServer.class.getPackageName());
    private static final int BACKLOG = 16;
    private static final String PLAIN = "text/plain; charset=utf-8";

    private final HttpServer http;
    private final List<MetricSource> sources;
    private final Supplier<String> notLive;
    private final Supplier<String> notReady;

    /**
     * @param notLive why the process should be restarted, or null while it works
     * @param notReady why nobody should send requests here now, or null
     */
    public MetricsServer(
            InetSocketAddress address,
            NodeMetrics node,
            List<Reactor> reactors,
            DeviceRegistry devices,
            Target target,
            PoolMetrics pools,
            Supplier<String> notLive,
            Supplier<String> notReady)
            throws IOException {
        sources =
                List.of(
                        node,
                        new ProcessMetrics(),
                        new ReactorMetrics(reactors),
                        new DeviceMetrics(devices),
                        new TargetMetrics(target),
                        pools);
        this.notLive = notLive;
        this.notReady = notReady;
        http = HttpServer.create(address, BACKLOG);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::handle);
    }

    public void start() {
        http.start();
    }

    public int port() {
        return http.getAddress().getPort();
    }

    public void stop() {
        http.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                answer(exchange, 405, "only GET");
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/metrics" -> metrics(exchange);
                case "/livez" -> health(exchange, notLive.get());
                case "/readyz" -> health(exchange, notReady.get());
                default -> answer(exchange, 404, "there are /metrics, /livez and /readyz");
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a bug in " + exchange.getRequestURI(), e);
            throw e;
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        Families families = new Families();
        sources.forEach(each -> each.addTo(families));
        PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
        ByteArrayOutputStream text = new ByteArrayOutputStream(16 << 10);
        writer.write(text, families.build());
        send(exchange, 200, writer.getContentType(), text.toByteArray());
    }

    private static void health(HttpExchange exchange, String reason) throws IOException {
        answer(exchange, reason == null ? 200 : 503, reason == null ? "ok" : reason);
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        send(exchange, code, PLAIN, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int code, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }
}
