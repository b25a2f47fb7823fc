package io.slotregistry.session.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FirstPushTest {
    private final FirstPush push = new FirstPush();

    @Test
    void waitsUntilTheListHasNotGrownForASecond() {
        push.grown(1_000);
        assertThat(push.waitMillis(1_000, 900, false)).isEqualTo(1_000);
        push.grown(1_800);
        assertThat(push.waitMillis(2_000, 900, false)).isEqualTo(800);
        assertThat(push.showsPart(2_000)).isTrue();
        assertThat(push.waitMillis(2_800, 900, false)).isZero();
        assertThat(push.showsPart(2_800)).isFalse();
    }

    @Test
    void waitsForAGrowingListNoLongerThanClientsDo() {
        push.grown(1_000);
        push.grown(3_400);
        assertThat(push.waitMillis(3_400, 900, false)).isEqualTo(100);
        assertThat(push.waitMillis(3_500, 900, false)).isZero();
        assertThat(push.showsPart(3_500)).isTrue();
    }

    @Test
    void waitsForAnEmptyListForTheWholeTime() {
        push.grown(1_000);
        assertThat(push.waitMillis(2_500, 900, true)).isEqualTo(1_000);
        assertThat(push.waitMillis(3_500, 900, true)).isZero();
    }

    @Test
    void countsFromTheSubscriptionWhenTheListWasKnownBefore() {
        push.grown(1_000);
        push.grown(7_900);
        assertThat(push.waitMillis(8_000, 8_000, false)).isEqualTo(900);
        assertThat(push.waitMillis(9_000, 9_000, false)).isZero();
    }
}
