/** A few lines of command line over the published client SDK, to see a registry work. */
@NullMarked
package io.slotregistry.cli;

import org.jspecify.annotations.NullMarked;
