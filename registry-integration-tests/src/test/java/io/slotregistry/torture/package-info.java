/** Real processes to which everything happens, their clients, and what judges every push. */
@NullMarked
package io.slotregistry.torture;

import org.jspecify.annotations.NullMarked;
