package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.ClientOptions;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Sdk.class)
@ExtendWith(SharedLab.class)
class ZonesAndScopesIT {
    private final SdkClient inDefaultZone;
    private final SdkClient inZoneA;
    private final SdkClient inZoneB;
    private final SdkClient inLowerCaseZoneA;

    ZonesAndScopesIT(Sdk sdk, Lab lab) {
        ClientOptions options = ClientOptions.at(lab.registry().httpPort());
        inDefaultZone = lab.client(sdk, "provider");
        inZoneA = lab.client(sdk, "zone-a", options.zone("ZONE_A"));
        inZoneB = lab.client(sdk, "zone-b", options.zone("ZONE_B"));
        inLowerCaseZoneA = lab.client(sdk, "lower-case", options.zone("zone_a"));
    }

    @Test
    void zoneScopeShowsOnlyTheSubscribersZone() {
        String dataId = publishedInTwoZones();

        assertThat(inZoneA.subscribe(dataId, "zone")
                        .awaitZones(Map.of("ZONE_A", List.of("a")))
                        .localZone())
                .isEqualTo("ZONE_A");
        inZoneB.subscribe(dataId, "zone").awaitZones(Map.of("ZONE_B", List.of("b")));
        assertThat(inDefaultZone.subscribe(dataId, "zone").awaitFirstPush().zones())
                .isEmpty();
    }

    @Test
    void dataCenterScopeShowsAllZones() {
        String dataId = publishedInTwoZones();

        assertThat(inZoneA.subscribe(dataId, "dataCenter")
                        .awaitZones(Map.of("ZONE_A", List.of("a"), "ZONE_B", List.of("b")))
                        .localZone())
                .isEqualTo("ZONE_A");
    }

    @Test
    void globalScopeShowsAllZones() {
        String dataId = publishedInTwoZones();

        assertThat(inDefaultZone
                        .subscribe(dataId, "global")
                        .awaitZones(Map.of("ZONE_A", List.of("a"), "ZONE_B", List.of("b")))
                        .localZone())
                .isEqualTo("DEFAULT_ZONE");
    }

    @Test
    void subscribersOfDifferentScopesInOneClientEachSeeTheirOwn() {
        String dataId = publishedInTwoZones();
        var zone = inZoneA.subscribe(dataId, "zone");
        var dataCenter = inZoneA.subscribe(dataId, "dataCenter");
        var global = inZoneA.subscribe(dataId, "global");
        zone.awaitList("a");
        dataCenter.awaitList("a", "b");
        global.awaitList("a", "b");

        inZoneA.publish(dataId + "-other", "irrelevant");
        inLowerCaseZoneA.publish(dataId, "a2");

        zone.awaitList("a", "a2");
        dataCenter.awaitList("a", "a2", "b");
        global.awaitList("a", "a2", "b");
    }

    @Test
    void zonesMeetWhateverTheirCase() {
        String dataId = Lab.dataId("case");
        inLowerCaseZoneA.publish(dataId, "lower").awaitSettled();
        inZoneA.publish(dataId, "upper").awaitSettled();

        inZoneA.subscribe(dataId, "zone").awaitList("lower", "upper");
        assertThat(inLowerCaseZoneA
                        .subscribe(dataId, "zone")
                        .awaitList("lower", "upper")
                        .localZone())
                .isEqualTo("zone_a");
    }

    private String publishedInTwoZones() {
        String dataId = Lab.dataId("zones");
        inZoneA.publish(dataId, "a").awaitSettled();
        inZoneB.publish(dataId, "b").awaitSettled();
        return dataId;
    }
}
