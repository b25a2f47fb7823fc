/** Virtual time, loops and network: a whole cluster in one thread, from a seed. */
@NullMarked
package io.slotregistry.simulation;

import org.jspecify.annotations.NullMarked;
