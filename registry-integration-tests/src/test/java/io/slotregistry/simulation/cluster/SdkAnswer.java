package io.slotregistry.simulation.cluster;

import io.slotregistry.session.client.ClientHandler.Answer;
import io.slotregistry.simulation.VirtualTime;
import java.util.function.BooleanSupplier;

/**
 * What an SDK does with the answer to a registration, as long as it is connected as before.
 *
 * @param again asks once more: an SDK waits a second for an answer
 */
record SdkAnswer(VirtualTime time, BooleanSupplier connected, Runnable acknowledged, Runnable again) implements Answer {
    private static final long PATIENCE_MILLIS = 1_000;

    @Override
    public void accepted() {
        time.afterMicros(200, () -> ifConnected(acknowledged));
    }

    @Override
    public void notTaken(String reason) {
        throw new AssertionError("not taken: " + reason);
    }

    @Override
    public void notYet(String reason) {
        time.afterMillis(PATIENCE_MILLIS, () -> ifConnected(again));
    }

    private void ifConnected(Runnable task) {
        if (connected.getAsBoolean()) {
            task.run();
        }
    }
}
