package io.slotregistry.session;

import io.slotregistry.runtime.Tally;
import io.slotregistry.session.hold.ClientHoldings;

/**
 * What is counted for all loops of a session together.
 *
 * @param publishing clients
 * @param parts lists that were pushed although they may have been growing
 * @param holdings bytes that clients make the session hold
 */
record SessionTotals(PublishingClients publishing, Tally parts, ClientHoldings holdings) {}
