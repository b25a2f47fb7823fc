/**
 * The boundary between the session core and its clients: what a client asks, how it is answered, what it is pushed.
 * Implemented by the Bolt port and by the simulator.
 */
@NullMarked
package io.slotregistry.session.client;

import org.jspecify.annotations.NullMarked;
