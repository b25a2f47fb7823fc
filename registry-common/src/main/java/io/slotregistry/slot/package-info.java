/** Which slot a service is in, and the digest that tells whether two copies of a slot are equal. */
@NullMarked
package io.slotregistry.slot;

import org.jspecify.annotations.NullMarked;
