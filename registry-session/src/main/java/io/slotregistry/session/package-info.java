/** The session role: the clients' only contact. Keeps what they publish, watches what they subscribe to, pushes. */
@NullMarked
package io.slotregistry.session;

import org.jspecify.annotations.NullMarked;
