/** Decides who owns which slot: a pure function. */
@NullMarked
package io.slotregistry.meta.plan;

import org.jspecify.annotations.NullMarked;
