/** Settings as users see them. */
@NullMarked
package io.slotregistry.node;

import org.jspecify.annotations.NullMarked;
