/** Holds the code to the rules of its design: arrows between packages, what logic may touch, and names. */
@NullMarked
package io.slotregistry.architecture;

import org.jspecify.annotations.NullMarked;
