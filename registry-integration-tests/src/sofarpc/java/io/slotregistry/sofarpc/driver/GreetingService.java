package io.slotregistry.sofarpc.driver;

/** The service that provider and consumer share. */
public interface GreetingService {
    String greet(String name);
}
