package io.slotregistry.session.port;

import io.slotregistry.session.client.ClientRequest;

/** What a register message comes to. */
sealed interface Registration {
    String registerId();

    /** The client's version, to be echoed. */
    long version();

    /** It can be passed on. */
    record Valid(ClientRequest request) implements Registration {
        @Override
        public String registerId() {
            return request.registerId();
        }

        @Override
        public long version() {
            return request.version();
        }
    }

    /** It is understood but can never be accepted. */
    record Invalid(String registerId, long version, String reason) implements Registration {}
}
