package io.slotregistry.cli;

import com.alipay.sofa.registry.client.api.Publisher;
import com.alipay.sofa.registry.client.api.registration.PublisherRegistration;
import io.slotregistry.node.StartupException;
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
    private static final long UNPUBLISH_MILLIS = 5_000;

    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The dataId")
    private String service = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "DATA", description = "What subscribers see")
    private List<String> data = List.of();

    private volatile boolean nothingToUnpublish;

    @Override
    public Integer call() throws InterruptedException {
        PublisherRegistration registration = new PublisherRegistration(ClientOptions.service(service));
        registration.setGroup(options.group());
        Publisher publisher = options.connect().register(registration, data.toArray(String[]::new));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> unpublish(publisher)));
        try {
            options.awaitTaken(publisher);
        } catch (StartupException failed) {
            nothingToUnpublish = true;
            throw failed;
        }
        System.out.println("publishing to " + service + ": " + data + "; Ctrl-C ends it");
        new CountDownLatch(1).await();
        return 0;
    }

    /** The SDK sends it from a thread of its own, so this process must not end before the registry has answered. */
    private void unpublish(Publisher publisher) {
        if (nothingToUnpublish) {
            return;
        }
        publisher.unregister();
        try {
            System.out.println(
                    ClientOptions.isDone(publisher, UNPUBLISH_MILLIS)
                            ? "unpublished from " + service
                            : "the registry has not answered: what was published to " + service
                                    + " goes when it notices that this process has ended");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
