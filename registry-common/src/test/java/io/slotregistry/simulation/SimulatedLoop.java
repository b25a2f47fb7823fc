package io.slotregistry.simulation;

import io.slotregistry.runtime.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;

/** An event loop in virtual time. It can be paused, as a process is by SIGSTOP, and killed. */
public final class SimulatedLoop implements EventLoop {
    private final VirtualTime time;
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean paused;
    private boolean dead;

    public SimulatedLoop(VirtualTime time) {
        this.time = time;
    }

    @Override
    public void execute(Runnable task) {
        queue.add(task);
        time.afterMicros(time.random().nextInt(20), () -> run(queue.remove()));
    }

    @Override
    public Timer schedule(long delayMillis, Runnable task) {
        boolean[] cancelled = new boolean[1];
        time.afterMillis(
                delayMillis,
                () -> run(() -> {
                    if (!cancelled[0]) {
                        task.run();
                    }
                }));
        return () -> cancelled[0] = true;
    }

    public void pause() {
        paused = true;
    }

    public void resume() {
        paused = false;
        while (!held.isEmpty() && !paused) {
            run(held.remove());
        }
    }

    /** Nothing runs any more. */
    public void kill() {
        dead = true;
        held.clear();
    }

    private void run(Runnable task) {
        if (dead) {
            return;
        }
        if (paused) {
            held.add(task);
        } else {
            task.run();
        }
    }
}
