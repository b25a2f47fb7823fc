package io.slotregistry.session.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of a configurator; a null {@code data} means that there is none. */
public record ConfigPush(
        String dataInfoId,
        List<String> configuratorRegisterIds,
        long version,
        @Nullable String data) {}
