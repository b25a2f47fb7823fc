/** Brings changed data to the sessions that watch them. */
@NullMarked
package io.slotregistry.data.change;

import org.jspecify.annotations.NullMarked;
