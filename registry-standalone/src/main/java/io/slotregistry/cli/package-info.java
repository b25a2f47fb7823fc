/** A few lines of command line: to see a registry work over the published client SDK, and to change a cluster. */
@NullMarked
package io.slotregistry.cli;

import org.jspecify.annotations.NullMarked;
