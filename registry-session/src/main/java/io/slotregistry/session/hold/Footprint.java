package io.slotregistry.session.hold;

import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ClientRequest.Publish;
import io.slotregistry.session.client.ClientRequest.Subscribe;

/** How many bytes of heap it takes to keep something for a client, roughly: measured with short names, rounded up. */
public final class Footprint {
    private static final int PUBLISHER = 512;
    private static final int SUBSCRIBER = 768;
    private static final int SERVICE = 1_024;
    private static final int CONTENT_ROW = 128;

    private Footprint() {}

    /** Of what a client registers, for as long as it is registered. */
    public static long of(ClientRequest request) {
        if (request instanceof Publish publish) {
            return ofPublisher(
                    publish.registerId(),
                    publish.dataInfoId(),
                    publish.zone(),
                    publish.appName(),
                    publish.payload().length);
        }
        if (request instanceof Subscribe subscribe) {
            return SUBSCRIBER + names(request, subscribe.zone(), subscribe.appName());
        }
        return SUBSCRIBER + names(request, "", "");
    }

    public static long ofPublisher(
            String registerId, String dataInfoId, String zone, String appName, int payloadBytes) {
        return PUBLISHER + registerId.length() + dataInfoId.length() + zone.length() + appName.length() + payloadBytes;
    }

    /** Of a service that clients subscribe to, beside its subscribers. */
    public static long ofService(String dataInfoId) {
        return SERVICE + 2L * dataInfoId.length();
    }

    /** Of one publisher of a service that clients subscribe to. */
    public static long ofContent(String registerId, int payloadBytes) {
        return CONTENT_ROW + registerId.length() + payloadBytes;
    }

    /** Characters beyond Latin-1 take two bytes, which few names have. */
    private static long names(ClientRequest request, String zone, String appName) {
        return (long) request.registerId().length() + request.dataInfoId().length() + zone.length() + appName.length();
    }
}
