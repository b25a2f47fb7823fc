package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.ReceivedConfigData;
import com.alipay.sofa.registry.core.model.Result;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkConfigurator;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.WatchedPath;
import io.slotregistry.sdk.WireHessian;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class ConfiguratorIT {
    private static final String VALUE = "{\"weight\": 5,\n \"note\": \"schön\"}";

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

    @Test
    void aConfiguratorIsToldWhatOperatorsSetChangeAndTakeBack() {
        String dataId = Lab.dataId("configuration");
        String service = dataId + "#@#DEFAULT_INSTANCE_ID#@#SOFA.CONFIG";
        try (WatchedPath path = WatchedPath.to(lab.registry())) {
            SdkClient client = process.open(path.options());
            SdkConfigurator configurator = client.configure(dataId, "SOFA.CONFIG");
            SdkConfigurator other = client.configure(dataId, SdkClient.DEFAULT_GROUP);
            assertThat(configurator.awaitConfiguration()).isEmpty();
            assertThat(other.awaitConfiguration()).isEmpty();

            settings("set", "client.config", VALUE, "--service", service);
            settings("set", "client.config", "second", "--service", service);
            SdkConfigurator later = client.configure(dataId, "SOFA.CONFIG");
            assertThat(later.awaitConfiguration()).hasValue("second");
            settings("unset", "client.config", "--service", service);
            settings("set", "grace-millis", "2001", "--service", service);

            path.proxy().awaitSeen(Direction.TO_CLIENT, ReceivedConfigData.class, 6);
            List<ReceivedConfigData> pushes = pushes(path);
            assertThat(pushes)
                    .extracting(push ->
                            push.getDataBox() == null ? null : push.getDataBox().getData())
                    .containsExactly(null, null, VALUE, "second", "second", null);
            assertThat(pushes.get(5).getConfiguratorRegistIds()).hasSize(2);
            // The Node SDK keeps the first push and calls back with that for each later one.
            if (process.sdk().isJava()) {
                configurator.awaitShown(null, VALUE, "second", null);
                later.awaitShown("second", null);
                other.awaitShown((String) null);
            }
        }
    }

    private void settings(String... arguments) {
        List<String> command = new ArrayList<>(List.of("settings"));
        command.addAll(List.of(arguments));
        assertThat(lab.admin().run(command.toArray(String[]::new))).anyMatch(line -> line.startsWith("done"));
    }

    private static List<ReceivedConfigData> pushes(WatchedPath path) {
        return path.proxy().seen(Direction.TO_CLIENT, ReceivedConfigData.class).stream()
                .map(frame -> WireHessian.decode(frame, ReceivedConfigData.class))
                .toList();
    }
}
