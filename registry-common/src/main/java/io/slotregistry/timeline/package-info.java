/** What happened lately, for those who ask why. */
@NullMarked
package io.slotregistry.timeline;

import org.jspecify.annotations.NullMarked;
