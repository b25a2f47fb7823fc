package io.slotregistry.cli;

import com.alipay.sofa.registry.client.api.registration.PublisherRegistration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Publishes until it is interrupted. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        description = "Publishes to a service until Ctrl-C: registry publish orders 10.0.0.1:8080")
public final class PublishCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The dataId")
    private String service = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "DATA", description = "What subscribers see")
    private List<String> data = List.of();

    @Override
    public Integer call() throws InterruptedException {
        PublisherRegistration registration = new PublisherRegistration(service);
        registration.setGroup(options.group());
        var publisher = options.connect().register(registration, data.toArray(String[]::new));
        System.out.println("publishing to " + service + ": " + data + "; Ctrl-C ends it");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            publisher.unregister();
            System.out.println("unpublished from " + service);
        }));
        new CountDownLatch(1).await();
        return 0;
    }
}
