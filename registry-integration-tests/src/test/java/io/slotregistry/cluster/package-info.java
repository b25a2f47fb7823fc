/** Roles as processes of their own: how they start, stop, answer, and survive each other. */
@NullMarked
package io.slotregistry.cluster;

import org.jspecify.annotations.NullMarked;
