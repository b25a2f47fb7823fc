package io.slotregistry.cli;

import com.alipay.sofa.registry.client.api.Publisher;
import com.alipay.sofa.registry.client.api.registration.PublisherRegistration;
import com.alipay.sofa.registry.core.model.ScopeEnum;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A service that appears, changes and disappears before one's eyes. */
@Command(
        name = "watch-demo",
        mixinStandardHelpOptions = true,
        description =
                "Subscribes to a service and publishes to it from a second client: it appears, changes, disappears.")
public final class DemoCommand implements Callable<Integer> {
    private static final String SERVICE = "demo";

    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Option(names = "--rounds", defaultValue = "3", description = "How often (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--pause-millis",
            defaultValue = "1000",
            description = "Between changes (default: ${DEFAULT-VALUE})")
    private long pauseMillis;

    @Override
    public Integer call() throws InterruptedException {
        SubscribeCommand.subscribe(options, SERVICE, ScopeEnum.global);
        for (int round = 1; round <= rounds; round++) {
            say("publishing 10.0.0." + round + ":8080");
            PublisherRegistration registration = new PublisherRegistration(SERVICE);
            registration.setGroup(options.group());
            Publisher publisher = options.connect().register(registration, "10.0.0." + round + ":8080");
            options.awaitTaken(publisher);
            Thread.sleep(pauseMillis);
            say("republishing it with a weight");
            publisher.republish("10.0.0." + round + ":8080?weight=50");
            Thread.sleep(pauseMillis);
            say("unpublishing it");
            publisher.unregister();
            Thread.sleep(pauseMillis);
        }
        return 0;
    }

    private static void say(String text) {
        System.out.println("-- " + text);
    }
}
