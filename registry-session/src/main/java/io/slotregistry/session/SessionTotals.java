package io.slotregistry.session;

import io.slotregistry.runtime.Tally;

/**
 * What is counted for all loops of a session together.
 *
 * @param publishing clients
 * @param parts lists that were pushed although they may have been growing
 */
record SessionTotals(PublishingClients publishing, Tally parts) {}
