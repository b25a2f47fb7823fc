package io.slotregistry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private final ByteBudget whole = new ByteBudget(100);

    @Test
    void whatIsTakenIsCountedUntilItIsGivenBack() {
        assertThat(whole.take(60)).isTrue();
        assertThat(whole.take(41)).isFalse();
        assertThat(whole.used()).isEqualTo(60);
        assertThat(whole.refusals()).isEqualTo(1);

        whole.giveBack(60);

        assertThat(whole.take(100)).isTrue();
    }

    @Test
    void aShareTakesFromTheWholeAsWell() {
        ByteBudget one = whole.share(60);
        ByteBudget other = whole.sharePercent(60);

        assertThat(one.take(60)).isTrue();
        assertThat(other.take(41)).isFalse();
        assertThat(other.used()).isZero();
        assertThat(other.take(40)).isTrue();
        assertThat(whole.used()).isEqualTo(100);

        one.giveBack(60);

        assertThat(whole.used()).isEqualTo(40);
        assertThat(one.take(61)).isFalse();
        assertThat(whole.used()).isEqualTo(40);
    }

    @Test
    void whatIsThereAlreadyCountsBeyondTheLimit() {
        ByteBudget share = whole.share(10);

        share.add(150);

        assertThat(whole.used()).isEqualTo(150);
        assertThat(whole.isFullerThan(100)).isTrue();
        assertThat(whole.take(1)).isFalse();
        share.giveBack(150);
        assertThat(whole.isFullerThan(0)).isFalse();
    }

    @Test
    void percentagesOfLargeLimitsDoNotOverflow() {
        ByteBudget unlimited = new ByteBudget(Long.MAX_VALUE);

        assertThat(unlimited.sharePercent(50).limit()).isBetween(Long.MAX_VALUE / 2 - 100, Long.MAX_VALUE / 2);
    }

    @Test
    void negativeNumbersAreMistakes() {
        assertThatThrownBy(() -> whole.take(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> whole.giveBack(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void allWhoUseAKeyUseTheSameShare() {
        ByteShares<String> shares = new ByteShares<>(key -> whole.share(50));
        ByteBudget one = shares.of("10.0.0.1");
        ByteBudget other = shares.of("10.0.0.2");
        one.add(20);
        other.add(30);

        assertThat(shares.of("10.0.0.1")).isSameAs(one);
        assertThat(shares.largest()).isEqualTo(30);
        assertThat(other.used()).isEqualTo(30);
    }
}
