package io.slotregistry.session.client;

import java.util.List;

/**
 * One push to the subscribers of one connection that share dataInfoId, scope and local zone. Only the ids differ per
 * connection; the content is shared.
 */
public record DataPush(
        String dataInfoId, Scope scope, String localZone, List<String> subscriberRegisterIds, PushContent content) {}
