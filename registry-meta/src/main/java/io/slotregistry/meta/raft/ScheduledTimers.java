package io.slotregistry.meta.raft;

import com.alipay.sofa.jraft.util.SPI;
import com.alipay.sofa.jraft.util.timer.DefaultRaftTimerFactory;
import com.alipay.sofa.jraft.util.timer.DefaultTimer;
import com.alipay.sofa.jraft.util.timer.Timer;

/**
 * Timers that sleep until something is due. JRaft's own wake up each millisecond, four threads of them, which is most
 * of what an idle meta server would do. Found by JRaft through {@code META-INF/services}.
 */
@SPI(priority = 1)
public final class ScheduledTimers extends DefaultRaftTimerFactory {
    @Override
    public Timer createTimer(String name) {
        return new DefaultTimer(1, name);
    }
}
