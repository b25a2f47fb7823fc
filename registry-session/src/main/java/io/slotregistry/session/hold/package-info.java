/** How much memory clients may make a session server hold, and what of it each connection, address and service may. */
@NullMarked
package io.slotregistry.session.hold;

import org.jspecify.annotations.NullMarked;
