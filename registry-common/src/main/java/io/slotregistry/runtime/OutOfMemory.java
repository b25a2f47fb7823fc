package io.slotregistry.runtime;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that ran out of memory ends: whatever was cut short may be half done, and no later check would find it. The
 * virtual machine's own option does not see the errors that libraries throw, such as those for direct memory.
 */
public final class OutOfMemory {
    /** As the virtual machine does with ExitOnOutOfMemoryError. */
    private static final int EXIT_CODE = 3;

    private static final Logger LOG = LoggerFactory.getLogger(OutOfMemory.class);

    private OutOfMemory() {}

    /** Returns only when the failure is another one. */
    public static void endProcessIf(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                try {
                    LOG.error("event=out-of-memory action=exit reason=\"{}\"", cause.getMessage());
                } finally {
                    Runtime.getRuntime().halt(EXIT_CODE);
                }
            }
        }
    }
}
