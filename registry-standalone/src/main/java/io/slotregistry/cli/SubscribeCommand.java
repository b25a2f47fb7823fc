package io.slotregistry.cli;

import com.alipay.sofa.registry.client.api.registration.SubscriberRegistration;
import com.alipay.sofa.registry.core.model.ScopeEnum;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows each push until it is interrupted. */
@Command(
        name = "subscribe",
        mixinStandardHelpOptions = true,
        description = "Shows who publishes to a service, and every change, until Ctrl-C: registry subscribe orders")
public final class SubscribeCommand implements Callable<Integer> {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The dataId")
    private String service = "";

    @Option(names = "--scope", defaultValue = "global", description = "zone, dataCenter or global")
    private ScopeEnum scope = ScopeEnum.global;

    @Override
    public Integer call() throws InterruptedException {
        subscribe(options, service, scope);
        new CountDownLatch(1).await();
        return 0;
    }

    static void subscribe(ClientOptions options, String service, ScopeEnum scope) throws InterruptedException {
        SubscriberRegistration registration = new SubscriberRegistration(
                ClientOptions.service(service), (dataId, data) -> show(dataId, new TreeMap<>(data.getZoneData())));
        registration.setGroup(options.group());
        registration.setScopeEnum(scope);
        options.awaitTaken(options.connect().register(registration));
        System.out.println("subscribed to " + service + "; Ctrl-C ends it");
    }

    private static void show(String dataId, Map<String, ?> byZone) {
        System.out.println(LocalTime.now(ZoneId.systemDefault()).format(CLOCK) + " " + dataId + ": "
                + (byZone.isEmpty() ? "nobody" : byZone.toString()));
    }
}
