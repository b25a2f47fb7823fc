/** The replicated log over SOFAJRaft. */
@NullMarked
package io.slotregistry.meta.raft;

import org.jspecify.annotations.NullMarked;
