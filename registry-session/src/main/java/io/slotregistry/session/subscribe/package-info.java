/** What this session's clients subscribe to: watches at the slot leaders, the data held, pushes. */
@NullMarked
package io.slotregistry.session.subscribe;

import org.jspecify.annotations.NullMarked;
