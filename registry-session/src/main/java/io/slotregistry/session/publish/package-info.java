/** What this session's clients publish, slot by slot, and how data servers get to mirror it. */
@NullMarked
package io.slotregistry.session.publish;

import org.jspecify.annotations.NullMarked;
