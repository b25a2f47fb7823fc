package io.slotregistry.sdk;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A subscriber in an SDK process. */
public final class SdkSubscriber {
    private final SdkRegister register;

    SdkSubscriber(SdkProcess process, String key) {
        this.register = new SdkRegister(process, key);
    }

    /** Its name in its process. */
    public String key() {
        return register.key;
    }

    /** Every call of the callback so far, oldest first. */
    public List<Push> pushes() {
        return pushes(register.process.events());
    }

    /** The newest list in all zones together; empty as long as the callback was not called. */
    public List<String> list() {
        List<Push> pushes = pushes();
        return pushes.isEmpty() ? List.of() : values(pushes.get(pushes.size() - 1));
    }

    /** Waits until the newest push shows exactly these values, in whichever zones. */
    public Push awaitList(String... values) {
        List<String> expected = Stream.of(values).sorted().toList();
        return awaitNewest("list " + expected, push -> values(push).equals(expected));
    }

    /** Waits until the newest push shows exactly these zones and values. */
    public Push awaitZones(Map<String, List<String>> zones) {
        return awaitNewest("zones " + new TreeMap<>(zones), push -> push.zones().equals(zones));
    }

    public Push awaitFirstPush() {
        return register.process.await(
                "first push to " + register.key,
                events -> pushes(events).stream().findFirst());
    }

    public SdkSubscriber unsubscribe() {
        register.unregister();
        return this;
    }

    public SdkSubscriber awaitSettled() {
        register.awaitSettled();
        return this;
    }

    private Push awaitNewest(String what, Predicate<Push> condition) {
        return register.process.await(
                what + " at " + register.key,
                events ->
                        pushes(events).stream().reduce((older, newer) -> newer).filter(condition));
    }

    private List<Push> pushes(List<String> events) {
        String prefix = "pushed " + register.key + " ";
        return events.stream()
                .filter(event -> event.startsWith(prefix))
                .map(event -> Push.parse(event.substring(prefix.length())))
                .toList();
    }

    private static List<String> values(Push push) {
        return push.zones().values().stream().flatMap(List::stream).sorted().toList();
    }
}
