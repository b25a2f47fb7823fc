package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.ReceivedConfigData;
import com.alipay.sofa.registry.core.model.Result;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkConfigurator;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.WatchedPath;
import io.slotregistry.sdk.WireHessian;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class ConfiguratorIT {
    private final Lab lab;
    private final SdkProcess process;

    ConfiguratorIT(Sdk sdk, Lab lab) {
        this.lab = lab;
        this.process = lab.process(sdk);
    }

    @Test
    void aConfiguratorIsToldOnceThatThereIsNoConfiguration() {
        try (WatchedPath path = WatchedPath.to(lab.registry())) {
            SdkConfigurator configurator = process.open(path.options()).configure(Lab.dataId("configuration"));

            assertThat(configurator.awaitConfiguration()).isEmpty();
            configurator.awaitSettled();
            path.proxy().awaitSeen(Direction.TO_SERVER, Result.class, 1);
            configurator.unregister().awaitSettled();

            List<ReceivedConfigData> pushes = pushes(path);
            assertThat(pushes).hasSize(1);
            assertThat(pushes.get(0).getDataBox()).isNull();
            assertThat(pushes.get(0).getConfiguratorRegistIds()).hasSize(1);
        }
    }

    @Test
    void aReconnectedConfiguratorIsToldAgainWithANewerVersion() {
        try (WatchedPath path = WatchedPath.to(lab.registry())) {
            SdkConfigurator configurator = process.open(path.options()).configure(Lab.dataId("configuration"));
            configurator.awaitConfiguration();
            configurator.awaitSettled();

            path.proxy().cut();
            path.proxy().awaitSeen(Direction.TO_CLIENT, ReceivedConfigData.class, 2);

            List<ReceivedConfigData> pushes = pushes(path);
            assertThat(pushes.get(1).getVersion()).isGreaterThan(pushes.get(0).getVersion());
            assertThat(pushes.get(1).getConfiguratorRegistIds())
                    .isEqualTo(pushes.get(0).getConfiguratorRegistIds());
        }
    }

    private static List<ReceivedConfigData> pushes(WatchedPath path) {
        return path.proxy().seen(Direction.TO_CLIENT, ReceivedConfigData.class).stream()
                .map(frame -> WireHessian.decode(frame, ReceivedConfigData.class))
                .toList();
    }
}
