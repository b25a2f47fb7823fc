/** All roles in one JVM, and the command line of the distribution. */
@NullMarked
package io.slotregistry.standalone;

import org.jspecify.annotations.NullMarked;
