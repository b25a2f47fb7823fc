/** The boundary to the replicated log. */
@NullMarked
package io.slotregistry.meta.log;

import org.jspecify.annotations.NullMarked;
