/** A whole cluster with clients in one thread, from a seed; invariants hold after each step and at the end. */
@NullMarked
package io.slotregistry.simulation.cluster;

import org.jspecify.annotations.NullMarked;
